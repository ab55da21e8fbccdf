#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "sql.h"
#include "step/paging.h"

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_rows(struct request *req, const struct db_result *res);

/* GET /api/v1/annotations/{annotation}/replies (listReplies) */
enum step reply_list(struct request *req)
{
    struct paging *page = arena_new(req->arena, struct paging);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_OLDEST, page, &why))
        return respond_invalid_query(req, &why);
    req->state = page;
    return await_annotation_of_path(req, on_found);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    const struct paging *page = req->state;
    struct annotation it;
    enum step answer;

    if (!annotation_found(req, res, &it, &answer))
        return answer;
    return await_query(req, &sql_annotations_list_replies, on_rows,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(it.document), db_uuid(it.id), db_uuid(it.thread), db_uuid(it.group),
            paging_ask(page), paging_after_time(page), paging_after_id(page),
            muted_param(req->arena, req->reader)));
}

static enum step on_rows(struct request *req, const struct db_result *res)
{
    const struct paging *page = req->state;
    struct annotation_list list;
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (!door_annotations(req->arena, req->reader, res, (size_t)page->limit, &list))
        return respond_problem(req, PROBLEM_INTERNAL);

    paging_begin(&writer);
    for (size_t i = 0; i < list.count; i++)
        v1_write_annotation(req->arena, &writer, &list.at[i], NULL);
    struct cursor last = {
        .order = CURSOR_OLDEST, .time_us = list.last_created_us, .id = list.last_id
    };
    return respond_paging(req, &writer, list.more ? &last : NULL);
}
