/* Inside http/ only: what a server is made of. */
#ifndef GLOSS_HTTP_SERVER_INSIDE_H
#define GLOSS_HTTP_SERVER_INSIDE_H

#include "http/connection.h"

struct http_server {
    struct http_config config;
    struct loop *loop;
    struct loop_hook hook;
    struct loop_source source; /* libmicrohttpd's own epoll descriptor */
    struct loop_timer sweep;
    struct MHD_Daemon *daemon;
    struct connection *connections;
    unsigned busy;
    unsigned streams;     /* answers that are made while they go out */
    size_t uploads_bytes; /* what large bodies under way take */
    bool resumed;         /* something was resumed since the daemon last ran */
    bool draining;
};

#endif
