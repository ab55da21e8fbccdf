#include "step/work.h"

#include "base/arena.h"
#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct task {
    struct task *next;
    struct loop *loop;
    void (*run)(void *argument);
    void (*done)(void *argument);
    void *argument;
    int64_t queued_us;
};

struct work {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct task *first, *last;
    size_t count, queue_max;
    bool ending;
    struct queue_meter meter;
    int threads;
    pthread_t thread[];
};

static struct task *take(struct work *work)
{
    pthread_mutex_lock(&work->lock);
    while (!work->first && !work->ending)
        pthread_cond_wait(&work->more, &work->lock);
    struct task *task = work->ending ? NULL : work->first;
    if (task) {
        work->first = task->next;
        if (!work->first)
            work->last = NULL;
        counter_set(&work->meter.waiting, --work->count);
        counter_add(&work->meter.running, 1);
        histogram_add(&work->meter.wait, clock_monotonic_us() - task->queued_us);
    }
    pthread_mutex_unlock(&work->lock);
    return task;
}

static void count_run(struct work *work, int64_t began_us)
{
    pthread_mutex_lock(&work->lock);
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
        count_run(work, began_us);
        /* a loop with a full queue is busy, not gone */
        while (!loop_post(task->loop, task->done, task->argument))
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        free(task);
    }
    return NULL;
}

struct work *work_new(int threads, size_t queue_max)
{
    struct work *work = mem_zero(1, sizeof *work + (size_t)threads * sizeof(pthread_t));

    pthread_mutex_init(&work->lock, NULL);
    pthread_cond_init(&work->more, NULL);
    work->queue_max = queue_max;
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
    for (struct task *task = work->first, *next; task; task = next) {
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

bool work_submit(struct work *work, struct loop *loop, void (*run)(void *argument),
    void (*done)(void *argument), void *argument)
{
    bool room;

    pthread_mutex_lock(&work->lock);
    room = work->count < work->queue_max;
    if (room) {
        struct task *task = mem_alloc(sizeof *task);
        *task = (struct task){ NULL, loop, run, done, argument, clock_monotonic_us() };
        if (work->last)
            work->last->next = task;
        else
            work->first = task;
        work->last = task;
        counter_set(&work->meter.waiting, ++work->count);
        pthread_cond_signal(&work->more);
    } else {
        counter_add(&work->meter.refused, 1);
    }
    pthread_mutex_unlock(&work->lock);
    return room;
}
