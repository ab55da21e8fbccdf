/* The end of an account. */
#include "formats/v1_users.h"
#include "model/reader.h"
#include "sql.h"
#include "step/await.h"
#include "users/confirm.h"
#include "users/cookie.h"
#include "users/users.h"

#define TRIES_MAX 5

struct erasure {
    struct confirmation proof;
    int tries;
};

static enum step erase(struct request *req);
static enum step on_erased(struct request *req, const struct db_result *res);

/* POST /api/v1/me/erase (eraseMe) */
enum step me_erase(struct request *req)
{
    struct erasure *state = arena_new(req->arena, struct erasure);
    struct invalid why = { 0 };

    if (!v1_read_erasure(req->arena, req->json, &state->proof.password, &why))
        return respond_invalid(req, &why);
    state->proof.field = "/password";
    req->state = state;
    return confirm_password(req, erase);
}

/* Beside the short writes: whoever has said much has others wait behind it else. */
static enum step erase(struct request *req)
{
    const struct erasure *state = req->state;

    struct db_call erasure = { &sql_users_erase,
        DB_PARAMS(db_uuid(req->reader->id), db_text(state->proof.hash)) };

    return await_all(req, DB_LARGE, on_erased, &erasure, 1);
}

static enum step on_erased(struct request *req, const struct db_result *res)
{
    struct erasure *state = req->state;

    /* somebody wrote in the same threads, in another order */
    if (res->err == ERR_LOCKED && ++state->tries < TRIES_MAX)
        return erase(req);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("stale")))
        return respond_wrong_password(req);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("not-found")))
        return respond_problem(req, PROBLEM_UNAUTHORIZED);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    app_rights_changed(req->app);
    cookie_clear(req);
    return respond_no_content(req);
}
