/* A worker: one thread with its loop, its HTTP server and its database connections. */
#ifndef GLOSS_WORKER_H
#define GLOSS_WORKER_H

#include "http/router.h"
#include "step/app.h"

struct worker;

struct worker_config {
    struct shared *shared;
    const struct settings *settings;
    const struct router *router;
    const char *database;
    int number;
    int listen_fd;
    unsigned connections_max, refusals_max;
};

/* Starts the thread. The first one (number 0) also does what is done now and then for all. */
struct worker *worker_new(const struct worker_config *config);
/* From any thread. Stops accepting, answers what has begun, then ends; by `limit_ms` in any case.
 */
void worker_drain(struct worker *worker, int limit_ms);
/* From any thread: answers depend on these settings from now on. */
void worker_settings(struct worker *worker, const struct settings *settings);
/* When its loop last turned, for the watchdog. */
int64_t worker_last_turn_ms(const struct worker *worker);
/* Waits for its end. */
void worker_free(struct worker *worker);

#endif
