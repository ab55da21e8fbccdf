/* Whom one does not want to read: for oneself, and nobody learns of it. */
#include "moderation/moderation.h"

#include "formats/v1_moderation.h"
#include "sql.h"
#include "step/await.h"
#include "step/paging.h"
#include "visibility/door.h"

static enum step on_rows(struct request *req, const struct db_result *res);
static enum step on_muted(struct request *req, const struct db_result *res);

/* GET /api/v1/me/mutes (listMutes) */
enum step mute_list(struct request *req)
{
    struct paging *page = arena_new(req->arena, struct paging);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_CREATED, page, &why))
        return respond_invalid_query(req, &why);
    req->state = page;
    return await_query(req, &sql_moderation_mutes, on_rows,
        DB_PARAMS(db_uuid(req->reader->id), paging_ask(page), paging_after_time(page),
            paging_after_id(page)));
}

static enum step on_rows(struct request *req, const struct db_result *res)
{
    const struct paging *page = req->state;
    struct cursor last = { .order = CURSOR_CREATED };
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    paging_begin(&writer);
    for (int row = 0; row < paging_rows(page, res->rows); row++) {
        struct author muted = { .id = db_get_uuid(res, row, "id"),
            .name = db_get_text(res, row, "name"),
            .display_name = db_get_text(res, row, "display_name"),
            .is_masked = db_get_bool(res, row, "masked") };
        last.time_us = db_get_time(res, row, "created_at");
        last.id = muted.id;
        v1_write_mute(&writer, req->arena, &muted, last.time_us);
    }
    return respond_paging(req, &writer, paging_has_next(page, res->rows) ? &last : NULL);
}

static bool user_param(const struct request *req, struct uuid *id)
{
    return typeid_read(request_param(req, 0), "usr", id);
}

static enum step respond_no_user(struct request *req)
{
    return respond_problem_detail(req, PROBLEM_NOT_FOUND,
        "Here goes an id that begins with usr_: `author.id` of an annotation, of who wears a mask "
        "that "
        "of the mask.");
}

/* PUT /api/v1/me/mutes/{user} (putMute) */
enum step mute_put(struct request *req)
{
    struct uuid id;

    if (!user_param(req, &id))
        return respond_no_user(req);
    return await_write(req, &sql_moderation_mute, on_muted,
        DB_PARAMS(db_uuid(req->reader->id), true_pass_param(req->arena, req->reader), db_uuid(id)));
}

static enum step on_muted(struct request *req, const struct db_result *res)
{
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("yourself")))
        return respond_problem_detail(req, PROBLEM_CONFLICT, "One does not mute oneself.");
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("too-many")))
        return respond_problem_detail(
            req, PROBLEM_CONFLICT, "You have muted 1000 already: unmute somebody first.");
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    app_rights_changed(req->app); /* mutes are kept with the pass */
    return respond_no_content(req);
}

/* DELETE /api/v1/me/mutes/{user} (deleteMute) */
enum step mute_delete(struct request *req)
{
    struct uuid id;

    if (!user_param(req, &id))
        return respond_no_user(req);
    return await_write(
        req, &sql_moderation_unmute, on_muted, DB_PARAMS(db_uuid(req->reader->id), db_uuid(id)));
}
