#include "db/pool.h"

#include "base/arena.h"
#include "base/clock.h"
#include "db/pipeline.h"
#include "db/unit.h"

#include <assert.h>
#include <stdlib.h>

#define SWEEP_MS 100
#define WAITING_MAX 1024
#define WAIT_LIMIT_MS 500
#define WAIT_LIMIT_SLOW_MS 5000
#define CONNECTIONS_MAX 8
#define LARGE_BYTES (256u << 10)
#define LARGE_CALLS 32
#define FAILURES_BEFORE_REFUSING 3
#define QUIET_MS 2500

struct class
{
    struct unit_queue going_on; /* of requests that have been served a part already: first */
    struct unit_queue waiting;
    struct pipeline *pipelines[CONNECTIONS_MAX];
    int connections;
    int in_flight_max; /* per connection */
    int64_t wait_limit_ms;
    struct class_meter *meter;
    char options[512];
};

struct db_pool {
    struct loop *loop;
    struct loop_hook hook;
    struct loop_timer sweep;
    struct class classes[DB_CLASSES];
    int64_t asked_ms;          /* since when a sign of life is waited for; 0: it is not */
    struct unit_queue refused; /* to be told in the next turn, never from inside db_submit() */
};

static struct db_pool *pool_of_hook(struct loop_hook *hook)
{
    return (struct db_pool *)((char *)hook - offsetof(struct db_pool, hook));
}

static struct pipeline *least_busy(const struct class *class, const struct unit *unit)
{
    struct pipeline *best = NULL;
    for (int i = 0; i < class->connections; i++) {
        struct pipeline *candidate = class->pipelines[i];
        if (!pipeline_is_up(candidate) || pipeline_in_flight(candidate) >= class->in_flight_max ||
            !pipeline_has_room(candidate, unit))
            continue;
        if (!best || pipeline_in_flight(candidate) < pipeline_in_flight(best))
            best = candidate;
    }
    return best;
}

static bool class_is_up(const struct class *class)
{
    for (int i = 0; i < class->connections; i++)
        if (pipeline_is_up(class->pipelines[i]))
            return true;
    return false;
}

static bool class_has_given_up(const struct class *class)
{
    for (int i = 0; i < class->connections; i++)
        if (pipeline_failures(class->pipelines[i]) < FAILURES_BEFORE_REFUSING)
            return false;
    return true;
}

static void send_from(struct class *class, struct unit_queue *queue)
{
    struct pipeline *pipeline;

    while (queue->first && (pipeline = least_busy(class, queue->first)))
        pipeline_send(pipeline, unit_queue_pop(queue));
}

static void on_turn(struct loop_hook *hook)
{
    struct db_pool *pool = pool_of_hook(hook);
    struct unit *unit;

    while ((unit = unit_queue_pop(&pool->refused))) {
        unit_fail(unit, unit->failed);
        unit_free(unit);
    }
    for (int c = 0; c < DB_CLASSES; c++) {
        struct class *class = &pool->classes[c];
        send_from(class, &class->going_on);
        send_from(class, &class->waiting);
        for (int i = 0; i < class->connections; i++)
            pipeline_flush(class->pipelines[i]);
    }
}

static int64_t sleep_ms(struct loop_hook *hook)
{
    return pool_of_hook(hook)->refused.first ? 0 : -1;
}

static void refuse(struct db_pool *pool, struct unit *unit, enum err err)
{
    unit->failed = err;
    counter_add(&pool->classes[unit->class].meter->refused, 1);
    unit_queue_push(&pool->refused, unit);
}

static void sweep_waiting(
    struct db_pool *pool, struct class *class, struct unit_queue *queue, int64_t now_ms)
{
    bool up = class_is_up(class);
    while (queue->first) {
        struct unit *oldest = queue->first;
        if (now_ms - oldest->queued_us / 1000 < class->wait_limit_ms &&
            now_ms < oldest->deadline_ms)
            break;
        refuse(pool, unit_queue_pop(queue), up ? ERR_OVERLOADED : ERR_UNAVAILABLE);
    }
}

