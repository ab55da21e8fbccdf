#include "test.h"

#include "step/work.h"

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

/* A task that says that it runs, and goes on when it may. */
struct held {
    char name;
    sem_t may_end;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char began[32], ended[32];
static sem_t has_begun;
static struct loop *loop;
static size_t left; /* tasks whose end the loop waits for */

static void note(char *list, char c)
{
    pthread_mutex_lock(&lock);
    list[strlen(list)] = c;
    pthread_mutex_unlock(&lock);
}

static void run_held(void *argument)
{
    struct held *held = argument;

    note(began, held->name);
    sem_post(&has_begun);
    sem_wait(&held->may_end);
}

static void done_held(void *argument)
{
    struct held *held = argument;

    note(ended, held->name);
    if (--left == 0)
        loop_stop(loop);
}

static void start(struct held *all, size_t count)
{
    memset(began, 0, sizeof began);
    memset(ended, 0, sizeof ended);
    sem_init(&has_begun, 0, 0);
    loop = loop_new();
    left = count;
    for (size_t i = 0; i < count; i++) {
        all[i].name = (char)('a' + (int)i);
        sem_init(&all[i].may_end, 0, 0);
    }
}

static bool submit(struct work *work, uint64_t owner, struct held *held)
{
    return work_submit(work, owner, loop, run_held, done_held, held);
}

static void await_begun(int count)
{
    for (int i = 0; i < count; i++)
        sem_wait(&has_begun);
}

TEST("what waits for a thread runs in order, and its end is heard on the loop")
{
    struct held all[4];
    struct work *work = work_new(1, 10, 10);

    start(all, 4);
    for (size_t i = 0; i < 4; i++) {
        CHECK(submit(work, 7, &all[i]));
        sem_post(&all[i].may_end);
    }
    loop_run(loop);
    CHECK_STR(str_from(began), STR("abcd"));
    CHECK_STR(str_from(ended), STR("abcd"));
    CHECK_INT(counter_get(&work_meter(work)->waiting), 0);
    CHECK_INT(counter_get(&work_meter(work)->refused), 0);
    work_free(work);
    loop_free(loop);
}

TEST("of those that wait, who has least running is next")
{
    struct held all[4]; /* a, b and c are one owner's, d another's */
    struct work *work = work_new(2, 10, 10);

    start(all, 4);
    CHECK(submit(work, 1, &all[0]) && submit(work, 1, &all[1]));
    await_begun(2);
    CHECK(submit(work, 1, &all[2]) && submit(work, 2, &all[3]));
    sem_post(&all[0].may_end);
    await_begun(1);
    CHECK_INT(began[2], 'd');
    for (size_t i = 1; i < 4; i++)
        sem_post(&all[i].may_end);
    loop_run(loop);
    CHECK_INT(began[3], 'c');
    work_free(work);
    loop_free(loop);
}

TEST("long tasks leave a thread to the short ones")
{
    struct held all[4]; /* a, b and c are long, d is not */
    struct work *work = work_new(2, 10, 10);

    start(all, 4);
    for (size_t i = 0; i < 3; i++)
        CHECK(work_submit_long(work, i, loop, run_held, done_held, &all[i]));
    await_begun(1);
    CHECK(submit(work, 9, &all[3]));
    await_begun(1);
    CHECK_STR(str_from(began), STR("ad"));
    sem_post(&all[3].may_end);
    sem_post(&all[0].may_end);
    await_begun(1); /* the next long one, when the first has ended */
    CHECK_STR(str_from(began), STR("adb"));
    sem_post(&all[1].may_end);
    sem_post(&all[2].may_end);
    loop_run(loop);
    CHECK_INT(began[3], 'c');
    work_free(work);
    loop_free(loop);
}

TEST("nobody has more than their share of the queue, and nothing fits into a full one")
{
    struct held all[5];
    struct work *work = work_new(1, 3, 2);

    start(all, 4);
    CHECK(submit(work, 1, &all[0]));
    await_begun(1);
    CHECK(submit(work, 1, &all[1]) && submit(work, 1, &all[2]));
    CHECK(!submit(work, 1, &all[4]));
    CHECK(submit(work, 2, &all[3]));
    CHECK(!submit(work, 3, &all[4]));
    CHECK_INT(counter_get(&work_meter(work)->refused), 2);
    CHECK_INT(counter_get(&work_meter(work)->waiting), 3);
    CHECK_INT(counter_get(&work_meter(work)->running), 1);
    for (size_t i = 0; i < 4; i++)
        sem_post(&all[i].may_end);
    loop_run(loop);
    CHECK_INT(strlen(ended), 4);
    work_free(work);
    loop_free(loop);
}

static void ignore(void *argument)
{
    (void)argument;
}

TEST("a loop that has no room for the end of a task hears of it later")
{
    struct held one[1];
    struct work *work = work_new(1, 10, 10);

    start(one, 1);
    while (loop_post(loop, ignore, NULL))
        continue;
    CHECK(submit(work, 1, &one[0]));
    sem_post(&one[0].may_end);
    await_begun(1);
    nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
    loop_run(loop);
    CHECK_STR(str_from(ended), STR("a"));
    work_free(work);
    loop_free(loop);
}

static void *free_it(void *work)
{
    work_free(work);
    return NULL;
}

TEST("ending waits for what runs, whatever waits behind it")
{
    struct held all[2];
    struct work *work = work_new(1, 10, 10);

    start(all, 2);
    CHECK(submit(work, 1, &all[0]));
    await_begun(1);
    CHECK(submit(work, 1, &all[1]));
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, free_it, work), 0);
    /* until the threads have been told to end, only `a` keeps the one busy */
    nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
    sem_post(&all[1].may_end); /* were it run after all, it would end */
    sem_post(&all[0].may_end);
    pthread_join(thread, NULL);
    CHECK_INT(began[0], 'a');
    loop_free(loop);
    work_free(NULL);
}
