#include "worker.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "enter.h"
#include "http/respond.h"
#include "http/server.h"
#include "housekeeping.h"
#include "reader/reader.h"
#include "step/jobs.h"
#include "users/users.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#define DRAIN_LOOK_MS 20

struct worker {
    struct worker_config config;
    struct app app;
    struct loop_timer drain;
    int64_t drain_until_ms;
    struct housekeeping *housekeeping;
    pthread_t thread;
};

static void *thread_main(void *context)
{
    struct worker *worker = context;
    log_in_turns();
    loop_run(worker->app.loop);
    return NULL;
}

static bool aside(struct request *req, void (*run)(void *argument), void (*done)(void *argument))
{
    return work_submit(req->app->shared->work, work_owner(req), req->app->loop, run, done, req);
}

static const struct proxies *proxies(const struct app *app)
{
    return &app->settings->proxies;
}

struct worker *worker_new(const struct worker_config *config)
{
    struct worker *worker = mem_zero(1, sizeof *worker);
    struct app *app = &worker->app;

    worker->config = *config;
    app->shared = config->shared;
    app->settings = config->settings;
    app->meter = config->shared->meters->workers[config->number];
    app->loop = loop_new();
    loop_time_turns(app->loop, &app->meter->turns);
    /* HTTP first: what it asks in a turn goes to the database in the same turn */
    app->http = http_server_new(app->loop,
        &(struct http_config){ .listen_fd = config->listen_fd,
            .router = config->router,
            .app = app,
            .enter = enter,
            .connections_max = config->connections_max,
            .meter = app->meter,
            .refusals_max = config->refusals_max,
            .aside = aside,
            .proxies = proxies,
            .problem_page = page_problem });
    app->pool = db_pool_new(app->loop,
        &(struct db_pool_config){ .conninfo = config->database,
            .connections = { [DB_READ] = 2, [DB_WRITE] = 1, [DB_SLOW] = 1, [DB_LARGE] = 1 },
            .statement_timeout_ms = { [DB_READ] = 5000,
                [DB_WRITE] = 5000,
                [DB_SLOW] = 20000,
                [DB_LARGE] = 20000 },
            .meter = app->meter });
    app->jobs = jobs_new(app);
    app->identities = identities_new();
    if (config->number == 0)
        worker->housekeeping = housekeeping_new(app);
    if (pthread_create(&worker->thread, NULL, thread_main, worker) != 0)
        abort();
    return worker;
}

/* -- messages to the worker's thread ------------------------------------------------------------
 */

static void on_drain_look(struct loop_timer *timer)
{
    struct worker *worker = (struct worker *)((char *)timer - offsetof(struct worker, drain));

    bool is_idle = http_server_busy(worker->app.http) == 0 && jobs_open(worker->app.jobs) == 0;

    if (is_idle || clock_monotonic_ms() > worker->drain_until_ms)
        loop_stop(worker->app.loop);
    else
        loop_timer_start(worker->app.loop, &worker->drain, DRAIN_LOOK_MS);
}

static void start_drain(void *argument)
{
    struct worker *worker = argument;

    http_server_drain(worker->app.http);
    jobs_drain(worker->app.jobs);
    worker->drain.fire = on_drain_look;
    loop_timer_start(worker->app.loop, &worker->drain, DRAIN_LOOK_MS);
}

static void post(struct worker *worker, void (*run)(void *argument), void *argument)
{
    while (!loop_post(worker->app.loop, run, argument))
        sched_yield();
}

void worker_drain(struct worker *worker, int limit_ms)
{
    worker->drain_until_ms = clock_monotonic_ms() + limit_ms;
    post(worker, start_drain, worker);
}

struct new_settings {
    struct worker *worker;
    const struct settings *settings;
};

static void take_settings(void *argument)
{
    struct new_settings *new = argument;
    new->worker->app.settings = new->settings;
    free(new);
}

void worker_settings(struct worker *worker, const struct settings *settings)
{
    struct new_settings *new = mem_alloc(sizeof *new);
    *new = (struct new_settings){ worker, settings };
    post(worker, take_settings, new);
}

int64_t worker_last_turn_ms(const struct worker *worker)
{
    return loop_last_turn_ms(worker->app.loop);
}

void worker_free(struct worker *worker)
{
    pthread_join(worker->thread, NULL);
    housekeeping_free(worker->housekeeping);
    jobs_stop(worker->app.jobs);
    /* units that still wait are answered now, while their requests live */
    db_pool_free(worker->app.pool);
    http_server_free(worker->app.http);
    jobs_free(worker->app.jobs);
    identities_free(worker->app.identities);
    loop_free(worker->app.loop);
    free(worker);
}
