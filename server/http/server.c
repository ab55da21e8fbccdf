#include "http/server.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/exchange.h"
#include "http/server_inside.h"
#include "http/stream_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <unistd.h>

#define SWEEP_MS 250
#define VAIN_TURNS 100
#define NAP_MS 50
#define DRAIN_GRACE_MS 500
#define CONNECTION_MEMORY_BYTES 8192

enum step connection_problem_page(struct request *req, enum problem problem, struct str detail)
{
    return req->connection->server->config.problem_page(req, problem, detail);
}

static struct connection *connection_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* -- libmicrohttpd's callbacks, all on the loop's thread ----------------------------------------
 */

static void on_connection(void *context, struct MHD_Connection *mhd, void **socket_context,
    enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        ((struct http_server *)context)->vain_turns = 0;
        *socket_context = connection_new(context, mhd);
    } else {
        connection_free(*socket_context);
    }
}

static void *on_target(void *context, const char *target, struct MHD_Connection *mhd)
{
    (void)context;
    return exchange_begin(connection_of(mhd), target);
}

static enum MHD_Result on_access(void *context, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *upload, size_t *upload_bytes,
    void **request)
{
    (void)context;
    (void)mhd;
    (void)url; /* decoded once too often; the raw target is in the request */
    return exchange_step(*request, method, version, upload, upload_bytes);
}

static void on_completed(
    void *context, struct MHD_Connection *mhd, void **request, enum MHD_RequestTerminationCode how)
{
    (void)context;
    (void)mhd;
    if (*request)
        exchange_end(*request, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    *request = NULL;
}

static void on_daemon_log(void *context, const char *format, va_list args)
{
    /* what clients do wrong, in libmicrohttpd's words: our own log says what matters */
    (void)context;
    (void)format;
    (void)args;
}

static size_t keep_as_is(void *context, struct MHD_Connection *mhd, char *text)
{
    /* targets are decoded by the router, once, segment by segment */
    (void)context;
    (void)mhd;
    return strlen(text);
}

/* -- the loop's side --------------------------------------------------------------------------- */

static struct http_server *server_of_hook(struct loop_hook *hook)
{
    return (struct http_server *)((char *)hook - offsetof(struct http_server, hook));
}

static void run_daemon(struct http_server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    server->resumed = false;
    MHD_run(server->daemon);
    /* what was resumed is ready at once; going round through our own epoll costs more */
    for (int i = 0; i < 3; i++) {
        if (MHD_get_timeout(server->daemon, &wait_ms) != MHD_YES || wait_ms > 0)
            return;
        MHD_run(server->daemon);
    }
}

static void on_turn(struct loop_hook *hook)
{
    /* always: at its limit of connections it stops to listen, and begins again only when it runs */
    run_daemon(server_of_hook(hook));
}

static int64_t sleep_ms(struct loop_hook *hook)
{
    struct http_server *server = server_of_hook(hook);
    MHD_UNSIGNED_LONG_LONG wait_ms;

    if (server->resumed)
        return 0;
    return MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES ? (int64_t)wait_ms : -1;
}

/* The turn's hook runs the daemon. Without a single connection it is a client that calls; when the
 * system has no descriptor for them they go on calling, and libmicrohttpd would try in every turn.
 */
static void on_daemon_ready(struct loop_source *source, uint32_t events)
{
    struct http_server *server =
        (struct http_server *)((char *)source - offsetof(struct http_server, source));

    (void)events;
    if (server->connections || ++server->vain_turns < VAIN_TURNS)
        return;
    loop_unwatch(server->loop, source);
    loop_timer_start(server->loop, &server->nap, NAP_MS);
}

static void on_nap_over(struct loop_timer *timer)
{
    struct http_server *server =
        (struct http_server *)((char *)timer - offsetof(struct http_server, nap));

    server->vain_turns = 0;
    loop_watch(server->loop, &server->source, EPOLLIN);
}

static void on_sweep(struct loop_timer *timer)
{
    struct http_server *server =
        (struct http_server *)((char *)timer - offsetof(struct http_server, sweep));
    int64_t now_ms = clock_monotonic_ms();

    for (struct connection *c = server->connections; c; c = c->next)
        if (!c->shut)
            connection_check(c, now_ms);
    loop_timer_start(server->loop, &server->sweep, SWEEP_MS);
}

struct http_server *http_server_new(struct loop *loop, const struct http_config *config)
{
    struct http_server *server = mem_zero(1, sizeof *server);

    server->config = *config;
    server->loop = loop;
    counter_set(&config->meter->connections_max, config->connections_max);
    if (getrandom(&server->seed, sizeof server->seed, 0) != sizeof server->seed)
        abort();
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_access, server, MHD_OPTION_EXTERNAL_LOGGER, on_daemon_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, config->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
        config->connections_max + config->refusals_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_URI_LOG_CALLBACK, on_target,
        server, MHD_OPTION_UNESCAPE_CALLBACK, keep_as_is, NULL, MHD_OPTION_END);
    assert(server->daemon);
    server->source.fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    server->source.ready = on_daemon_ready;
    loop_watch(loop, &server->source, EPOLLIN);
    server->hook = (struct loop_hook){ .turn = on_turn, .sleep_ms = sleep_ms };
    loop_hook_add(loop, &server->hook);
    server->sweep.fire = on_sweep;
    server->nap.fire = on_nap_over;
    loop_timer_start(loop, &server->sweep, SWEEP_MS);
    return server;
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    loop_timer_stop(server->loop, &server->sweep);
    loop_timer_stop(server->loop, &server->nap);
    loop_unwatch(server->loop, &server->source);
    /* what is being made will not be finished: libmicrohttpd ends nothing that is suspended */
    for (struct connection *c = server->connections; c; c = c->next)
        if (c->request && c->request->answer.stream)
            stream_release(c->request);
    MHD_stop_daemon(server->daemon);
    if (!server->draining)
        close(server->config.listen_fd);
    free(server);
}

void http_server_drain(struct http_server *server)
{
    if (server->draining)
        return;
    run_daemon(server); /* takes what waits in the backlog */
    server->draining = true;
    int fd = MHD_quiesce_daemon(server->daemon);
    if (fd >= 0)
        close(fd);
    for (struct connection *c = server->connections; c; c = c->next)
        if (c->doing == CONNECTED || (c->doing == IDLE && connection_has_input(c)))
            connection_does(c, c->doing, DRAIN_GRACE_MS);
        else if (c->doing == IDLE)
            connection_does(c, IDLE, 0);
        else if (c->doing == ANSWERING && c->request && c->request->answer.stream)
            stream_begins(c->request);
    server->resumed = true;
}

unsigned http_server_busy(const struct http_server *server)
{
    return server->open > server->busy ? server->open : server->busy;
}
