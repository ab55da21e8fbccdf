#include "test.h"

#include "base/clock.h"
#include "base/loop.h"
#include "base/meter.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

static struct loop *loop;
static char order[64];

static void note(char c)
{
    size_t bytes = strlen(order);

    if (bytes + 1 < sizeof order)
        order[bytes] = c;
}

static void begin(void)
{
    loop = loop_new();
    memset(order, 0, sizeof order);
}

static void stop_it(void *argument)
{
    (void)argument;
    loop_stop(loop);
}

/* -- timers ------------------------------------------------------------------------------------ */

static void fire_a(struct loop_timer *timer)
{
    (void)timer;
    note('a');
}

static void fire_b(struct loop_timer *timer)
{
    (void)timer;
    note('b');
}

static void fire_last(struct loop_timer *timer)
{
    (void)timer;
    note('.');
    loop_stop(loop);
}

TEST("timers fire by their time, not in the order they were started in")
{
    struct loop_timer a = { .fire = fire_a }, b = { .fire = fire_b }, last = { .fire = fire_last };

    begin();
    do { /* again where the machine paused in between */
        loop_timer_start(loop, &last, 30);
        loop_timer_start(loop, &b, 20);
        loop_timer_start(loop, &a, 5);
    } while (a.at_ms >= b.at_ms || b.at_ms >= last.at_ms);
    loop_run(loop);
    CHECK_STR(str_from(order), STR("ab."));
    loop_free(loop);
}

TEST("a stopped timer does not fire, and a started one that is started again moves")
{
    struct loop_timer a = { .fire = fire_a }, b = { .fire = fire_b }, last = { .fire = fire_last };

    begin();
    loop_timer_start(loop, &a, 1);
    loop_timer_start(loop, &b, 1);
    loop_timer_start(loop, &last, 20);
    loop_timer_stop(loop, &a);
    loop_timer_stop(loop, &a);
    loop_timer_start(loop, &b, 60000);
    loop_run(loop);
    CHECK_STR(str_from(order), STR("."));
    loop_timer_stop(loop, &b);
    loop_free(loop);
}

static struct loop_timer again;

static void fire_again(struct loop_timer *timer)
{
    note('x');
    if (strlen(order) == 3)
        loop_stop(loop);
    else
        loop_timer_start(loop, timer, 0);
}

TEST("a timer may start itself again, and one without delay fires")
{
    begin();
    again.fire = fire_again;
    loop_timer_start(loop, &again, 0);
    loop_run(loop);
    CHECK_STR(str_from(order), STR("xxx"));
    loop_free(loop);
}

/* -- messages ---------------------------------------------------------------------------------- */

static void on_message(void *argument)
{
    note(*(const char *)argument);
}

static void *post_some(void *context)
{
    static const char letters[] = "123";

    (void)context;
    for (size_t i = 0; i < 3; i++)
        if (!loop_post(loop, on_message, (void *)(uintptr_t)&letters[i]))
            abort();
    if (!loop_post(loop, stop_it, NULL))
        abort();
    return NULL;
}

TEST("what another thread posts is run in order, and wakes the loop")
{
    pthread_t thread;

    begin();
    CHECK_INT(pthread_create(&thread, NULL, post_some, NULL), 0);
    loop_run(loop);
    pthread_join(thread, NULL);
    CHECK_STR(str_from(order), STR("123"));
    loop_free(loop);
}

static int count;

static void count_one(void *argument)
{
    (void)argument;
    count++;
}

TEST("the queue of messages is bounded, and refuses what it has no room for")
{
    int taken = 0;

    begin();
    count = 0;
    while (loop_post(loop, count_one, NULL))
        taken++;
    CHECK(taken > 1000 && taken < 100000);
    struct loop_timer last = { .fire = fire_last };
    loop_timer_start(loop, &last, 0);
    loop_run(loop);
    CHECK_INT(count, taken);
    CHECK(loop_post(loop, count_one, NULL));
    loop_free(loop);
}

/* -- sockets and hooks ------------------------------------------------------------------------- */

static struct loop_source first, second;

/* Whichever comes first ends the other: its event of the same turn must not arrive. */
static void on_first(struct loop_source *source, uint32_t events)
{
    (void)events;
    note('r');
    loop_unwatch(loop, source == &first ? &second : &first);
    loop_unwatch(loop, source);
    loop_stop(loop);
}

TEST("a source that was ended in the same turn hears nothing more")
{
    int one[2], two[2];

    begin();
    CHECK(pipe(one) == 0 && pipe(two) == 0);
    first = (struct loop_source){ .fd = one[0], .ready = on_first };
    second = (struct loop_source){ .fd = two[0], .ready = on_first };
    loop_watch(loop, &first, EPOLLIN);
    loop_watch(loop, &second, EPOLLIN);
    CHECK(write(one[1], "x", 1) == 1 && write(two[1], "x", 1) == 1);
    loop_run(loop);
    CHECK_STR(str_from(order), STR("r"));
    for (int i = 0; i < 2; i++) {
        close(one[i]);
        close(two[i]);
    }
    loop_free(loop);
}

static void on_turn(struct loop_hook *hook)
{
    (void)hook;
    note('h');
    if (strlen(order) >= 4)
        loop_stop(loop);
}

static int64_t no_sleep(struct loop_hook *hook)
{
    (void)hook;
    return 0;
}

TEST("hooks run once a turn, and one that does not let it sleep keeps it awake")
{
    struct loop_hook quiet = { .turn = on_turn }, awake = { .turn = on_turn, .sleep_ms = no_sleep };
    struct histogram turns = { 0 };
    int64_t began_ms = clock_monotonic_ms();
    uint64_t counted = 0;

    begin();
    loop_hook_add(loop, &quiet);
    loop_hook_add(loop, &awake);
    loop_time_turns(loop, &turns);
    loop_run(loop);
    CHECK_STR(str_from(order), STR("hhhh"));
    for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
        counted += counter_get(&turns.counts[i]);
    CHECK_INT(counted, 2);
    CHECK(loop_last_turn_ms(loop) >= began_ms);
    loop_free(loop);
}

TEST("no loop is freed without harm")
{
    loop_free(NULL);
}
