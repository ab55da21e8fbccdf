/* The end of an account. */
#include "formats/v1_users.h"
#include "model/reader.h"
#include "sql.h"
#include "step/await.h"
#include "users/account.h"
#include "users/cookie.h"
#include "users/limits.h"
#include "users/password.h"
#include "users/users.h"

#define TRIES_MAX 5

struct erasure {
    struct str password, hash;
    int64_t locked_until_us;
    bool looked, verified;
    int tries;
};

static enum step on_hash(struct request *req, const struct db_result *res);
static void verify(struct request *req);
static enum step on_verified(struct request *req);
static enum step on_refused(struct request *req, const struct db_result *res);
static enum step erase(struct request *req);
static enum step on_erased(struct request *req, const struct db_result *res);

/* POST /api/v1/me/erase (eraseMe) */
enum step me_erase(struct request *req)
{
    struct erasure *state = arena_new(req->arena, struct erasure);
    struct invalid why = { 0 };

    if (!v1_read_erasure(req->arena, req->json, &state->password, &why))
        return respond_invalid(req, &why);
    int wait_s = limit_attempt(req);
    if (wait_s > 0)
        return respond_too_many_attempts(req, wait_s);
    req->state = state;
    return await_query(req, &sql_users_password_of, on_hash, DB_PARAMS(db_uuid(req->reader->id)));
}

static enum step on_hash(struct request *req, const struct db_result *res)
{
    struct erasure *state = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0 || db_is_null(res, 0, "password_hash"))
        return respond_problem(req, PROBLEM_UNAUTHORIZED);
    if (!db_is_null(res, 0, "wait_s"))
        return respond_too_many_attempts(req, db_get_int(res, 0, "wait_s"));
    state->locked_until_us = db_get_time(res, 0, "locked_until");
    state->hash = arena_dup(req->arena, db_get_text(res, 0, "password_hash"));
    return await_hashing(req, verify, on_verified);
}

/* On the hashing thread. */
static void verify(struct request *req)
{
    struct erasure *state = req->state;

    state->looked = password_verify(state->password, state->hash, &state->verified);
}

static enum step on_verified(struct request *req)
{
    struct erasure *state = req->state;

    password_forget(req, state->password);
    if (!state->looked)
        return respond_unavailable(req);
    if (!state->verified)
        return await_write(req, &sql_users_fail_login, on_refused,
            DB_PARAMS(db_uuid(req->reader->id), db_time_or_null(state->locked_until_us)));
    return erase(req);
}

static enum step respond_wrong(struct request *req)
{
    struct invalid why = { 0 };

    invalid_add(&why, req->arena, "/password", "wrong", "This is not your password.");
    return respond_invalid(req, &why);
}

static enum step on_refused(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_wrong(req) : respond_db_error(req, res);
}

/* Beside the short writes: whoever has said much has others wait behind it else. */
static enum step erase(struct request *req)
{
    const struct erasure *state = req->state;

    struct db_call erasure = { &sql_users_erase,
        DB_PARAMS(db_uuid(req->reader->id), db_text(state->hash)) };

    return await_all(req, DB_LARGE, on_erased, &erasure, 1);
}

static enum step on_erased(struct request *req, const struct db_result *res)
{
    struct erasure *state = req->state;

    /* somebody wrote in the same threads, in another order */
    if (res->err == ERR_LOCKED && ++state->tries < TRIES_MAX)
        return erase(req);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("stale")))
        return respond_wrong(req);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("not-found")))
        return respond_problem(req, PROBLEM_UNAUTHORIZED);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    app_rights_changed(req->app);
    cookie_clear(req);
    return respond_no_content(req);
}
