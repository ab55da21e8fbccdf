#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "sql.h"
#include "step/paging.h"

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_rows(struct request *req, const struct db_result *res);

/* GET /api/v1/annotations/{annotation}/history (getAnnotationHistory) */
enum step annotation_history(struct request *req)
{
    struct paging *page = arena_new(req->arena, struct paging);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_NUMBER, page, &why))
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
    return await_query(req, &sql_annotations_history, on_rows,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(it.document), db_uuid(it.id), paging_ask(page), paging_after_number(page)));
}

static void write_version(
    struct request *req, struct writer *writer, const struct db_result *res, int row)
{
    struct annotation_version version = { .version = db_get_int(res, row, "version"),
        .kind = db_get_text(res, row, "kind"),
        .body = db_get_text(res, row, "body"),
        .replacement = db_get_text(res, row, "replacement"),
        .is_private = db_get_bool(res, row, "private"),
        .at_us = db_get_time(res, row, "created_at") };

    version.tags.at = db_get_texts(req->arena, res, row, "tags", &version.tags.count);
    v1_write_annotation_version(writer, &version);
}

static enum step on_rows(struct request *req, const struct db_result *res)
{
    const struct paging *page = req->state;
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    int rows = paging_rows(page, res->rows);
    paging_begin(&writer);
    for (int row = 0; row < rows; row++) {
        enum door door = door_admits(req->reader, res, row);
        if (door == DOOR_BROKEN) {
            writer_drop(&writer);
            return respond_problem(req, PROBLEM_INTERNAL);
        }
        if (door == DOOR_ADMITTED)
            write_version(req, &writer, res, row);
    }
    struct cursor last = { .order = CURSOR_NUMBER };
    if (rows > 0)
        last.time_us = db_get_int(res, rows - 1, "version");
    return respond_paging(req, &writer, paging_has_next(page, res->rows) ? &last : NULL);
}
