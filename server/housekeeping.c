#include "housekeeping.h"

#include "base/arena.h"
#include "sql.h"
#include "step/await.h"

#include <stdlib.h>

struct chore {
    const struct db_statement *statement;
    int every_s;
};

/* Each takes no parameter and does a bounded piece of its work. */
static const struct chore chores[] = {
    { &sql_shelves_fold, 2 },
    { &sql_idempotency_purge, 600 },
    { &sql_users_purge_sessions, 600 },
    { NULL, 0 },
};

struct housekeeping {
    struct app *app;
    struct loop_timer timer;
    int second;
};

static void on_second(struct loop_timer *timer)
{
    struct housekeeping *house =
        (struct housekeeping *)((char *)timer - offsetof(struct housekeeping, timer));

    house->second++;
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
