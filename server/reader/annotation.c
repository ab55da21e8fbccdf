#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"
#include "visibility/door.h"

static enum step on_found(struct request *req, const struct db_result *res);

/* GET /n/{annotation} (pageAnnotation): to the passage in its text. */
enum step page_annotation(struct request *req)
{
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "ann", &id))
        return respond_not_here(req);
    return await_query(req, &sql_annotations_find, on_found,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader), db_uuid(id),
            db_null()));
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct annotation found;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    enum door door =
        res->rows ? door_annotation(req->arena, req->reader, res, 0, &found) : DOOR_WITHHELD;
    if (door == DOOR_BROKEN)
        return respond_problem(req, PROBLEM_INTERNAL);
    if (door == DOOR_WITHHELD)
        return respond_not_here(req);
    return respond_redirect(req, 302,
        arena_printf(req->arena, "/d/%.*s#n=%.*s",
            STR_ARG(typeid_write(req->arena, "doc", found.document)),
            STR_ARG(request_param(req, 0))));
}
