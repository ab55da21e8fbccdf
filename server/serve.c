#include "serve.h"

#include "admin/database.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/trial.h"
#include "db/direct.h"
#include "documents/texts.h"
#include "http/server.h"
#include "users/guesses.h"
#include "users/setup.h"
#include "visibility/locks.h"
#include "worker.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define WORKERS_MAX 64
#define DRAIN_LIMIT_MS 20000
#define STUCK_LOOP_MS 10000
#define SPARE_FDS 64
#define FDS_OF_A_WORKER 16 /* its loop's, and its database connections */
#define WORK_MAX 64
#define HASHING_MAX 16 /* strangers' own rate is bounded (users/limits.h) */
#define TEXTS_MAX_BYTES (64u << 20)

struct server {
    const struct config *config;
    int argc;
    char **argv;
    struct arena *arena;
    struct database database;
    struct shared shared;
    struct settings *settings;
    struct router *router;
    struct worker *workers[WORKERS_MAX];
    int worker_count;
    int fds[WORKERS_MAX];
};

static int fail(struct str why)
{
    fprintf(stderr, "gloss: %.*s\n", STR_ARG(why));
    return 1;
}

/* -- starting ---------------------------------------------------------------------------------- */

static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static unsigned raise_fd_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > 1000000 ? 1000000 : (unsigned)limit.rlim_cur;
}

/* Every worker has a socket of its own on the same address; the kernel spreads connections. */
static bool listen_all(struct server *server, struct str *why)
{
    uint16_t port = server->config->listen_port;

    for (int i = 0; i < server->config->workers; i++) {
        int fd = http_listen(server->arena, str_from(server->config->listen_host), port, true, why);
        if (fd < 0)
            return false;
        if (port == 0)
            port = http_port_of(fd);
        server->fds[i] = fd;
    }
    return true;
}

static struct settings *settings_of(const struct server *server, const struct config *config)
{
    struct settings *settings = arena_new(server->arena, struct settings);
    const char *host = config->listen_host;
    bool is_any = strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0 || *host == '\0';

    settings->base_url = config->base_url
        ? arena_dup(server->arena, str_from(config->base_url))
        : arena_printf(server->arena,
              strchr(host, ':') && !is_any ? "http://[%s]:%u" : "http://%s:%u",
              is_any ? "127.0.0.1" : host, http_port_of(server->fds[0]));
    settings->is_public = config->public_reading;
    settings->signup = config->signup;
    settings->rate_limit = config->rate_limit;
    settings->metrics_from = config->metrics_from;
    settings->proxies = config->proxies;
    return settings;
}

static void start_workers(struct server *server, unsigned fd_limit)
{
    const struct config *config = server->config;
    unsigned workers = (unsigned)config->workers;
    unsigned spare = SPARE_FDS + FDS_OF_A_WORKER * workers;
    unsigned room = fd_limit > spare + 16 * workers ? (fd_limit - spare) / workers : 16;
    unsigned refusals = room / 8 < 8 ? 8 : room / 8 > 64 ? 64 : room / 8;

    for (int i = 0; i < config->workers; i++)
        server->workers[server->worker_count++] =
            worker_new(&(struct worker_config){ .shared = &server->shared,
                .settings = server->settings,
                .router = server->router,
                .database = server->database.server,
                .number = i,
                .listen_fd = server->fds[i],
                .connections_max = trial_connections(room - room / 8),
                .refusals_max = refusals });
}

/* -- while it runs ----------------------------------------------------------------------------- */

/* A quiet loop turns once a second. */
static int64_t stuck_loop_ms(void)
{
    return trial_ms(STUCK_LOOP_MS) < 4000 ? 4000 : trial_ms(STUCK_LOOP_MS);
}

/* A loop that does not turn serves nobody: end, and let whoever watches us start again. A pause of
 * the whole process stops this thread too, and is no fault. */
static void watch_loops(const struct server *server, int64_t since_last_look_ms)
{
    int64_t now_ms = clock_monotonic_ms();

    if (since_last_look_ms > stuck_loop_ms() / 2)
        return;
    for (int i = 0; i < server->worker_count; i++) {
        if (now_ms - worker_last_turn_ms(server->workers[i]) > stuck_loop_ms()) {
            log_line(LOG_ERROR, "loop.stuck", LOG_INT("worker", i));
            abort();
        }
    }
}

