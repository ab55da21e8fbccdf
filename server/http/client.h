/* Inside http/ only: from which address a request comes. That is the peer's, but where the peer is
 * a proxy that the operator trusts (--trust-proxy) it is what the proxy says: of the addresses in
 * its header the right-most that is not such a proxy's. What stands left of that anybody can have
 * written. The header of whom nobody trusts is not looked at. */
#ifndef GLOSS_HTTP_CLIENT_H
#define GLOSS_HTTP_CLIENT_H

#include "http/connection.h"

/* Sets req->client, once the headers are there. */
void client_find(struct request *req);

/* Is the peer one of the trusted proxies? */
bool client_is_proxy(const struct http_server *server, struct MHD_Connection *mhd);

#endif
