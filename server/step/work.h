/* Threads for what would hold up a loop. The queue is bounded; a full one refuses. */
#ifndef GLOSS_STEP_WORK_H
#define GLOSS_STEP_WORK_H

#include "base/loop.h"
#include "base/meter.h"

#include <stddef.h>

struct work;

struct work *work_new(int threads, size_t queue_max);
/* Waits for what runs; what still waits is dropped, which is right only once no loop runs. */
void work_free(struct work *work);

const struct queue_meter *work_meter(const struct work *work);

/* Runs run(argument) on a thread, then done(argument) on the loop. False: the queue is full. */
bool work_submit(struct work *work, struct loop *loop, void (*run)(void *argument),
    void (*done)(void *argument), void *argument);

#endif
