#include "http/connection.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/trial.h"
#include "http/client.h"
#include "http/exchange.h"
#include "http/server_inside.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define FIRST_LINE_LIMIT_MS 10000
#define ANSWER_LIMIT_MS 60000
#define SLOWEST_BYTES_A_MS 16 /* 16 KiB a second */
#define STUCK_MS 30000        /* past a request's own deadline: our own bug */
#define LARGE_ANSWER_BYTES 65536
#define FEWEST_OF_AN_ADDRESS 64
/* Large bodies of a worker together, and from or to one address: they come before it is known from
 * whom, and go as slowly as a client reads. Small ones always have room. */
#define LARGE_MAX_BYTES ((size_t)256 << 20)
#define LARGE_OF_AN_ADDRESS_MAX_BYTES ((size_t)64 << 20)

void connection_does(struct connection *connection, enum doing doing, int64_t limit_ms)
{
    connection->doing = doing;
    connection->is_large_answer = false;
    connection->since_ms = clock_monotonic_ms();
    connection->until_ms = connection->since_ms + trial_ms(limit_ms);
}

/* -- counting by address -----------------------------------------------------------------------
 */

static uint16_t place_of(const struct http_server *server, const struct address *address)
{
    struct str key = address_subscriber(address);
    uint64_t h = server->seed;

    for (size_t i = 0; i < key.bytes; i++)
        h = (h ^ (unsigned char)key.at[i]) * 0x100000001B3u;
    return (uint16_t)((h ^ h >> 32) % PLACES);
}

static uint16_t place_of_socket(const struct http_server *server, struct MHD_Connection *mhd)
{
    struct address address = { { 0 } };

    address_of_socket(
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr, &address);
    return place_of(server, &address);
}

bool connection_takes_room(struct request *req, size_t bytes)
{
    struct http_server *server = req->connection->server;
    req->place = place_of(server, &req->client.address);
    size_t *here = &server->large_bytes_at[req->place];

    if (server->large_bytes + bytes > LARGE_MAX_BYTES ||
        *here + bytes > LARGE_OF_AN_ADDRESS_MAX_BYTES)
        return false;
    req->large_bytes += bytes;
    server->large_bytes += bytes;
    *here += bytes;
    counter_set(&server->config.meter->large_bodies_bytes, server->large_bytes);
    return true;
}

void connection_gives_room(struct request *req)
{
    struct http_server *server = req->server;

    if (req->large_bytes == 0)
        return;
    server->large_bytes -= req->large_bytes;
    server->large_bytes_at[req->place] -= req->large_bytes;
    req->large_bytes = 0;
    counter_set(&server->config.meter->large_bodies_bytes, server->large_bytes);
}

/* -- coming and going --------------------------------------------------------------------------
 */

static void shut(struct connection *connection, const char *last_words)
{
    connection->shut = true;
    counter_add(&connection->server->config.meter->connections_shut, 1);
    /* a full socket hears nothing more; it is the client's loss */
    if (*last_words) {
        ssize_t sent =
            send(connection->fd, last_words, strlen(last_words), MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)sent;
    }
    /* what such a client has not read the kernel would keep for it */
    if (connection->doing == ANSWERING)
        setsockopt(
            connection->fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
    shutdown(connection->fd, SHUT_RDWR);
}

/* Who has nothing to say makes room for who has. */
static bool shut_longest_idle(struct http_server *server)
{
    struct connection *idlest = NULL;

    for (struct connection *c = server->connections; c; c = c->next)
        if (c->doing == IDLE && !c->shut && (!idlest || c->since_ms < idlest->since_ms))
            idlest = c;
    if (idlest && !connection_has_input(idlest))
        shut(idlest, "");
    return idlest && idlest->shut;
}

static enum problem refusal_of(struct http_server *server, const struct connection *connection)
{
    unsigned max = server->config.connections_max, share = max / 4;

    if (share < FEWEST_OF_AN_ADDRESS)
        share = FEWEST_OF_AN_ADDRESS;
    /* a proxy's connections are those of many */
    if (server->open_at[connection->place] > share && !client_is_proxy(server, connection->mhd))
        return PROBLEM_TOO_MANY_REQUESTS;
    if (server->open > max && !shut_longest_idle(server))
        return PROBLEM_UNAVAILABLE;
    return PROBLEMS;
}

struct connection *connection_new(struct http_server *server, struct MHD_Connection *mhd)
{
    struct connection *connection = mem_zero(1, sizeof *connection);

    connection->server = server;
    connection->mhd = mhd;
    connection->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    connection->place = place_of_socket(server, mhd);
    connection->next = server->connections;
    if (connection->next)
        connection->next->previous = connection;
    server->connections = connection;
    counter_add(&server->config.meter->connections, 1);
    counter_add(&server->config.meter->connections_open, 1);
    server->open++;
    server->open_at[connection->place]++;
    connection->refusal = refusal_of(server, connection);
    /* who is to be refused has said what it wants by the sweeper's next look, or never hears it */
    connection_does(
        connection, CONNECTED, connection->refusal == PROBLEMS ? FIRST_LINE_LIMIT_MS : 0);
    return connection;
}

void connection_free(struct connection *connection)
{
    struct http_server *server = connection->server;

    /* a request whose head never became whole has no completion of its own */
    if (connection->request)
        exchange_end(connection->request, false);
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    counter_add(&server->config.meter->connections_open, (uint64_t)-1);
    server->open--;
    server->open_at[connection->place]--;
    free(connection);
}

/* -- deadlines --------------------------------------------------------------------------------- */

/* What has come and nobody has read. */
static size_t connection_input_bytes(const struct connection *connection)
{
    int bytes = 0;
    return ioctl(connection->fd, FIONREAD, &bytes) == 0 && bytes > 0 ? (size_t)bytes : 0;
}

bool connection_has_input(const struct connection *connection)
{
    return connection_input_bytes(connection) > 0;
}

static struct tcp_info tcp_of(const struct connection *connection)
{
    struct tcp_info info = { 0 };
    socklen_t bytes = sizeof info;

    if (getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &bytes) != 0)
        info = (struct tcp_info){ 0 };
    return info;
}

