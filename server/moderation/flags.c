/* Readers tell the leaders of a group of what should not be there. Its author never hears of it. */
#include "moderation/moderation.h"

#include "annotations/annotations.h"
#include "formats/v1_moderation.h"
#include "groups/groups.h"
#include "moderation/people.h"
#include "sql.h"
#include "step/paging.h"
#include "visibility/door.h"

/* -- telling, and taking it back --------------------------------------------------------------- */

struct flagging {
    struct flag flag;
};

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_flagged(struct request *req, const struct db_result *res);
static enum step on_found_again(struct request *req, const struct db_result *res);
static enum step on_taken_back(struct request *req, const struct db_result *res);

/* POST /api/v1/annotations/{annotation}/flags (createFlag) */
enum step flag_create(struct request *req)
{
    struct flagging *flagging = arena_new(req->arena, struct flagging);
    struct invalid why = { 0 };

    req->state = flagging;
    if (!v1_read_flag(req->arena, req->json, &flagging->flag, &why))
        return respond_invalid(req, &why);
    return await_annotation_of_path(req, on_found);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct flagging *flagging = req->state;
    struct flag *flag = &flagging->flag;
    struct annotation it;
    enum step answer;

    if (!annotation_found(req, res, &it, &answer))
        return answer;
    if (it.is_deleted)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    flag->annotation = it.id;
    flag->document = it.document;
    return AWAIT_ALL(req, DB_WRITE, on_flagged,
        { &sql_annotations_lock, DB_PARAMS(db_uuid(it.document), db_uuid(it.group)) },
        { &sql_moderation_flag,
            DB_PARAMS(db_uuid(uuid_new()), db_uuid(req->reader->id),
                true_pass_param(req->arena, req->reader), db_uuid(it.document), db_uuid(it.id),
                db_text(flag->reason), db_text(flag->note)) });
}

static enum step respond_not_flagged(struct request *req, const struct db_result *res)
{
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("gone")))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("own")))
        return respond_problem_detail(
            req, PROBLEM_NOT_ALLOWED, "These are your own words: change or delete them.");
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("nobody-leads")))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED,
            "Nobody leads the group in which you read it: there is nobody to tell.");
    return respond_db_error(req, res);
}

static struct str flag_json(struct request *req, const struct flag *flag)
{
    struct writer writer;

    writer_start(&writer);
    v1_write_flag(&writer, req->arena, flag);
    return writer_finish(&writer, req->arena);
}

/* Oneself, under the mask that the others are shown. */
static struct author flagger(const struct request *req, const struct db_result *res)
{
    bool is_masked = !db_is_null(res, 0, "mask_name");

    return (struct author){ .id = req->reader->id,
        .name = req->reader->name,
        .display_name = is_masked ? db_get_text(res, 0, "mask_name") : req->reader->display_name,
        .is_masked = is_masked };
}

static enum step on_flagged(struct request *req, const struct db_result *res)
{
    struct flagging *flagging = req->state;
    struct flag *flag = &flagging->flag;

    if (res->err != ERR_NONE)
        return respond_not_flagged(req, res);
    flag->group = db_get_uuid(&res[1], 0, "group_id");
    flag->reason = db_get_text(&res[1], 0, "reason");
    flag->note = db_get_text(&res[1], 0, "note");
    flag->created_us = db_get_time(&res[1], 0, "created_at");
    flag->settled_us = db_get_time(&res[1], 0, "settled_at");
    flag->by = flagger(req, &res[1]);
    struct str json = flag_json(req, flag);
    if (!db_get_bool(&res[1], 0, "made"))
        return respond_json(req, 200, json);
    return respond_created(req,
        arena_printf(
            req->arena, "%.*s/flags", STR_ARG(v1_annotation_path(req->arena, flag->annotation))),
        json);
}

/* DELETE /api/v1/annotations/{annotation}/flags (deleteFlag): one's own */
enum step flag_delete(struct request *req)
{
    return await_annotation_of_path(req, on_found_again);
}

static enum step on_found_again(struct request *req, const struct db_result *res)
{
    struct annotation it;
    enum step answer;

    if (!annotation_found(req, res, &it, &answer))
        return answer;
    return await_write(req, &sql_moderation_unflag, on_taken_back,
        DB_PARAMS(db_uuid(req->reader->id), db_uuid(it.document), db_uuid(it.id)));
}

static enum step on_taken_back(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_no_content(req) : respond_db_error(req, res);
}

/* -- those that wait --------------------------------------------------------------------------- */

struct flag_page {
    struct group group;
    struct paging paging;
};

static enum step on_group(struct request *req);
static enum step on_rows(struct request *req, const struct db_result *res);

/* GET /api/v1/groups/{group}/flags (listFlags) */
enum step flag_list(struct request *req)
{
    struct flag_page *page = arena_new(req->arena, struct flag_page);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_CREATED, &page->paging, &why))
        return respond_invalid_query(req, &why);
    req->state = page;
    return group_load(req, DEED_SEE_FLAGS, &page->group, on_group);
}

static enum step on_group(struct request *req)
{
    const struct flag_page *page = req->state;
    const struct paging *paging = &page->paging;

    return await_query(req, &sql_moderation_flags, on_rows,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(page->group.id), paging_ask(paging), paging_after_time(paging),
            paging_after_id(paging)));
}

static enum step on_rows(struct request *req, const struct db_result *res)
{
    const struct flag_page *page = req->state;
    struct cursor last = { .order = CURSOR_CREATED };
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    int rows = paging_rows(&page->paging, res->rows);
    paging_begin(&writer);
    for (int row = 0; row < rows; row++) {
        enum door door = door_admits(req->reader, res, row);
        if (door == DOOR_BROKEN) {
            writer_drop(&writer);
            return respond_problem(req, PROBLEM_INTERNAL);
        }
        struct flag flag = flag_of(req->arena, res, row, page->group.id);
        if (door == DOOR_ADMITTED)
            v1_write_flag(&writer, req->arena, &flag);
        last.time_us = flag.created_us;
        last.id = db_get_uuid(res, row, "id");
    }
    return respond_paging(req, &writer, paging_has_next(&page->paging, res->rows) ? &last : NULL);
}
