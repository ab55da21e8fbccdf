#include "admin/listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Without SO_REUSEPORT, which would let us in beside another server; with SO_REUSEADDR, so that the
 * last run's connections do not keep us out. 0 or errno. */
static int try_bind(const struct addrinfo *address)
{
    int one = 1, error = 0;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, 1) != 0)
        error = errno;
    close(fd);
    return error;
}

static struct str explain(struct arena *arena, const struct config *config, int error)
{
    const char *address = config->listen;

    if (error == EADDRINUSE)
        return arena_printf(arena,
            "port %u is in use: another program listens on %s. Stop it, or choose another address "
            "with --listen HOST:PORT (GLOSS_LISTEN)",
            (unsigned)config->listen_port, address);
    if (error == EACCES)
        return arena_printf(arena,
            "may not listen on %s: ports below 1024 are root's, and gloss does not run as root. "
            "Choose another with --listen HOST:PORT, and put a proxy in front",
            address);
    return arena_printf(arena,
        "cannot listen on %s: %s; --listen HOST:PORT chooses another address", address,
        strerror(error));
}

bool listen_check(struct arena *arena, const struct config *config, struct str *why)
{
    const struct addrinfo wanted = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
        .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    char port[8];

    snprintf(port, sizeof port, "%u", (unsigned)config->listen_port);
    int failed = getaddrinfo(config->listen_host, port, &wanted, &found);
    if (failed) {
        *why = arena_printf(arena, "cannot listen on %s: %s; --listen HOST:PORT chooses another",
            config->listen, gai_strerror(failed));
        return false;
    }
    int error = try_bind(found);
    freeaddrinfo(found);
    if (error)
        *why = explain(arena, config, error);
    return error == 0;
}
