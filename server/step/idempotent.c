#include "step/idempotent.h"

#include "http/router.h"
#include "model/reader.h"
#include "sql.h"
#include "step/jobs.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define HASH_ON_LOOP_BYTES 65536

struct once {
    struct str key;
    unsigned char hash[crypto_hash_sha256_BYTES];
    step_fn *proceed;
    replay_fn *replay;
    step_fn *otherwise;
    after_query *next;
};

static enum step look_up(struct request *req);
static enum step on_looked_up(struct request *req, const struct db_result *res);
static enum step on_written(struct request *req, const struct db_result *res);
static enum step on_looked_up_again(struct request *req, const struct db_result *res);

bool idempotency_key_fits(struct str text, size_t max_bytes)
{
    if (text.bytes == 0 || text.bytes > max_bytes)
        return false;
    for (size_t i = 0; i < text.bytes; i++)
        if (text.at[i] <= ' ' || text.at[i] > '~')
            return false;
    return true;
}

static void hash_part(crypto_hash_sha256_state *state, struct str part)
{
    uint64_t bytes = part.bytes;

    crypto_hash_sha256_update(state, (const unsigned char *)&bytes, sizeof bytes);
    if (part.bytes > 0)
        crypto_hash_sha256_update(state, (const unsigned char *)part.at, part.bytes);
}

/* What makes a request the same: the query too, where a raw body has its metadata. */
static void hash(struct request *req)
{
    struct once *once = req->once;
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    hash_part(&state, req->method);
    hash_part(&state, req->target);
    hash_part(&state, req->media_type);
    hash_part(&state, req->charset);
    hash_part(&state, req->body);
    crypto_hash_sha256_final(&state, once->hash);
}

static bool writes_on_trial(const struct request *req)
{
    const struct writing *writing = req->write;
    return writing && writing->is_trial;
}

bool writes_in_one(const struct request *req, struct uuid *salt)
{
    const struct writing *writing = req->write;

    if (writing)
        *salt = writing->salt;
    return writing != NULL;
}

enum step idempotent(struct request *req, step_fn *proceed, replay_fn *replay)
{
    struct str key = request_header(req, "Idempotency-Key");

    if (!str_given(key) || writes_on_trial(req))
        return proceed(req);
    if (!req->outer && !idempotency_key_fits(key, IDEMPOTENCY_KEY_MAX_BYTES))
        return respond_problem_detail(req, PROBLEM_BAD_REQUEST,
            "An Idempotency-Key has 1 to %d visible ASCII characters, for example a UUID.",
            IDEMPOTENCY_KEY_MAX_BYTES);

    struct once *once = arena_new(req->arena, struct once);
    *once = (struct once){ .key = key, .proceed = proceed, .replay = replay };
    req->once = once;
    if (req->body.bytes > HASH_ON_LOOP_BYTES)
        return await_work(req, hash, look_up);
    hash(req);
    return look_up(req);
}

static enum step find(struct request *req, after_query *next)
{
    const struct once *once = req->once;

    return await_query(
        req, &sql_idempotency_find, next, DB_PARAMS(db_uuid(req->reader->id), db_text(once->key)));
}

static enum step look_up(struct request *req)
{
    return find(req, on_looked_up);
}

static enum step replay_row(struct request *req, const struct db_result *res)
{
    const struct once *once = req->once;
    struct str hashed = db_get_bytes(res, 0, "request_hash");
    struct made made = { db_get_uuid(res, 0, "object_id"), db_get_uuid(res, 0, "document_id"),
        db_get_int(res, 0, "status") };

    if (!str_eq(hashed, (struct str){ (const char *)once->hash, sizeof once->hash }))
        return respond_problem(req, PROBLEM_KEY_REUSED);
    counter_add(&req->app->meter->replays, 1);
    return once->replay(req, &made);
}

static enum step on_looked_up(struct request *req, const struct db_result *res)
{
    struct once *once = req->once;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    return res->rows > 0 ? replay_row(req, res) : once->proceed(req);
}

/* -- not at once ------------------------------------------------------------------------------- */

