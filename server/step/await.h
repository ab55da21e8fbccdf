/* Joins a request to a query: a step ends with `return await_…(req, …, next)`, and `next` is called
 * once, later, on the request's own loop, with what came of it. */
#ifndef GLOSS_STEP_AWAIT_H
#define GLOSS_STEP_AWAIT_H

#include "db/pool.h"
#include "http/request.h"
#include "http/respond.h"
#include "step/app.h"

typedef enum step after_query(struct request *req, const struct db_result *res);

/* A short read. */
RESPOND enum step await_query(struct request *req, const struct db_statement *statement,
    after_query *next, struct db_params params);
/* A write: a transaction of its own; what `next` hears has been committed. */
RESPOND enum step await_write(struct request *req, const struct db_statement *statement,
    after_query *next, struct db_params params);
/* A read that may take long: whole texts, exports. */
RESPOND enum step await_slow(struct request *req, const struct db_statement *statement,
    after_query *next, struct db_params params);

/* Several calls as one: of writes, one transaction. `next` gets an array of `count` results; on an
 * error all have the same. */
RESPOND enum step await_all(struct request *req, enum db_class class, after_query *next,
    const struct db_call *calls, size_t count);
#define AWAIT_ALL(req, class, next, ...)                                       \
    await_all((req), (class), (next), (const struct db_call[]){ __VA_ARGS__ }, \
        sizeof((const struct db_call[]){ __VA_ARGS__ }) / sizeof(struct db_call))

/* Whose work it is: a number for the reader; where there is none, for the address. */
uint64_t work_owner(const struct request *req);

/* run(req) on a thread of the pool, where it may use the request's arena and nothing that other
 * requests use; then `next` on the loop. A full queue answers 503. */
RESPOND enum step await_work(struct request *req, void (*run)(struct request *req), step_fn *next);
/* The same of what reads or compares so many bytes of text: many may take seconds, and leave a
 * thread to what others want meanwhile. */
RESPOND enum step await_text_work(
    struct request *req, size_t bytes, void (*run)(struct request *req), step_fn *next);
/* The same on the one thread that hashes passwords. */
RESPOND enum step await_hashing(
    struct request *req, void (*run)(struct request *req), step_fn *next);

/* Waits for what another request of this worker does; that one calls go_on_with() for it, once. */
RESPOND enum step await_other(struct request *req);
void go_on_with(struct request *req, step_fn *next);

/* The answer to a query that failed for the world's reasons; logs it, once. */
RESPOND enum step respond_db_error(struct request *req, const struct db_result *res);

/* A statement that nobody waits for (last-used times and the like); what comes of it is logged. */
void db_write_and_forget(
    struct app *app, const struct db_statement *statement, struct db_params params);

#endif
