/* Inside http/ only: what a server is made of. */
#ifndef GLOSS_HTTP_SERVER_INSIDE_H
#define GLOSS_HTTP_SERVER_INSIDE_H

#include "http/connection.h"

/* Addresses are counted by a hash with a secret start: two that fall together share. */
#define PLACES 1024

struct http_server {
    struct http_config config;
    struct loop *loop;
    struct loop_hook hook;
    struct loop_source source; /* libmicrohttpd's own epoll descriptor */
    struct loop_timer sweep, nap;
    unsigned vain_turns; /* one after the other: called by a client, and nobody came in */
    struct MHD_Daemon *daemon;
    struct connection *connections;
    unsigned busy;
    unsigned streams; /* answers that are made while they go out */
    uint64_t spooled_bytes;
    uint64_t seed;
    unsigned open, open_at[PLACES];             /* connections */
    size_t large_bytes, large_bytes_at[PLACES]; /* what large bodies under way take */
    bool resumed; /* something was resumed since the daemon last ran */
    bool draining;
};

#endif
