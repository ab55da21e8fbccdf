#include "base/loop.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/meter.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MESSAGES_MAX 8192
#define EVENTS_A_TURN 256
#define LONGEST_SLEEP_MS 1000 /* so that the watchdog sees a quiet loop turn */

struct message {
    void (*run)(void *argument);
    void *argument;
};

struct loop {
    int epoll_fd;
    bool stopped;
    struct loop_source wakeup;
    struct loop_timer *timers; /* soonest first */
    struct loop_hook *hooks;
    struct histogram *turns; /* NULL: nobody asks */
    _Atomic int64_t last_turn_ms;
    pthread_mutex_t lock; /* guards the ring below */
    struct message ring[MESSAGES_MAX];
    size_t first, count;
};

static void drain_wakeup(struct loop_source *source, uint32_t events)
{
    uint64_t count;
    (void)events;
    if (read(source->fd, &count, sizeof count) < 0)
        assert(errno == EAGAIN || errno == EINTR);
}

struct loop *loop_new(void)
{
    struct loop *loop = mem_zero(1, sizeof *loop);
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    assert(loop->epoll_fd >= 0);
    pthread_mutex_init(&loop->lock, NULL);
    loop->wakeup.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert(loop->wakeup.fd >= 0);
    loop->wakeup.ready = drain_wakeup;
    loop_watch(loop, &loop->wakeup, EPOLLIN);
    atomic_store(&loop->last_turn_ms, clock_monotonic_ms());
    return loop;
}

void loop_time_turns(struct loop *loop, struct histogram *turns)
{
    loop->turns = turns;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    close(loop->wakeup.fd);
    close(loop->epoll_fd);
    pthread_mutex_destroy(&loop->lock);
    free(loop);
}

void loop_watch(struct loop *loop, struct loop_source *source, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = source };
    if (source->watched && source->events == events)
        return;
    int operation = source->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(loop->epoll_fd, operation, source->fd, &event) != 0) {
        assert(errno == ENOMEM || errno == ENOSPC);
        mem_none_left();
    }
    source->watched = true;
    source->events = events;
}

void loop_unwatch(struct loop *loop, struct loop_source *source)
{
    if (!source->watched)
        return;
    /* the descriptor may be closed already, which ended the watch by itself */
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
    source->watched = false;
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
    if (timer->at_ms == 0)
        return;
    struct loop_timer **at = &loop->timers;
    while (*at != timer)
        at = &(*at)->next;
    *at = timer->next;
    timer->at_ms = 0;
}

void loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t delay_ms)
{
    loop_timer_stop(loop, timer);
    timer->at_ms = clock_monotonic_ms() + delay_ms;
    struct loop_timer **at = &loop->timers;
    while (*at && (*at)->at_ms <= timer->at_ms)
        at = &(*at)->next;
    timer->next = *at;
    *at = timer;
}

void loop_hook_add(struct loop *loop, struct loop_hook *hook)
{
    struct loop_hook **at = &loop->hooks;
    while (*at)
        at = &(*at)->next;
    hook->next = NULL;
    *at = hook;
}

bool loop_post(struct loop *loop, void (*run)(void *argument), void *argument)
{
    pthread_mutex_lock(&loop->lock);
    bool room = loop->count < MESSAGES_MAX;
    if (room)
        loop->ring[(loop->first + loop->count++) % MESSAGES_MAX] =
            (struct message){ run, argument };
    pthread_mutex_unlock(&loop->lock);
    if (room) {
        uint64_t one = 1;
        ssize_t written = write(loop->wakeup.fd, &one, sizeof one);
        (void)written; /* full means that it is awake */
    }
    return room;
}

static void run_messages(struct loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    size_t count = loop->count; /* what comes meanwhile waits for the next turn */
    pthread_mutex_unlock(&loop->lock);
    for (; count > 0; count--) {
        pthread_mutex_lock(&loop->lock);
        struct message message = loop->ring[loop->first];
        loop->first = (loop->first + 1) % MESSAGES_MAX;
        loop->count--;
        pthread_mutex_unlock(&loop->lock);
        message.run(message.argument);
    }
}

static void run_timers(struct loop *loop)
{
    int64_t now_ms = clock_monotonic_ms();
    while (loop->timers && loop->timers->at_ms <= now_ms) {
        struct loop_timer *timer = loop->timers;
        loop->timers = timer->next;
        timer->at_ms = 0;
        timer->fire(timer);
    }
}

static int sleep_ms(struct loop *loop)
{
    int64_t sleep = LONGEST_SLEEP_MS;
    if (loop->timers) {
        int64_t until = loop->timers->at_ms - clock_monotonic_ms();
        sleep = until < 0 ? 0 : until < sleep ? until : sleep;
    }
    for (struct loop_hook *hook = loop->hooks; hook; hook = hook->next) {
        int64_t wanted = hook->sleep_ms ? hook->sleep_ms(hook) : -1;
        if (wanted >= 0 && wanted < sleep)
            sleep = wanted;
    }
    return (int)sleep;
}

static void turn(struct loop *loop)
{
    struct epoll_event events[EVENTS_A_TURN];
    log_flush();
    int count = epoll_wait(loop->epoll_fd, events, EVENTS_A_TURN, sleep_ms(loop));
    assert(count >= 0 || errno == EINTR);

    int64_t began_us = clock_monotonic_us();
    atomic_store(&loop->last_turn_ms, began_us / 1000);
    for (int i = 0; i < count; i++) {
        struct loop_source *source = events[i].data.ptr;
        if (source->watched) /* an earlier one of this turn may have ended it */
            source->ready(source, events[i].events);
    }
    run_messages(loop);
    run_timers(loop);
    for (struct loop_hook *hook = loop->hooks; hook; hook = hook->next)
        hook->turn(hook);
    if (loop->turns)
        histogram_add(loop->turns, clock_monotonic_us() - began_us);
}

void loop_run(struct loop *loop)
{
    while (!loop->stopped)
        turn(loop);
    run_messages(loop);
    log_flush();
}

void loop_stop(struct loop *loop)
{
    loop->stopped = true;
}

int64_t loop_last_turn_ms(const struct loop *loop)
{
    return atomic_load(&loop->last_turn_ms);
}
