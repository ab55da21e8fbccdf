/* Threads for what would hold up a loop. The queue is bounded; a full one refuses. Each task is
 * somebody's: nobody fills the queue alone, and whoever has least under way is next. Long tasks,
 * which may take seconds, never have all the threads: one is left for the short ones. */
#ifndef GLOSS_STEP_WORK_H
#define GLOSS_STEP_WORK_H

#include "base/loop.h"
#include "base/meter.h"

#include <stddef.h>
#include <stdint.h>

struct work;

/* At most `queue_max` wait, and `share_max` of them for the same owner. */
struct work *work_new(int threads, size_t queue_max, size_t share_max);
/* Waits for what runs; what still waits is dropped, which is right only once no loop runs. */
void work_free(struct work *work);

const struct queue_meter *work_meter(const struct work *work);

/* Runs run(argument) on a thread, then done(argument) on the loop. `owner` is any number that
 * stands for who wants it. False: the queue is full, or the owner's share of it. */
bool work_submit(struct work *work, uint64_t owner, struct loop *loop, void (*run)(void *argument),
    void (*done)(void *argument), void *argument);
/* The same of a long one. */
bool work_submit_long(struct work *work, uint64_t owner, struct loop *loop,
    void (*run)(void *argument), void (*done)(void *argument), void *argument);

#endif
