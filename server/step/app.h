/* What a request finds around itself: its worker's parts, and those that all workers share. */
#ifndef GLOSS_STEP_APP_H
#define GLOSS_STEP_APP_H

#include "base/arena.h"
#include "base/loop.h"
#include "base/meter.h"
#include "base/rates.h"
#include "base/str.h"
#include "db/pool.h"
#include "model/settings.h"
#include "step/work.h"

#include <stdatomic.h>

struct text_cache;
struct identities;
struct text_load;
struct guesses;
struct http_server;
struct jobs;

#define REVISING_MAX 8

/* One for the process; every field may be used by any thread. */
struct shared {
    struct work *work;    /* anchoring, parsing: what takes longer than a turn */
    struct work *hashing; /* passwords: one thread */
    struct meters *meters;
    struct rates *rates;
    struct text_cache *texts;
    struct guesses *guesses; /* at names that nobody has */
    /* Raised before the answer whenever a right has changed in this process: identities that were
     * read before are not used any more. */
    _Atomic uint64_t rights_epoch;
    /* Whose long texts are getting another revision, each of which takes memory; 0: nobody's. */
    _Atomic uint64_t revising[REVISING_MAX];
    atomic_bool draining;
};

/* One a worker; only its thread uses it. */
struct app {
    struct shared *shared;
    const struct settings *settings;
    struct meter *meter;
    struct loop *loop;
    struct db_pool *pool;
    struct http_server *http;
    struct identities *identities;
    struct jobs *jobs;
    struct text_load *text_loads; /* documents/'s: texts on their way into memory */
};

/* Call it before answering whatever changed a right: what was kept of identities and passes is
 * dropped everywhere in this process. */
void app_rights_changed(struct app *app);

/* "https://example.org" and "/d/doc_1" in one. */
struct str app_url(struct arena *arena, const struct app *app, struct str path);

#endif
