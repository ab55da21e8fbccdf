#include "housekeeping.h"

#include "base/arena.h"
#include "base/clock.h"
#include "sql.h"
#include "step/await.h"

#include <malloc.h>
#include <stdlib.h>

struct chore {
    const struct db_statement *statement;
    int every_s;
};

/* Each takes no parameter and does a bounded piece of its work. */
static const struct chore chores[] = {
    { &sql_readings_reveal_due, 1 },
    { &sql_shelves_fold, 2 },
    { &sql_users_erase_late, 5 },
    { &sql_jobs_lapse, 5 },
    { &sql_idempotency_purge, 600 },
    { &sql_users_purge_sessions, 600 },
    { &sql_jobs_purge, 600 },
    { NULL, 0 },
};

#define WATCH_EVERY_S 5
#define WATCH_LIMIT_MS 4000
#define TRIM_EVERY_S 5
#define TRIM_FROM_BYTES (1u << 20)

struct housekeeping {
    struct app *app;
    struct loop_timer timer;
    int second;
};

/* What /metrics says of the database comes from here: who scrapes asks the database nothing. */
static void on_watched(void *waiter, const struct db_result *res, size_t count)
{
    struct database_meter *meter = &((struct shared *)waiter)->meters->database;

    (void)count;
    if (res->err != ERR_NONE)
        return;
    uint64_t started_us = (uint64_t)db_get_time(res, 0, "started"),
             was = counter_get(&meter->started_us);
    counter_add(&meter->restarts, was != 0 && was != started_us);
    counter_set(&meter->started_us, started_us);
    counter_set(&meter->unfolded, (uint64_t)db_get_int(res, 0, "unfolded"));
    counter_set(&meter->unfolded_us, (uint64_t)db_get_long(res, 0, "unfolded_us"));
    counter_set(&meter->looked_us, (uint64_t)clock_wall_us());
}

static void watch(struct app *app)
{
    db_submit(app->pool, DB_READ, &(struct db_call){ &sql_server_watch, DB_NO_PARAMS }, 1,
        clock_monotonic_ms() + WATCH_LIMIT_MS, false, on_watched, app->shared);
}

/* What many large answers at once have left free in the heaps goes back to the system: the
 * allocator keeps what lies between blocks that are in use. */
static void give_back(void)
{
    if (mallinfo2().fordblks > TRIM_FROM_BYTES)
        malloc_trim(0);
}

static void on_second(struct loop_timer *timer)
{
    struct housekeeping *house =
        (struct housekeeping *)((char *)timer - offsetof(struct housekeeping, timer));

    if (house->second++ % WATCH_EVERY_S == 0)
        watch(house->app);
    if (house->second % TRIM_EVERY_S == 0)
        give_back();
    for (const struct chore *chore = chores; chore->statement; chore++)
        if (house->second % chore->every_s == 0)
            db_write_and_forget(house->app, chore->statement, DB_NO_PARAMS);
    loop_timer_start(house->app->loop, &house->timer, 1000);
}

struct housekeeping *housekeeping_new(struct app *app)
{
    struct housekeeping *house = mem_zero(1, sizeof *house);

    house->app = app;
    house->timer.fire = on_second;
    loop_timer_start(app->loop, &house->timer, 1000);
    return house;
}

void housekeeping_free(struct housekeeping *housekeeping)
{
    if (housekeeping)
        loop_timer_stop(housekeeping->app->loop, &housekeeping->timer);
    free(housekeeping);
}
