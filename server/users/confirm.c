#include "users/confirm.h"

#include "model/reader.h"
#include "sql.h"
#include "step/await.h"
#include "users/account.h"
#include "users/limits.h"
#include "users/password.h"

static enum step on_hash(struct request *req, const struct db_result *res);
static void verify(struct request *req);
static enum step on_verified(struct request *req);
static enum step on_counted(struct request *req, const struct db_result *res);

enum step confirm_password(struct request *req, step_fn *next)
{
    struct confirmation *it = req->state;
    int wait_s = limit_attempt(req);

    if (wait_s > 0)
        return respond_too_many_attempts(req, wait_s);
    it->next = next;
    return await_query(req, &sql_users_password_of, on_hash, DB_PARAMS(db_uuid(req->reader->id)));
}

static enum step on_hash(struct request *req, const struct db_result *res)
{
    struct confirmation *it = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0 || db_is_null(res, 0, "password_hash"))
        return respond_problem(req, PROBLEM_UNAUTHORIZED);
    if (!db_is_null(res, 0, "wait_s"))
        return respond_too_many_attempts(req, db_get_int(res, 0, "wait_s"));
    it->locked_until_us = db_get_time(res, 0, "locked_until");
    it->hash = arena_dup(req->arena, db_get_text(res, 0, "password_hash"));
    return await_hashing(req, verify, on_verified);
}

/* On the hashing thread. */
static void verify(struct request *req)
{
    struct confirmation *it = req->state;

    it->looked = password_verify(it->password, it->hash, &it->right);
}

static enum step on_verified(struct request *req)
{
    struct confirmation *it = req->state;

    password_forget(req, it->password);
    if (it->looked && it->right)
        return it->next(req);
    password_forget(req, it->kept);
    if (!it->looked)
        return respond_unavailable(req);
    return await_write(req, &sql_users_fail_login, on_counted,
        DB_PARAMS(db_uuid(req->reader->id), db_time_or_null(it->locked_until_us)));
}

static enum step on_counted(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_wrong_password(req) : respond_db_error(req, res);
}

enum step respond_wrong_password(struct request *req)
{
    const struct confirmation *it = req->state;
    struct invalid why = { 0 };

    invalid_add(&why, req->arena, it->field, "wrong", "This is not your password.");
    return respond_invalid(req, &why);
}
