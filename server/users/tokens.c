/* One's tokens: only who has signed in on the page makes, lists or ends them. */
#include "base/clock.h"
#include "formats/v1_users.h"
#include "http/router.h"
#include "model/reader.h"
#include "sql.h"
#include "step/await.h"
#include "step/paging.h"
#include "users/account.h"
#include "users/secret.h"
#include "users/users.h"

static struct token token_of(const struct db_result *res, int row)
{
    return (struct token){
        .id = db_get_uuid(res, row, "id"),
        .name = db_get_text(res, row, "name"),
        .scopes = (unsigned)db_get_int(res, row, "scopes"),
        .created_us = db_get_time(res, row, "created_at"),
        .expires_us = db_get_time(res, row, "expires_at"),
        .last_used_us = db_get_time(res, row, "last_used_at"),
    };
}

static void write_token(
    struct writer *writer, struct request *req, const struct token *token, struct str text)
{
    v1_write_token(writer, req->arena, token, scopes_named(req->arena, token->scopes), text);
}

static struct str token_text(struct request *req, const struct token *token, struct str text)
{
    struct writer writer;

    writer_start(&writer);
    write_token(&writer, req, token, text);
    return writer_finish(&writer, req->arena);
}

/* -- the list ---------------------------------------------------------------------------------- */

static enum step on_list(struct request *req, const struct db_result *res)
{
    const struct paging *paging = req->state;
    struct cursor next = { .order = CURSOR_CREATED };
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    paging_begin(&writer);
    for (int row = 0; row < paging_rows(paging, res->rows); row++) {
        struct token token = token_of(res, row);
        write_token(&writer, req, &token, STR_NONE);
        next.time_us = token.created_us;
        next.id = token.id;
    }
    return respond_paging(req, &writer, paging_has_next(paging, res->rows) ? &next : NULL);
}

/* GET /api/v1/tokens (listTokens) */
enum step token_list(struct request *req)
{
    struct paging *paging = arena_new(req->arena, struct paging);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_CREATED, paging, &why))
        return respond_invalid_query(req, &why);
    req->state = paging;
    return await_query(req, &sql_users_tokens, on_list,
        DB_PARAMS(db_uuid(req->reader->id), paging_ask(paging), paging_after_time(paging),
            paging_after_id(paging)));
}

/* -- making one -------------------------------------------------------------------------------- */

static unsigned scopes_of(struct names names)
{
    unsigned scopes = 0;

    for (size_t i = 0; i < names.count; i++)
        for (size_t s = 0; s < scope_name_count; s++)
            if (str_eq(names.at[i], str_from(scope_names[s].name)))
                scopes |= (unsigned)scope_names[s].scope;
    return scopes;
}

static enum step on_made(struct request *req, const struct db_result *res)
{
    const struct str *text = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    struct token token = token_of(res, 0);
    struct str id = typeid_write(req->arena, "tok", token.id);
    respond_header(req, "Location", arena_printf(req->arena, "/api/v1/tokens/%.*s", STR_ARG(id)));
    /* never without its body, whatever is preferred: the text is shown this once */
    return respond_json(req, 201, token_text(req, &token, *text));
}

/* POST /api/v1/tokens (createToken) */
enum step token_create(struct request *req)
{
    struct str *text = arena_new(req->arena, struct str);
    struct new_token wish;
    struct invalid why = { 0 };

    if (!v1_read_new_token(
            req->arena, req->json, clock_wall_us(), scopes_known(req->arena), &wish, &why))
        return respond_invalid(req, &why);
    unsigned scopes = wish.has_scopes
        ? scopes_of(wish.scopes)
        : (unsigned)SCOPE_ALL & ~(unsigned)(SCOPE_ADMIN | SCOPE_SESSION);
    if (scopes & ~req->reader->scopes)
        return respond_problem_detail(
            req, PROBLEM_NOT_ALLOWED, "Only an admin of the server makes a token with admin.");
    *text = secret_new(req->arena, TOKEN_PREFIX);
    req->state = text;
    return await_write(req, &sql_users_add_token, on_made,
        DB_PARAMS(db_uuid(uuid_new()), db_uuid(req->reader->id),
            db_bytes(secret_digest(req->arena, *text)), db_text(wish.name), db_int((int)scopes),
            db_time_or_null(wish.expires_us)));
}

/* -- one of them ------------------------------------------------------------------------------- */

static enum step on_renamed(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    struct token token = token_of(res, 0);
    return respond_json(req, 200, token_text(req, &token, STR_NONE));
}

/* PATCH /api/v1/tokens/{token} (patchToken) */
enum step token_patch(struct request *req)
{
    struct uuid id;
    struct str name = STR_NONE;
    struct invalid why = { 0 };

    if (!typeid_read(request_param(req, 0), "tok", &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!v1_read_token_patch(req->arena, req->json, &name, &why))
        return respond_invalid(req, &why);
    return await_write(req, &sql_users_rename_token, on_renamed,
        DB_PARAMS(db_uuid(id), db_uuid(req->reader->id), db_text(name)));
}

static enum step on_revoked(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    app_rights_changed(req->app);
    return respond_no_content(req);
}

/* DELETE /api/v1/tokens/{token} (deleteToken) */
enum step token_delete(struct request *req)
{
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "tok", &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_write(
        req, &sql_users_revoke_token, on_revoked, DB_PARAMS(db_uuid(id), db_uuid(req->reader->id)));
}
