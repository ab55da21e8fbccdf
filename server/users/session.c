/* Signing in and out, for the page. */
#include "base/clock.h"
#include "formats/v1_users.h"
#include "http/router.h"
#include "model/reader.h"
#include "sql.h"
#include "step/await.h"
#include "users/account.h"
#include "users/cookie.h"
#include "users/guesses.h"
#include "users/limits.h"
#include "users/password.h"
#include "users/secret.h"
#include "users/users.h"

struct sign_in {
    struct str name, password;
    struct user user;
    struct str hash; /* STR_NONE: no such account, or none that gets in */
    int64_t locked_until_us;
    int64_t unknown_until_ms; /* the same of a name that nobody has */
    bool looked, verified;
    char newer_hash[PASSWORD_HASH_BYTES]; /* "": the old one will do */
    struct str secret;
};

static enum step on_found(struct request *req, const struct db_result *res);
static void verify(struct request *req);
static enum step on_verified(struct request *req);
static enum step on_failed(struct request *req, const struct db_result *res);
static enum step on_signed_in(struct request *req, const struct db_result *res);

/* Names are kept in lower case; whoever types a capital means the same. */
static struct str lower(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.bytes + 1);

    for (size_t i = 0; i < text.bytes; i++)
        out[i] = text.at[i] >= 'A' && text.at[i] <= 'Z' ? (char)(text.at[i] + 32) : text.at[i];
    return (struct str){ out, text.bytes };
}

/* POST /api/v1/session (createSession), and behind the sign-in form */
enum step session_create(struct request *req)
{
    struct sign_in *sign_in = arena_new(req->arena, struct sign_in);
    struct invalid why = { 0 };

    /* nobody is signed in as somebody else by another site */
    if (req->route->is_page ? !comes_from_own_page(req) : comes_from_elsewhere(req))
        return respond_problem(req, PROBLEM_CROSS_SITE);
    if (!v1_read_session(req->arena, req->json, &sign_in->name, &sign_in->password, &why))
        return respond_invalid(req, &why);
    int wait_s = limit_attempt(req);
    if (wait_s > 0)
        return respond_too_many_attempts(req, wait_s);
    req->state = sign_in;
    return await_query(
        req, &sql_users_find_login, on_found, DB_PARAMS(db_text(lower(req->arena, sign_in->name))));
}

static int wait_of_unknown(struct request *req)
{
    struct sign_in *sign_in = req->state;
    int64_t now_ms = clock_monotonic_ms();

    sign_in->unknown_until_ms =
        guesses_locked_until(req->app->shared->guesses, lower(req->arena, sign_in->name));
    if (sign_in->unknown_until_ms <= now_ms)
        return 0;
    counter_add(&req->app->meter->limited[LIMIT_NAMES], 1);
    return (int)((sign_in->unknown_until_ms - now_ms + 999) / 1000);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct sign_in *sign_in = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    int wait_s = res->rows > 0 ? db_get_int(res, 0, "wait_s") : wait_of_unknown(req);
    if (wait_s > 0)
        return respond_too_many_attempts(req, wait_s);
    if (res->rows > 0) {
        sign_in->user = (struct user){ db_get_uuid(res, 0, "id"),
            arena_dup(req->arena, db_get_text(res, 0, "name")),
            arena_dup(req->arena, db_get_text(res, 0, "display_name")) };
        sign_in->locked_until_us = db_get_time(res, 0, "locked_until");
        if (db_get_bool(res, 0, "is_active") && !db_is_null(res, 0, "password_hash"))
            sign_in->hash = arena_dup(req->arena, db_get_text(res, 0, "password_hash"));
    }
    /* without a hash too: the answer takes as long */
    return await_hashing(req, verify, on_verified);
}

/* On the hashing thread. */
static void verify(struct request *req)
{
    struct sign_in *sign_in = req->state;

    sign_in->looked = password_verify(sign_in->password, sign_in->hash, &sign_in->verified);
    if (sign_in->verified && password_needs_rehash(sign_in->hash) &&
        !password_hash(sign_in->password, sign_in->newer_hash))
        sign_in->newer_hash[0] = '\0';
    password_forget(req, sign_in->password);
}

static enum step on_verified(struct request *req)
{
    struct sign_in *sign_in = req->state;
    struct str newer = sign_in->newer_hash[0] ? str_from(sign_in->newer_hash) : STR_NONE;

    if (!sign_in->looked)
        return respond_unavailable(req);
    if (!sign_in->verified && uuid_is_nil(sign_in->user.id))
        guesses_fail(req->app->shared->guesses, lower(req->arena, sign_in->name),
            sign_in->unknown_until_ms, clock_monotonic_ms());
    if (!sign_in->verified)
        return await_write(req, &sql_users_fail_login, on_failed,
            DB_PARAMS(db_uuid(sign_in->user.id), db_time_or_null(sign_in->locked_until_us)));
    sign_in->secret = secret_new(req->arena, "");
    return await_write(req, &sql_users_sign_in, on_signed_in,
        DB_PARAMS(db_uuid(uuid_new()), db_uuid(sign_in->user.id),
            db_bytes(secret_digest(req->arena, sign_in->secret)), db_text(sign_in->hash),
            db_text(newer), db_time_or_null(sign_in->locked_until_us)));
}

static enum step on_failed(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    return respond_problem(req, PROBLEM_WRONG_PASSWORD);
}

/* Where the form leads: to a path of ours, whatever its address says. */
static struct str next_path(const struct request *req)
{
    struct str next = request_query(req, "next");
    bool is_ours = str_starts(next, STR("/")) && !str_starts(next, STR("//")) &&
        !str_contains(next, STR("\\"));

    for (size_t i = 0; i < next.bytes; i++)
        is_ours = is_ours && (unsigned char)next.at[i] > 0x20 && (unsigned char)next.at[i] < 0x7F;
    return is_ours ? next : STR("/");
}

static enum step on_signed_in(struct request *req, const struct db_result *res)
{
    const struct sign_in *sign_in = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_WRONG_PASSWORD);
    struct session session = { sign_in->user, db_get_time(res, 0, "created_at"),
        db_get_time(res, 0, "expires_at") };
    cookie_set(req, sign_in->secret);
    if (req->route->is_page)
        return respond_redirect(req, 303, next_path(req));
    return respond_created(req, STR("/api/v1/session"), v1_write_session(req->arena, &session));
}

static enum step on_session(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_UNAUTHORIZED);
    struct session session = { { db_get_uuid(res, 0, "id"), db_get_text(res, 0, "name"),
                                   db_get_text(res, 0, "display_name") },
        db_get_time(res, 0, "created_at"), db_get_time(res, 0, "expires_at") };
    return respond_json(req, 200, v1_write_session(req->arena, &session));
}

/* GET /api/v1/session (getSession) */
enum step session_get(struct request *req)
{
    return await_query(
        req, &sql_users_session, on_session, DB_PARAMS(db_uuid(req->reader->credential)));
}

static enum step respond_signed_out(struct request *req)
{
    if (req->credential == CREDENTIAL_COOKIE)
        cookie_clear(req);
    return req->route->is_page ? respond_redirect(req, 303, STR("/")) : respond_no_content(req);
}

static enum step on_ended(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    app_rights_changed(req->app);
    return respond_signed_out(req);
}

/* DELETE /api/v1/session (deleteSession), and behind the form. Who is not signed in is signed out.
 */
enum step session_delete(struct request *req)
{
    if (req->reader->by_session)
        return await_write(
            req, &sql_users_end_session, on_ended, DB_PARAMS(db_uuid(req->reader->credential)));
    return respond_signed_out(req);
}
