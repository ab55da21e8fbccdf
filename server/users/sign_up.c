/* New accounts. */
#include "formats/v1_users.h"
#include "http/router.h"
#include "model/group.h"
#include "sql.h"
#include "step/await.h"
#include "users/account.h"
#include "users/cookie.h"
#include "users/limits.h"
#include "users/password.h"
#include "users/secret.h"
#include "users/users.h"

#define CALLS_MAX 8

struct joiner {
    struct sign_up wish;
    struct str setup_digest;
    struct uuid id;
    char hash[PASSWORD_HASH_BYTES];
    bool hashed;
    struct str secret; /* of the session; STR_NONE without one */
    size_t calls;
};

static enum step on_checked(struct request *req, const struct db_result *res);
static void hash(struct request *req);
static enum step on_hashed(struct request *req);
static enum step on_made(struct request *req, const struct db_result *res);

/* What this server asks of newcomers. A setup code opens every door. */
static const char *what_is_missing(const struct request *req, const struct sign_up *wish)
{
    if (str_given(wish->setup))
        return NULL;
    if (req->app->settings->signup == SIGNUP_CLOSED)
        return "This server takes no new accounts; its operator makes them.";
    if (req->app->settings->signup == SIGNUP_INVITED && !str_given(wish->invitation))
        return "Signing up here takes an invitation: open the link that somebody has sent you.";
    return NULL;
}

/* POST /api/v1/users (createUser) */
enum step user_create(struct request *req)
{
    struct joiner *joiner = arena_new(req->arena, struct joiner);
    const struct sign_up *wish = &joiner->wish;
    struct invalid why = { 0 };

    if (comes_from_elsewhere(req))
        return respond_problem(req, PROBLEM_CROSS_SITE);
    if (!v1_read_sign_up(req->arena, req->json, &joiner->wish, &why))
        return respond_invalid(req, &why);
    const char *missing = what_is_missing(req, wish);
    if (missing)
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED, "%s", missing);
    int wait_s = limit_attempt(req);
    if (wait_s > 0)
        return respond_too_many_attempts(req, wait_s);
    if (str_given(wish->setup))
        joiner->setup_digest = secret_digest(req->arena, wish->setup);
    joiner->id = uuid_new();
    req->state = joiner;
    return await_query(req, &sql_users_check_sign_up, on_checked,
        DB_PARAMS(db_text(wish->name), db_bytes(joiner->setup_digest), db_text(wish->invitation)));
}

static enum step respond_gone(struct request *req)
{
    const struct joiner *joiner = req->state;

    if (str_given(joiner->wish.setup))
        return respond_problem_detail(req, PROBLEM_GONE,
            "This setup code was used, has expired, or was never made. The server prints a new one "
            "at its start, while it has no admin.");
    return respond_problem(req, PROBLEM_GONE);
}

static enum step on_checked(struct request *req, const struct db_result *res)
{
    const struct joiner *joiner = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (str_given(joiner->wish.setup) && !db_get_bool(res, 0, "may_set_up"))
        return respond_gone(req);
    if (str_given(joiner->wish.invitation) && !db_get_bool(res, 0, "is_open"))
        return respond_gone(req);
    if (db_get_bool(res, 0, "is_taken"))
        return respond_problem(req, PROBLEM_NAME_TAKEN);
    return await_hashing(req, hash, on_hashed);
}

/* On the hashing thread. */
static void hash(struct request *req)
{
    struct joiner *joiner = req->state;

    joiner->hashed = password_hash(joiner->wish.password, joiner->hash);
}

static void add(struct joiner *joiner, struct db_call *calls, const struct db_statement *statement,
    struct db_params params)
{
    calls[joiner->calls++] = (struct db_call){ statement, params };
}

/* All of it, or nothing: the code is used up, the account made, the group joined. */
static enum step make(struct request *req)
{
    struct joiner *joiner = req->state;
    const struct sign_up *wish = &joiner->wish;
    /* named, because they have to live until the calls are sent */
    struct db_params setup = DB_PARAMS(db_bytes(joiner->setup_digest), db_uuid(joiner->id));
    struct db_params account =
        DB_PARAMS(db_uuid(joiner->id), db_text(wish->name), db_text(wish->display_name),
            db_cstr(joiner->hash), db_bool(str_given(wish->setup)), db_uuid(uuid_new()));
    struct db_params code = DB_PARAMS(db_text(wish->invitation));
    struct db_params join = DB_PARAMS(db_text(wish->invitation), db_uuid(joiner->id));
    struct db_params session = DB_PARAMS(db_uuid(uuid_new()), db_uuid(joiner->id),
        db_bytes(secret_digest(req->arena, joiner->secret)));
    struct db_call calls[CALLS_MAX];

    if (str_given(wish->setup)) {
        add(joiner, calls, &sql_users_lock_setup, DB_NO_PARAMS);
        add(joiner, calls, &sql_users_use_setup, setup);
    }
    add(joiner, calls, &sql_users_create, account);
    if (str_given(wish->invitation)) {
        add(joiner, calls, &sql_groups_lock_invitation, code);
        add(joiner, calls, &sql_groups_join, join);
    }
    if (str_given(joiner->secret))
        add(joiner, calls, &sql_users_begin_session, session);
    add(joiner, calls, &sql_users_me, DB_PARAMS(db_uuid(joiner->id)));
    return await_all(req, DB_WRITE, on_made, calls, joiner->calls);
}

static enum step on_hashed(struct request *req)
{
    struct joiner *joiner = req->state;

    password_forget(req, joiner->wish.password);
    if (!joiner->hashed)
        return respond_unavailable(req);
    if (joiner->wish.session)
        joiner->secret = secret_new(req->arena, "");
    return make(req);
}

static enum step on_made(struct request *req, const struct db_result *res)
{
    const struct joiner *joiner = req->state;

    if (res->err == ERR_DUPLICATE && str_eq(res->constraint, STR("users_name_taken")))
        return respond_problem(req, PROBLEM_NAME_TAKEN);
    if (res->err == ERR_REFUSED)
        return respond_gone(req);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    app_rights_changed(req->app);
    struct account account = account_of(&res[joiner->calls - 1]);
    unsigned scopes =
        account.admin ? (unsigned)SCOPE_ALL : (unsigned)SCOPE_ALL & ~(unsigned)SCOPE_ADMIN;
    if (str_given(joiner->secret))
        cookie_set(req, joiner->secret);
    return respond_created(req, STR("/api/v1/me"),
        v1_write_me(req->arena, &account, scopes_named(req->arena, scopes), group_everyone));
}
