/* One thread's event loop: sockets, timers, messages from other threads, and hooks that run once a
 * turn. Everything but loop_post() and loop_last_turn_ms() belongs to the loop's own thread. */
#ifndef GLOSS_BASE_LOOP_H
#define GLOSS_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct histogram;
struct loop;

/* Embed it in what owns the descriptor. `events` are EPOLLIN and the like. */
struct loop_source {
    int fd;
    void (*ready)(struct loop_source *source, uint32_t events);
    uint32_t events;
    bool watched;
};

struct loop_timer {
    void (*fire)(struct loop_timer *timer);
    int64_t at_ms; /* monotonic; 0 when stopped */
    struct loop_timer *next;
};

/* Runs once a turn, after sockets, messages and timers, in the order of registration. */
struct loop_hook {
    void (*turn)(struct loop_hook *hook);
    /* How long the loop may sleep for this hook's sake: milliseconds, or -1 for as long as it
     * likes. NULL means -1. */
    int64_t (*sleep_ms)(struct loop_hook *hook);
    struct loop_hook *next;
};

struct loop *loop_new(void);
/* How long turns take is counted there from now on. */
void loop_time_turns(struct loop *loop, struct histogram *turns);
void loop_free(struct loop *loop);

/* Runs turns until loop_stop(), which other threads reach by loop_post(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

void loop_watch(struct loop *loop, struct loop_source *source, uint32_t events);
void loop_unwatch(struct loop *loop, struct loop_source *source);

/* Fires once after delay_ms; starting a running timer moves it. */
void loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t delay_ms);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

void loop_hook_add(struct loop *loop, struct loop_hook *hook);

/* From any thread: run(argument) on the loop's thread, in order. The queue is bounded; false means
 * that it is full and nothing was queued. */
bool loop_post(struct loop *loop, void (*run)(void *argument), void *argument);

/* When the loop last began a turn; any thread may ask (the watchdog does). */
int64_t loop_last_turn_ms(const struct loop *loop);

#endif
