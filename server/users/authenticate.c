#include "base/clock.h"
#include "db/params.h"
#include "http/router.h"
#include "model/reader.h"
#include "sql.h"
#include "step/await.h"
#include "users/cookie.h"
#include "users/identities.h"
#include "users/secret.h"
#include "users/users.h"

#include <string.h>

#define TOKEN_BYTES (sizeof TOKEN_PREFIX - 1 + 43)
#define NOBODY_SCOPES (SCOPE_DOCUMENTS_READ | SCOPE_ANNOTATIONS_READ | SCOPE_EXPORT)

/* What is kept from the question to the answer. */
struct question {
    step_fn *next;
    struct str digest;
    int64_t asked_ms;
    uint64_t epoch; /* before asking: a right that changes meanwhile makes the answer old */
};

static enum step on_identified(struct request *req, const struct db_result *res);
static enum step on_nobody_known(struct request *req, const struct db_result *res);

static bool is_unsafe(const struct request *req)
{
    return !str_eq(req->method, STR("GET")) && !str_eq(req->method, STR("HEAD")) &&
        !str_eq(req->method, STR("OPTIONS"));
}

static enum step go_on_as(struct request *req, step_fn *next, const struct reader *reader)
{
    if (reader->by_session && is_unsafe(req) && !comes_from_own_page(req))
        return respond_problem(req, PROBLEM_CROSS_SITE);
    req->reader = reader;
    req->state = NULL;
    return next(req);
}

/* Goes on with what is known of the digest, or asks. */
static enum step identify(struct request *req, struct str digest,
    const struct db_statement *statement, after_query *answered, struct db_params params,
    step_fn *next)
{
    struct question *question = arena_new(req->arena, struct question);
    struct reader *reader = arena_new(req->arena, struct reader);

    *question = (struct question){ next, digest, clock_monotonic_ms(),
        atomic_load(&req->app->shared->rights_epoch) };
    if (identities_find(
            req->app->identities, digest, question->asked_ms, question->epoch, req->arena, reader))
        return go_on_as(req, next, reader);
    req->state = question;
    return await_query(req, statement, answered, params);
}

static enum step go_on(struct request *req, const struct reader *reader)
{
    const struct question *question = req->state;

    identities_keep(
        req->app->identities, question->digest, question->asked_ms, question->epoch, reader);
    return go_on_as(req, question->next, reader);
}

/* -- nobody ------------------------------------------------------------------------------------ */

static enum step as_nobody(struct request *req, step_fn *next)
{
    static const struct reader nobody = { 0 };
    static const char no_digest[SECRET_DIGEST_BYTES];

    if (!req->app->settings->is_public)
        return go_on_as(req, next, &nobody);
    return identify(req, (struct str){ no_digest, sizeof no_digest }, &sql_users_identify_nobody,
        on_nobody_known, DB_NO_PARAMS, next);
}

static enum step on_nobody_known(struct request *req, const struct db_result *res)
{
    struct reader *reader = arena_new(req->arena, struct reader);

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    reader->scopes = NOBODY_SCOPES;
    reader->pass.reads = db_get_ints(req->arena, res, 0, "reads", &reader->pass.count);
    return go_on(req, reader);
}

/* -- somebody ---------------------------------------------------------------------------------- */

/* Which of the two was asked shows in the credential. */
static const struct reader *reader_of(struct request *req, const struct db_result *res)
{
    struct reader *reader = arena_new(req->arena, struct reader);

    reader->id = db_get_uuid(res, 0, "id");
    reader->name = arena_dup(req->arena, db_get_text(res, 0, "name"));
    reader->display_name = arena_dup(req->arena, db_get_text(res, 0, "display_name"));
    reader->admin = db_get_bool(res, 0, "admin");
    reader->own_group = db_get_uuid(res, 0, "own_group_id");
    reader->credential = db_get_uuid(res, 0, "credential");
    reader->pass.reads = db_get_ints(req->arena, res, 0, "reads", &reader->pass.count);
    reader->pass.past = db_get_ints(req->arena, res, 0, "past", &reader->pass.past_count);
    reader->pass.muted = db_get_uuids(req->arena, res, 0, "muted", &reader->pass.muted_count);
    reader->by_session = req->credential == CREDENTIAL_COOKIE;
    reader->scopes = reader->by_session
        ? (unsigned)SCOPE_ALL
        : (unsigned)db_get_int(res, 0, "scopes") & ~(unsigned)SCOPE_SESSION;
    if (!reader->admin)
        reader->scopes &= ~(unsigned)SCOPE_ADMIN;
    return reader;
}

static void touch(struct request *req, const struct reader *reader)
{
    db_write_and_forget(req->app,
        reader->by_session ? &sql_users_touch_session : &sql_users_touch_token,
        DB_PARAMS(db_uuid(reader->credential)));
}

static enum step on_identified(struct request *req, const struct db_result *res)
{
    static const struct reader nobody = { 0 };
    const struct question *question = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0) {
        /* a session that is over is a browser that has signed out; a bad token is a mistake */
        if (req->credential == CREDENTIAL_COOKIE)
            return as_nobody(req, question->next);
        req->reader = &nobody;
        if (!limit_rate(req)) /* each guess costs a look into the database */
            return respond_problem(req, PROBLEM_TOO_MANY_REQUESTS);
        return respond_problem_detail(req, PROBLEM_UNAUTHORIZED,
            "This token is not known here: it was mistyped, has expired or was revoked, or its "
            "account is disabled.");
    }
    const struct reader *reader = reader_of(req, res);
    if (db_get_bool(res, 0, "is_stale"))
        touch(req, reader);
    return go_on(req, reader);
}

static enum step with_token(struct request *req, struct str authorization, step_fn *next)
{
    struct str scheme, token;

    req->credential = CREDENTIAL_BEARER;
    str_cut(str_trim(authorization), ' ', &scheme, &token);
    token = str_trim(token);
    if (!str_eq_nocase(scheme, STR("bearer")))
        return respond_problem_detail(req, PROBLEM_UNAUTHORIZED,
            "The Authorization header has the form: Bearer gloss_…, with a token.");
    if (token.bytes != TOKEN_BYTES || !str_starts(token, STR(TOKEN_PREFIX)))
        return respond_problem_detail(req, PROBLEM_UNAUTHORIZED,
            "This is no token: one begins with %s and has %zu characters.", TOKEN_PREFIX,
            TOKEN_BYTES);
    struct str digest = secret_digest(req->arena, token);
    return identify(
        req, digest, &sql_users_identify_token, on_identified, DB_PARAMS(db_bytes(digest)), next);
}

enum step authenticate(struct request *req, step_fn *next)
{
    struct str authorization = request_header(req, "Authorization");
    struct str secret = cookie_secret(req);

    if (str_given(authorization))
        return with_token(req, authorization, next);
    if (!str_given(secret))
        return as_nobody(req, next);
    req->credential = CREDENTIAL_COOKIE;
    struct str digest = secret_digest(req->arena, secret);
    return identify(
        req, digest, &sql_users_identify_session, on_identified, DB_PARAMS(db_bytes(digest)), next);
}