static void reload(struct server *server)
{
    struct config config;
    struct str text;

    if (config_read(server->arena, server->argc, server->argv, &config, &text) != CONFIG_READY) {
        log_line(LOG_ERROR, "reload.refused", LOG_STR("why", text));
        return;
    }
    struct settings *settings = settings_of(server, &config);
    struct str why;
    if (!setup_public(server->arena, server->database.server, settings->is_public, &why)) {
        log_line(LOG_ERROR, "reload.refused", LOG_STR("why", why));
        return;
    }
    for (int i = 0; i < server->worker_count; i++)
        worker_settings(server->workers[i], settings);
    atomic_fetch_add(&server->shared.rights_epoch, 1);
    log_note(LOG_INFO, "reloaded");
}

/* Returns when it is time to end. */
static void supervise(struct server *server, const sigset_t *signals)
{
    int64_t looked_ms = clock_monotonic_ms();

    for (;;) {
        int got = sigtimedwait(signals, NULL, &(struct timespec){ .tv_sec = 1 });
        int64_t now_ms = clock_monotonic_ms();
        if (got == SIGTERM || got == SIGINT)
            return;
        if (got == SIGHUP)
            reload(server);
        watch_loops(server, now_ms - looked_ms);
        process_meter_look(&server->shared.meters->process);
        looked_ms = now_ms;
        if (server->database.cluster)
            cluster_watch(server->database.cluster);
    }
}

static void *await_second_signal(void *context)
{
    const sigset_t *signals = context;
    int got;

    do {
        sigwait(signals, &got);
    } while (got == SIGHUP);
    log_note(LOG_WARN, "ended at once");
    _exit(1);
}

static void stop_workers(struct server *server, sigset_t *signals)
{
    pthread_t impatient;

    log_note(LOG_INFO, "draining");
    atomic_store(&server->shared.draining, true);
    if (pthread_create(&impatient, NULL, await_second_signal, signals) == 0)
        pthread_detach(impatient);
    for (int i = 0; i < server->worker_count; i++)
        worker_drain(server->workers[i], DRAIN_LIMIT_MS);
    for (int i = 0; i < server->worker_count; i++)
        worker_free(server->workers[i]);
}

/* People see the link on stdout; whoever reads the log does not. */
static bool greet(struct server *server, struct str *why)
{
    struct str link;

    if (!setup_public(server->arena, server->database.server, server->settings->is_public, why) ||
        !setup_link(server->arena, server->database.server, server->settings->base_url, &link, why))
        return false;
    printf("gloss is listening on %.*s\n", STR_ARG(server->settings->base_url));
    if (str_given(link))
        printf("Nobody is admin yet. Whoever opens this link becomes it:\n\n    %.*s\n\n",
            STR_ARG(link));
    fflush(stdout);
    return true;
}

static int run(struct server *server, sigset_t *signals)
{
    struct str why;
    unsigned fd_limit = raise_fd_limit();

    if (!listen_all(server, &why))
        return fail(why);
    server->settings = settings_of(server, server->config);
    server->router = router_new(routes, route_count);
    server->shared.meters = meters_new((size_t)server->config->workers, route_count);
    process_meter_look(&server->shared.meters->process);
    int threads = server->config->workers > 1 ? server->config->workers : 2;
    server->shared.work = work_new(threads, WORK_MAX, WORK_MAX / 4);
    server->shared.hashing = work_new(1, HASHING_MAX, HASHING_MAX);
    server->shared.rates = rates_new();
    server->shared.guesses = guesses_new();
    server->shared.texts = text_cache_new(TEXTS_MAX_BYTES);
    start_workers(server, fd_limit);
    bool greeted = greet(server, &why);
    if (greeted)
        supervise(server, signals);
    stop_workers(server, signals);
    work_free(server->shared.work);
    work_free(server->shared.hashing);
    rates_free(server->shared.rates);
    guesses_free(server->shared.guesses);
    meters_free(server->shared.meters);
    text_cache_free(server->shared.texts);
    router_free(server->router);
    return greeted ? 0 : fail(why);
}

int serve(const struct config *config, int argc, char **argv)
{
    struct server *server = mem_zero(1, sizeof *server);
    struct str why;
    sigset_t signals;
    int status = 1;

    server->config = config;
    server->argc = argc;
    server->argv = argv;
    server->arena = arena_make();
    block_signals(&signals);
    json_object_seed(0); /* before there are threads */
    if (sodium_init() < 0)
        abort();
    if (!locks_configure()) {
        fail(STR("GLOSS_TEST_LOCKS is for tests: unset it"));
    } else if (!trial_configure()) {
        fail(STR("GLOSS_TEST_HURRY, GLOSS_TEST_CONNECTIONS and GLOSS_TEST_STUCK are for tests: "
                 "unset them"));
    } else if (database_serve(server->arena, config, &server->database, &why)) {
        status = run(server, &signals);
        database_close(&server->database);
    } else {
        fail(why);
    }
    arena_free(server->arena);
    free(server);
    return status;
}
