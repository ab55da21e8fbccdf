/* One worker's connections, in pipeline mode on its loop. Connections are of four classes, because
 * a pipeline answers in order: short reads, writes, slow reads, and writes of whole texts. */
#ifndef GLOSS_DB_POOL_H
#define GLOSS_DB_POOL_H

#include "base/loop.h"
#include "base/meter.h"
#include "db/params.h"
#include "db/result.h"
#include "db/statement.h"

/* Reads of one turn share a sync; each write has one, so a transaction, of its own. Reading and
 * slow connections are read-only. A write that carries a whole text or has many calls goes to
 * DB_LARGE by itself, so that others do not wait behind it; one that moves many rows asks for it.
 */
enum db_class { DB_READ, DB_WRITE, DB_SLOW, DB_LARGE, DB_CLASSES };

struct db_call {
    const struct db_statement *statement;
    struct db_params params;
};

struct db_pool;

struct db_pool_config {
    const char *conninfo;
    int connections[DB_CLASSES];
    int statement_timeout_ms[DB_CLASSES];
    struct meter *meter;
};

struct db_pool *db_pool_new(struct loop *loop, const struct db_pool_config *config);
void db_pool_free(struct db_pool *pool);

/* `results` has one entry a call, all with the same err when the transaction failed; it is valid
 * during the call. */
typedef void db_done(void *waiter, const struct db_result *results, size_t count);

/* Queues the calls as one transaction (reads: as one unit) and answers later, never from inside,
 * and exactly once: done(waiter, …) with rows, or with an error, at deadline_ms (monotonic) at the
 * latest. What it hears has been committed. Parameters are copied. `goes_on`: for a request of
 * which a part is done; it is not refused for those that come new, and comes before them. */
void db_submit(struct db_pool *pool, enum db_class class, const struct db_call *calls, size_t count,
    int64_t deadline_ms, bool goes_on, db_done *done, void *waiter);

/* True while a connection of the class is usable. */
bool db_pool_ready(const struct db_pool *pool, enum db_class class);

#endif
