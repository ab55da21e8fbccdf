/* Oneself: the account of who asks, and its password. */
#include "base/tag.h"
#include "formats/v1_users.h"
#include "model/group.h"
#include "sql.h"
#include "step/await.h"
#include "users/account.h"
#include "users/confirm.h"
#include "users/password.h"
#include "users/users.h"

static enum step respond_me(struct request *req, const struct db_result *res)
{
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_UNAUTHORIZED);
    struct account account = account_of(res);
    struct str body = v1_write_me(
        req->arena, &account, scopes_named(req->arena, req->reader->scopes), group_everyone);
    respond_etag(req, tag_of_version(req->arena, account.version, body));
    return respond_json(req, 200, body);
}

static enum step on_me(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_me(req, res) : respond_db_error(req, res);
}

/* GET /api/v1/me (getMe) */
enum step me_get(struct request *req)
{
    return await_query(req, &sql_users_me, on_me, DB_PARAMS(db_uuid(req->reader->id)));
}

static enum step on_renamed(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    app_rights_changed(req->app); /* the name is kept with the identity */
    return respond_me(req, res);
}

/* PATCH /api/v1/me (patchMe) */
enum step me_patch(struct request *req)
{
    struct str display_name = STR_NONE;
    struct invalid why = { 0 };

    if (!v1_read_me_patch(req->arena, req->json, &display_name, &why))
        return respond_invalid(req, &why);
    return await_write(req, &sql_users_rename, on_renamed,
        DB_PARAMS(db_uuid(req->reader->id), db_text(display_name)));
}

/* -- the password ------------------------------------------------------------------------------ */

struct change {
    struct confirmation proof;
    struct str new;
    char hash[PASSWORD_HASH_BYTES];
    bool hashed;
};

static enum step on_confirmed(struct request *req);
static void hash_new(struct request *req);
static enum step on_hashed(struct request *req);
static enum step on_changed(struct request *req, const struct db_result *res);

/* PUT /api/v1/me/password (putPassword) */
enum step password_put(struct request *req)
{
    struct change *state = arena_new(req->arena, struct change);
    struct new_password wish = { 0 };
    struct invalid why = { 0 };

    if (!v1_read_new_password(req->arena, req->json, &wish, &why))
        return respond_invalid(req, &why);
    state->new = wish.new;
    state->proof.password = wish.current;
    state->proof.kept = wish.new;
    state->proof.field = "/current";
    req->state = state;
    return confirm_password(req, on_confirmed);
}

static enum step on_confirmed(struct request *req)
{
    return await_hashing(req, hash_new, on_hashed);
}

/* On the hashing thread. */
static void hash_new(struct request *req)
{
    struct change *state = req->state;

    state->hashed = password_hash(state->new, state->hash);
}

static enum step on_hashed(struct request *req)
{
    struct change *state = req->state;

    password_forget(req, state->new);
    if (!state->hashed)
        return respond_unavailable(req);
    return await_write(req, &sql_users_change_password, on_changed,
        DB_PARAMS(db_uuid(req->reader->id), db_text(state->proof.hash), db_cstr(state->hash),
            db_uuid(req->reader->credential), db_time_or_null(state->proof.locked_until_us)));
}

static enum step on_changed(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_wrong_password(req);
    app_rights_changed(req->app);
    return respond_no_content(req);
}