static void show_state(const struct class *class)
{
    unsigned connected = 0, in_flight = 0;
    uint64_t reconnects = 0;

    for (int i = 0; i < class->connections; i++) {
        connected += pipeline_is_up(class->pipelines[i]);
        in_flight += (unsigned)pipeline_in_flight(class->pipelines[i]);
        reconnects += (uint64_t)pipeline_reconnects(class->pipelines[i]);
    }
    counter_set(&class->meter->connections, (unsigned)class->connections);
    counter_set(&class->meter->connected, connected);
    counter_set(&class->meter->in_flight, in_flight);
    counter_set(&class->meter->waiting, (unsigned)(class->going_on.count + class->waiting.count));
    counter_set(&class->meter->reconnects, reconnects);
}

static bool takes_long(enum db_class c)
{
    return c == DB_SLOW || c == DB_LARGE;
}

static void ask_for_life(struct db_pool *pool, int64_t now_ms)
{
    for (int c = 0; c < DB_CLASSES; c++)
        for (int i = 0; i < pool->classes[c].connections; i++)
            if (!takes_long((enum db_class)c))
                pipeline_ask_for_life(pool->classes[c].pipelines[i]);
    pool->asked_ms = now_ms;
}

/* Of a statement that may take long nobody knows whether it runs or its server has gone silent.
 * Then the other connections are asked: true when none of them says anything. */
static bool has_gone_silent(struct db_pool *pool, int64_t now_ms)
{
    int64_t heard_ms = 0, quiet_since_ms = INT64_MAX;

    for (int c = 0; c < DB_CLASSES; c++) {
        for (int i = 0; i < pool->classes[c].connections; i++) {
            int64_t heard = pipeline_heard_ms(pool->classes[c].pipelines[i]);
            int64_t quiet = pipeline_quiet_since_ms(pool->classes[c].pipelines[i]);
            heard_ms = heard > heard_ms ? heard : heard_ms;
            if (takes_long((enum db_class)c) && quiet < quiet_since_ms)
                quiet_since_ms = quiet;
        }
    }
    if (heard_ms >= pool->asked_ms)
        pool->asked_ms = 0;
    if (now_ms - heard_ms < QUIET_MS || quiet_since_ms > now_ms - QUIET_MS)
        return false;
    if (!pool->asked_ms)
        ask_for_life(pool, now_ms);
    return now_ms - pool->asked_ms >= QUIET_MS;
}

static void doubt_all(struct db_pool *pool, int64_t now_ms)
{
    for (int c = 0; c < DB_CLASSES; c++)
        for (int i = 0; i < pool->classes[c].connections; i++)
            pipeline_doubt(pool->classes[c].pipelines[i], now_ms);
    pool->asked_ms = 0;
}

static void on_sweep(struct loop_timer *timer)
{
    struct db_pool *pool = (struct db_pool *)((char *)timer - offsetof(struct db_pool, sweep));
    int64_t now_ms = clock_monotonic_ms();
    bool silent = has_gone_silent(pool, now_ms);

    for (int c = 0; c < DB_CLASSES; c++) {
        struct class *class = &pool->classes[c];
        for (int i = 0; i < class->connections; i++)
            silent |= !pipeline_sweep(class->pipelines[i], now_ms);
        sweep_waiting(pool, class, &class->going_on, now_ms);
        sweep_waiting(pool, class, &class->waiting, now_ms);
        show_state(class);
    }
    if (silent)
        doubt_all(pool, now_ms);
    loop_timer_start(pool->loop, &pool->sweep, SWEEP_MS);
}