static enum step hold(struct request *req, after_query *next, struct made made,
    const struct db_call *calls, size_t count)
{
    const struct once *once = req->once;
    struct writing *writing = req->write;
    struct db_call *copies = arena_array(req->arena, struct db_call, count);

    for (size_t i = 0; i < count; i++) {
        size_t params = calls[i].params.count;
        struct db_param *kept = arena_array(req->arena, struct db_param, params);
        if (params > 0)
            memcpy(kept, calls[i].params.at, params * sizeof *kept);
        copies[i] = (struct db_call){ calls[i].statement, { kept, params } };
    }
    writing->made = made;
    writing->next = next;
    writing->calls = copies;
    writing->count = count;
    if (once) {
        char *hex = arena_alloc(req->arena, 2 * sizeof once->hash + 1);
        sodium_bin2hex(hex, 2 * sizeof once->hash + 1, once->hash, sizeof once->hash);
        writing->key = once->key;
        writing->hash = str_from(hex);
    }
    return respond_bytes(req, 202, NULL, STR_NONE);
}

static enum step on_tried(struct request *req, const struct db_result *res)
{
    const struct once *once = req->once;

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("undone")))
        return respond_bytes(req, 201, NULL, STR_NONE);
    return once->next(req, res);
}

#define CALLS_MAX 16

static enum step try(
    struct request *req, after_query *next, const struct db_call *calls, size_t count)
{
    struct once *once = arena_new(req->arena, struct once);
    struct db_call all[CALLS_MAX];

    assert(count < CALLS_MAX);
    req->once = once;
    once->next = next;
    memcpy(all, calls, count * sizeof *calls);
    all[count] = (struct db_call){ &sql_idempotency_undo, DB_NO_PARAMS };
    return await_all(req, DB_WRITE, on_tried, all, count + 1);
}

/* -- at once ----------------------------------------------------------------------------------- */

enum step await_once(struct request *req, after_query *next, struct made made,
    const struct db_call *calls, size_t count)
{
    struct once *once = req->once;
    const struct writing *writing = req->write;
    struct db_call all[CALLS_MAX];

    if (job_is_run(req))
        return await_job_done(req, next, made, calls, count);
    if (writing && writing->is_held)
        return hold(req, next, made, calls, count);
    if (writing && writing->is_trial)
        return try(req, next, calls, count);
    if (!once)
        return await_all(req, DB_WRITE, next, calls, count);
    assert(count < CALLS_MAX);
    once->next = next;
    struct str hashed = { (const char *)once->hash, sizeof once->hash };
    /* first, so that the same request sent twice at once waits here, before it does anything */
    all[0] = (struct db_call){ &sql_idempotency_keep,
        DB_PARAMS(db_uuid(req->reader->id), db_text(once->key), db_bytes(hashed),
            db_cstr(req->route->operation), db_uuid(made.object),
            db_uuid_or_null(uuid_is_nil(made.document) ? NULL : &made.document),
            db_int(made.status)) };
    memcpy(all + 1, calls, count * sizeof *calls);
    return await_all(req, DB_WRITE, on_written, all, count + 1);
}

static enum step on_written(struct request *req, const struct db_result *res)
{
    struct once *once = req->once;
    bool overtaken = res->err == ERR_REFUSED && str_eq(res->refusal, STR("key-used"));

    if (overtaken || res->err == ERR_LOCKED)
        return find(req, on_looked_up_again);
    return once->next(req, res + (res->err == ERR_NONE));
}

static enum step on_looked_up_again(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows > 0)
        return replay_row(req, res);
    respond_header(req, "Retry-After", STR("1"));
    return respond_problem(req, PROBLEM_IN_PROGRESS);
}

/* -- before it is refused ---------------------------------------------------------------------- */

static enum step on_looked_up_last(struct request *req, const struct db_result *res)
{
    const struct once *once = req->once;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    return res->rows > 0 ? replay_row(req, res) : once->otherwise(req);
}

enum step await_unless_done(struct request *req, step_fn *otherwise)
{
    struct once *once = req->once;

    if (!once || !once->replay)
        return otherwise(req);
    once->otherwise = otherwise;
    return find(req, on_looked_up_last);
}