/* libmicrohttpd 0.9.75 cannot take a chunk's first line that its memory does not hold, says nothing
 * of it and tries again in every turn: bytes wait, and from look to look none is taken. */
static bool is_unreadable(struct connection *connection)
{
    size_t waiting = connection_input_bytes(connection);
    uint64_t taken = tcp_of(connection).tcpi_bytes_received - waiting;
    bool moved = taken != connection->taken_at_sweep;

    connection->taken_at_sweep = taken;
    connection->unread_sweeps = moved || waiting == 0 ? 0 : connection->unread_sweeps + 1;
    return connection->unread_sweeps > 2;
}

static uint64_t acked_bytes(const struct connection *connection)
{
    return tcp_of(connection).tcpi_bytes_acked;
}

void connection_answers(struct connection *connection, size_t bytes)
{
    connection_does(connection, ANSWERING, ANSWER_LIMIT_MS);
    connection->is_large_answer = bytes > LARGE_ANSWER_BYTES;
    if (connection->is_large_answer)
        connection->acked_at_start = acked_bytes(connection);
}

/* What the client has taken of a large answer gives it more time: it has as much as it needs, and
 * who takes nothing has no more than for a small one. */
static void grant_time(struct connection *connection)
{
    uint64_t taken = acked_bytes(connection) - connection->acked_at_start;
    int64_t limit_ms = ANSWER_LIMIT_MS + (int64_t)(taken / SLOWEST_BYTES_A_MS);

    connection->until_ms = connection->since_ms + trial_ms(limit_ms);
}

static void check_handling(const struct connection *connection, int64_t now_ms)
{
    if (now_ms <= connection->until_ms + trial_ms(STUCK_MS))
        return;
    log_line(LOG_ERROR, "request.stuck", LOG_STR("id", connection->request->id),
        LOG_CSTR("route", connection->request->route->pattern));
    abort();
}

/* A request that is not whole takes no answer of libmicrohttpd's, which has sent nothing yet. */
#define LAST_WORDS(status) "HTTP/1.1 " status "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

void connection_check(struct connection *connection, int64_t now_ms)
{
    bool is_late = now_ms > connection->until_ms;

    if (connection->doing == HANDLING) {
        check_handling(connection, now_ms);
        return;
    }
    if (connection->doing == READING_BODY && !is_late && is_unreadable(connection)) {
        shut(connection, LAST_WORDS("400 Bad Request"));
        return;
    }
    if (is_late && connection->doing == ANSWERING && connection->is_large_answer) {
        grant_time(connection);
        is_late = now_ms > connection->until_ms;
    }
    if (is_late) {
        bool is_half = connection->doing == READING_HEAD || connection->doing == READING_BODY;
        bool is_refused = connection->doing == CONNECTED && connection->refusal != PROBLEMS;
        shut(connection,
            is_half          ? LAST_WORDS("408 Request Timeout")
                : is_refused ? LAST_WORDS("503 Service Unavailable\r\nRetry-After: 5")
                             : "");
    }
}
