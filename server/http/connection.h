/* Inside http/ only: a TCP connection and the request on it. */
#ifndef GLOSS_HTTP_CONNECTION_H
#define GLOSS_HTTP_CONNECTION_H

#include "http/server.h"

#include <microhttpd.h>

/* What a connection is doing; each has its limit, and past it the socket is shut. */
enum doing { CONNECTED, READING_HEAD, READING_BODY, HANDLING, ANSWERING, IDLE };

struct connection {
    struct connection *next, *previous;
    struct http_server *server;
    struct MHD_Connection *mhd;
    int fd;
    enum doing doing;
    int64_t until_ms;
    struct request *request;
    uint64_t seen_at_sweep; /* what had come of its body when the sweeper last looked */
    unsigned unread_sweeps; /* for how many looks bytes have waited that nobody reads */
    bool shut;
};

#define HANDLING_LIMIT_MS 30000

void connection_does(struct connection *connection, enum doing doing, int64_t limit_ms);

/* Shows the problem by the server's page renderer. */
enum step connection_problem_page(struct request *req, enum problem problem, struct str detail);

/* Refuses what two readers may take in two ways (contract of the guard: reliability R2): repeated
 * or conflicting framing headers, names and values outside HTTP's grammar, bad targets. NULL: fine;
 * else what is wrong. */
const char *guard_check(struct request *req, const char *version);

#endif
