/* One worker's HTTP server: a libmicrohttpd daemon on the worker's loop, with the guard in front of
 * it, deadlines for every connection, and the drain. */
#ifndef GLOSS_HTTP_SERVER_H
#define GLOSS_HTTP_SERVER_H

#include "base/loop.h"
#include "base/meter.h"
#include "http/request.h"
#include "http/router.h"

struct http_server;

struct http_config {
    int listen_fd; /* listening, non-blocking; the server closes it */
    const struct router *router;
    struct app *app;
    step_fn *enter; /* the first step of a request that has a route and a whole body */
    unsigned connections_max;
    struct meter *meter;
    unsigned refusals_max; /* beyond them: connections that are open to be refused */
    /* Those that are trusted now. */
    const struct proxies *(*proxies)(const struct app *app);
    /* run(req) on another thread, then done(req) on the loop; false: no room for it. */
    bool (*aside)(struct request *req, void (*run)(void *req), void (*done)(void *req));
    /* Shows a problem as a page, for routes with is_page: an answer like any other. */
    enum step (*problem_page)(struct request *req, enum problem problem, struct str detail);
};

struct http_server *http_server_new(struct loop *loop, const struct http_config *config);
void http_server_free(struct http_server *server);

/* Stops accepting; requests that have begun are answered, with Connection: close. */
void http_server_drain(struct http_server *server);
/* Connections with a request under way. */
unsigned http_server_busy(const struct http_server *server);

/* Binds a TCP socket with SO_REUSEPORT and listens. -1: *why says what is wrong, with the address.
 */
int http_listen(
    struct arena *arena, struct str host, uint16_t port, bool reuse_port, struct str *why);
/* The port that a listening socket got. */
uint16_t http_port_of(int listen_fd);

#endif
