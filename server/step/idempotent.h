/* Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header): a POST that is sent again is
 * done once. A key belongs to its user for 24 hours and is stored in the write's own transaction;
 * the answer is not stored but made again from what was made.
 *
 *     enum step thing_create(struct request *req)      { return idempotent(req, create, replay); }
 *     static enum step create(struct request *req)     { … read the body, load, …
 *         return AWAIT_ONCE(req, on_created, ((struct made){ thing->id, UUID_NIL, 201 }),
 *             { &sql_things_insert, DB_PARAMS(…) }); }
 *     static enum step on_created(struct request *req, const struct db_result *res) { … }
 *     static enum step replay(struct request *req, const struct made *made) { … load, answer … }
 */
#ifndef GLOSS_STEP_IDEMPOTENT_H
#define GLOSS_STEP_IDEMPOTENT_H

#include "step/await.h"

#define IDEMPOTENCY_KEY_MAX_BYTES 255

/* What a request has made, and with what status that was answered. */
struct made {
    struct uuid object;
    struct uuid document; /* that it belongs to; nil: to none */
    int status;
};

/* Answers again what was answered before. What it made may have changed or gone since. */
typedef enum step replay_fn(struct request *req, const struct made *made);

/* Has it up to `max_bytes` visible ASCII characters? */
bool idempotency_key_fits(struct str key, size_t max_bytes);

/* Goes on with proceed(req), or with replay(req, …) where this request was done before. A key that
 * stands for another request is 422, one that is no key 400. */
RESPOND enum step idempotent(struct request *req, step_fn *proceed, replay_fn *replay);

/* The calls as one transaction which also keeps the key, if there is one. `next` gets the results
 * of its own calls; a request that another one has overtaken is replayed without asking it. A trial
 * that comes through is answered 201 without a body, and what is held 202. */
RESPOND enum step await_once(struct request *req, after_query *next, struct made made,
    const struct db_call *calls, size_t count);

/* Before a refusal that this request may itself have brought about, sent twice at once: replays
 * what it did where it has been done by now, and goes on with otherwise(req) where not. */
RESPOND enum step await_unless_done(struct request *req, step_fn *otherwise);

/* How an inner request (http/inner.h) writes, as req->write, where that is not at once. */
struct writing {
    bool is_trial; /* everything is done and then undone; keys are not looked at */
    bool is_held; /* nothing is done: what would be is kept here, for one transaction with others */
    struct uuid salt; /* random, the same for all that are written together */

    /* of a held one: count is 0 where nothing has to be done, because it was done before */
    struct made made;
    after_query *next; /* says what an error of the calls means */
    struct db_call *calls;
    size_t count;
    struct str key, hash; /* STR_NONE: no key; the hash in base 16 */
};

/* True where what a request makes before its own write must be part of that instead; *salt. */
bool writes_in_one(const struct request *req, struct uuid *salt);

#define AWAIT_ONCE(req, next, made, ...)                                       \
    await_once((req), (next), (made), (const struct db_call[]){ __VA_ARGS__ }, \
        sizeof((const struct db_call[]){ __VA_ARGS__ }) / sizeof(struct db_call))

#endif
