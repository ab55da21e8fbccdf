#include "step/work.h"

#include "base/arena.h"
#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct task {
    struct task *next;
    uint64_t owner;
    bool is_long;
    struct loop *loop;
    void (*run)(void *argument);
    void (*done)(void *argument);
    void *argument;
    int64_t queued_us;
};

struct work {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct task *waiting; /* oldest first */
    struct task *running;
    size_t count, queue_max, share_max;
    bool ending;
    struct queue_meter meter;
    int longs_max; /* that run at once */
    int threads;
    pthread_t thread[];
};

static size_t count_of(const struct task *list, uint64_t owner)
{
    size_t count = 0;

    for (; list; list = list->next)
        count += list->owner == owner;
    return count;
}

static void add(struct task **list, struct task *task)
{
    while (*list)
        list = &(*list)->next;
    task->next = NULL;
    *list = task;
}

static void take_out(struct task **list, struct task *task)
{
    while (*list != task)
        list = &(*list)->next;
    *list = task->next;
}

static bool has_room_for_long(const struct work *work)
{
    int count = 0;

    for (const struct task *task = work->running; task; task = task->next)
        count += task->is_long;
    return count < work->longs_max;
}

/* Of those that wait, the oldest of an owner who has least running. NULL: none may run now. */
static struct task *next_task(const struct work *work)
{
    struct task *next = NULL;
    size_t fewest = SIZE_MAX;
    bool takes_long = has_room_for_long(work);

    for (struct task *task = work->waiting; task && fewest > 0; task = task->next) {
        if (task->is_long && !takes_long)
            continue;
        size_t count = count_of(work->running, task->owner);
        if (count < fewest) {
            fewest = count;
            next = task;
        }
    }
    return next;
}

static struct task *take(struct work *work)
{
    struct task *task = NULL;

    pthread_mutex_lock(&work->lock);
    while (!work->ending && !(task = next_task(work)))
        pthread_cond_wait(&work->more, &work->lock);
    if (work->ending)
        task = NULL;
    if (task) {
        take_out(&work->waiting, task);
        add(&work->running, task);
        counter_set(&work->meter.waiting, --work->count);
        counter_add(&work->meter.running, 1);
        histogram_add(&work->meter.wait, clock_monotonic_us() - task->queued_us);
    }
    pthread_mutex_unlock(&work->lock);
    return task;
}

static void end_run(struct work *work, struct task *task, int64_t began_us)
{
    pthread_mutex_lock(&work->lock);
    take_out(&work->running, task);
    if (task->is_long && work->waiting)
        pthread_cond_signal(&work->more); /* a long one may have waited for its end */
    counter_add(&work->meter.running, (uint64_t)-1);
    histogram_add(&work->meter.run, clock_monotonic_us() - began_us);
    pthread_mutex_unlock(&work->lock);
}

static void *thread_main(void *context)
{
    struct work *work = context;
    struct task *task;

    while ((task = take(work))) {
        int64_t began_us = clock_monotonic_us();
        task->run(task->argument);
        end_run(work, task, began_us);
        /* a loop with a full queue is busy, not gone */
        while (!loop_post(task->loop, task->done, task->argument))
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        free(task);
    }
    return NULL;
}

struct work *work_new(int threads, size_t queue_max, size_t share_max)
{
    struct work *work = mem_zero(1, sizeof *work + (size_t)threads * sizeof(pthread_t));

    pthread_mutex_init(&work->lock, NULL);
    pthread_cond_init(&work->more, NULL);
    work->queue_max = queue_max;
    work->share_max = share_max;
    work->longs_max = threads > 2 ? threads - 1 : 1;
    counter_set(&work->meter.room, queue_max);
    counter_set(&work->meter.threads, (unsigned)threads);
    for (; work->threads < threads; work->threads++)
        if (pthread_create(&work->thread[work->threads], NULL, thread_main, work) != 0)
            abort();
    return work;
}

void work_free(struct work *work)
{
    if (!work)
        return;
    pthread_mutex_lock(&work->lock);
    work->ending = true;
    pthread_cond_broadcast(&work->more);
    pthread_mutex_unlock(&work->lock);
    for (int i = 0; i < work->threads; i++)
        pthread_join(work->thread[i], NULL);
    for (struct task *task = work->waiting, *next; task; task = next) {
        next = task->next;
        free(task);
    }
    pthread_cond_destroy(&work->more);
    pthread_mutex_destroy(&work->lock);
    free(work);
}

const struct queue_meter *work_meter(const struct work *work)
{
    return &work->meter;
}

static bool submit(struct work *work, struct task given)
{
    bool room;

    given.queued_us = clock_monotonic_us();
    pthread_mutex_lock(&work->lock);
    room = work->count < work->queue_max && count_of(work->waiting, given.owner) < work->share_max;
    if (room) {
        struct task *task = mem_alloc(sizeof *task);
        *task = given;
        add(&work->waiting, task);
        counter_set(&work->meter.waiting, ++work->count);
        pthread_cond_signal(&work->more);
    } else {
        counter_add(&work->meter.refused, 1);
    }
    pthread_mutex_unlock(&work->lock);
    return room;
}

bool work_submit(struct work *work, uint64_t owner, struct loop *loop, void (*run)(void *argument),
    void (*done)(void *argument), void *argument)
{
    return submit(work, (struct task){ NULL, owner, false, loop, run, done, argument, 0 });
}

bool work_submit_long(struct work *work, uint64_t owner, struct loop *loop,
    void (*run)(void *argument), void (*done)(void *argument), void *argument)
{
    return submit(work, (struct task){ NULL, owner, true, loop, run, done, argument, 0 });
}
