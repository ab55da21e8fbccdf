/* Inside http/ only: one request from libmicrohttpd's callbacks to its answer. */
#ifndef GLOSS_HTTP_EXCHANGE_H
#define GLOSS_HTTP_EXCHANGE_H

#include "http/connection.h"

/* The request line has been read. */
struct request *exchange_begin(struct connection *connection, const char *target);
/* One call of the access handler. */
enum MHD_Result exchange_step(struct request *req, const char *method, const char *version,
    const char *upload, size_t *upload_bytes);
/* The answer has gone out, or the client has gone. Ends the request. */
void exchange_end(struct request *req, bool completed);
/* Its body is not needed any more. */
void exchange_drop_body(struct request *req);
/* Frees a request whose exchange has ended while it was still being worked on. */
void exchange_free(struct request *req);

#endif
