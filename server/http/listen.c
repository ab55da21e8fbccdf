#include "http/server.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the kernel keeps for a client that does not read, beside what is under way to it. */
#define UNSENT_MAX_BYTES 131072

static int listen_on(const struct addrinfo *address, bool reuse_port)
{
    int on = 1, off = 0, unsent_bytes = UNSENT_MAX_BYTES;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (reuse_port)
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
    if (address->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

int http_listen(
    struct arena *arena, struct str host, uint16_t port, bool reuse_port, struct str *why)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *found = NULL;
    struct str service = arena_printf(arena, "%u", port);
    int failed =
        getaddrinfo(host.bytes ? arena_cstr(arena, host) : NULL, service.at, &hints, &found);

    if (failed) {
        *why = arena_printf(
            arena, "there is no address %.*s here: %s", STR_ARG(host), gai_strerror(failed));
        return -1;
    }
    int fd = listen_on(found, reuse_port);
    if (fd < 0)
        *why = arena_printf(
            arena, "cannot listen on %.*s:%u: %s", STR_ARG(host), port, strerror(errno));
    freeaddrinfo(found);
    return fd;
}

uint16_t http_port_of(int listen_fd)
{
    struct sockaddr_storage address;
    socklen_t bytes = sizeof address;

    if (getsockname(listen_fd, (struct sockaddr *)&address, &bytes) != 0)
        return 0;
    if (address.ss_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, &address, sizeof in);
        return ntohs(in.sin6_port);
    }
    struct sockaddr_in in;
    memcpy(&in, &address, sizeof in);
    return ntohs(in.sin_port);
}
