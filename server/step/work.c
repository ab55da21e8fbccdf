#include "step/work.h"

#include "base/arena.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct task {
    struct task *next;
    struct loop *loop;
    void (*run)(void *argument);
    void (*done)(void *argument);
    void *argument;
};

struct work {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct task *first, *last;
    size_t count, queue_max;
    bool ending;
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
        work->count--;
    }
    pthread_mutex_unlock(&work->lock);
    return task;
}

static void *thread_main(void *context)
{
    struct work *work = context;
    struct task *task;

    while ((task = take(work))) {
        task->run(task->argument);
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

bool work_submit(struct work *work, struct loop *loop, void (*run)(void *argument),
    void (*done)(void *argument), void *argument)
{
    bool room;

    pthread_mutex_lock(&work->lock);
    room = work->count < work->queue_max;
    if (room) {
        struct task *task = mem_alloc(sizeof *task);
        *task = (struct task){ NULL, loop, run, done, argument };
        if (work->last)
            work->last->next = task;
        else
            work->first = task;
        work->last = task;
        work->count++;
        pthread_cond_signal(&work->more);
    }
    pthread_mutex_unlock(&work->lock);
    return room;
}
