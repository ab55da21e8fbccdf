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
    int64_t since_ms, until_ms;
    struct request *request;
    uint64_t taken_at_sweep; /* what had come of its body when the sweeper last looked */
    uint64_t acked_at_start; /* what the client had got before a large answer */
    unsigned unread_sweeps;  /* for how many looks bytes have waited that nobody reads */
    uint16_t place;          /* its address's, among those that are counted */
    bool is_large_answer, shut;
    enum problem refusal; /* PROBLEMS: none */
};

#define HANDLING_LIMIT_MS 30000

/* NULL never. One too many, in all or from its address, is kept only to be told so. */
struct connection *connection_new(struct http_server *server, struct MHD_Connection *mhd);
void connection_free(struct connection *connection);

void connection_does(struct connection *connection, enum doing doing, int64_t limit_ms);
/* As long as the client takes an answer of so many bytes at a fair pace. */
void connection_answers(struct connection *connection, size_t bytes);
/* Shuts it if what it does takes too long, however busy it looks meanwhile. */
void connection_check(struct connection *connection, int64_t now_ms);
/* Does it say something that nobody has read? */
bool connection_has_input(const struct connection *connection);

/* Takes room for so many more bytes of large bodies, read or sent, for the request's address.
 * False: its large bodies, or those of all together, leave none. */
bool connection_takes_room(struct request *req, size_t bytes);
/* Gives back all that the request has taken. */
void connection_gives_room(struct request *req);

/* Shows the problem by the server's page renderer. */
enum step connection_problem_page(struct request *req, enum problem problem, struct str detail);

/* Refuses what two readers may take in two ways (contract of the guard: reliability R2): repeated
 * or conflicting framing headers, names and values outside HTTP's grammar, bad targets. NULL: fine;
 * else what is wrong. */
const char *guard_check(struct request *req, const char *version);

#endif