static void start_class(struct db_pool *pool, enum db_class c, const struct db_pool_config *config)
{
    struct class *class = &pool->classes[c];
    int timeout_ms = config->statement_timeout_ms[c];

    class->in_flight_max = takes_long(c) ? 2 : 32;
    class->wait_limit_ms = takes_long(c) ? WAIT_LIMIT_SLOW_MS : WAIT_LIMIT_MS;
    /* Statements are written so that the plan without their parameters is the right one; making the
     * long ones' plans anew costs more than running them. Short reads walk an index in the order of
     * their list and stop: a bitmap reads all of it. */
    int length = snprintf(class->options, sizeof class->options,
        "-c search_path=gloss -c statement_timeout=%d -c lock_timeout=1000"
        " -c idle_in_transaction_session_timeout=5000 -c plan_cache_mode=force_generic_plan"
        " -c jit=off -c random_page_cost=1.1%s%s",
        timeout_ms, c == DB_READ ? " -c enable_bitmapscan=off" : "",
        c == DB_WRITE || c == DB_LARGE ? "" : " -c default_transaction_read_only=on");
    assert(length > 0 && (size_t)length < sizeof class->options);
    (void)length;
    class->meter = &config->meter->classes[c];
    class->connections = config->connections[c];
    for (int i = 0; i < class->connections; i++)
        class->pipelines[i] = pipeline_new(pool->loop,
            &(struct pipeline_config){
                config->conninfo, class->options, c, timeout_ms + 500, class->meter },
            &class->waiting);
}

struct db_pool *db_pool_new(struct loop *loop, const struct db_pool_config *config)
{
    struct db_pool *pool = mem_zero(1, sizeof *pool);

    pool->loop = loop;
    pool->hook = (struct loop_hook){ .turn = on_turn, .sleep_ms = sleep_ms };
    pool->sweep.fire = on_sweep;
    for (int c = 0; c < DB_CLASSES; c++)
        start_class(pool, (enum db_class)c, config);
    loop_hook_add(loop, &pool->hook);
    loop_timer_start(loop, &pool->sweep, SWEEP_MS);
    return pool;
}

static void fail_all(struct unit_queue *queue, enum err err)
{
    struct unit *unit;
    while ((unit = unit_queue_pop(queue))) {
        unit_fail(unit, err);
        unit_free(unit);
    }
}

void db_pool_free(struct db_pool *pool)
{
    if (!pool)
        return;
    loop_timer_stop(pool->loop, &pool->sweep);
    for (int c = 0; c < DB_CLASSES; c++) {
        struct class *class = &pool->classes[c];
        for (int i = 0; i < class->connections; i++)
            pipeline_free(class->pipelines[i]);
        fail_all(&class->going_on, ERR_UNAVAILABLE);
        fail_all(&class->waiting, ERR_UNAVAILABLE);
    }
    fail_all(&pool->refused, ERR_UNAVAILABLE);
    free(pool);
}

/* Where others have waited for long already, a newcomer hears at once what it would hear later:
 * the queue grows no longer, and what is in it is served in time. */
static bool is_slow(const struct class *class, int64_t now_us)
{
    const struct unit *oldest = class->waiting.first;
    int64_t enough_us = class->wait_limit_ms * 1000 * 3 / 5;

    return oldest && class_is_up(class) && now_us - oldest->queued_us > enough_us;
}

void db_submit(struct db_pool *pool, enum db_class c, const struct db_call *calls, size_t count,
    int64_t deadline_ms, bool goes_on, db_done *done, void *waiter)
{
    struct unit *unit = unit_new(c, calls, count);
    if (c == DB_WRITE && (unit->bytes > LARGE_BYTES || count > LARGE_CALLS))
        unit->class = DB_LARGE;
    struct class *class = &pool->classes[unit->class];

    unit->queued_us = clock_monotonic_us();
    unit->deadline_ms = deadline_ms;
    unit->done = done;
    unit->waiter = waiter;
    if (goes_on ? class->going_on.count >= WAITING_MAX
                : class->waiting.count >= WAITING_MAX || is_slow(class, unit->queued_us))
        refuse(pool, unit, ERR_OVERLOADED);
    else if (!class_is_up(class) && class_has_given_up(class))
        refuse(pool, unit, ERR_UNAVAILABLE);
    else
        unit_queue_push(goes_on ? &class->going_on : &class->waiting, unit);
}

bool db_pool_ready(const struct db_pool *pool, enum db_class class)
{
    return class_is_up(&pool->classes[class]);
}
