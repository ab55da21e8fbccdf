#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"
#include "visibility/door.h"

static enum step on_found(struct request *req, const struct db_result *res);

/* GET /n/{annotation} (pageAnnotation): to the passage in its text; where that is gone, in the text
 * as it was. */
enum step page_annotation(struct request *req)
{
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "ann", &id))
        return respond_not_here(req);
    return await_query(req, &sql_annotations_find, on_found,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader), db_uuid(id),
            db_null()));
}

/* -- one that is gone from the text ------------------------------------------------------------ */

static enum step on_last_place(struct request *req, const struct db_result *res)
{
    struct str document = *(const struct str *)req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    struct str revision = res->rows
        ? arena_printf(req->arena, "@%.*s",
              STR_ARG(typeid_write(req->arena, "rev", db_get_uuid(res, 0, "revision_id"))))
        : STR("");
    return respond_redirect(req, 302,
        arena_printf(req->arena, "/d/%.*s%.*s#n=%.*s", STR_ARG(document), STR_ARG(revision),
            STR_ARG(request_param(req, 0))));
}

/* To the text as it was when it stood there last. */
static enum step await_last_place(struct request *req, const struct annotation *found)
{
    struct str *document = arena_new(req->arena, struct str);

    *document = typeid_write(req->arena, "doc", found->document);
    req->state = document;
    return await_query(req, &sql_reader_last_place, on_last_place,
        DB_PARAMS(db_uuid(found->document), db_uuid(found->id)));
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
    if (found.anchor.is_placed && found.anchor.is_gone)
        return await_last_place(req, &found);
    return respond_redirect(req, 302,
        arena_printf(req->arena, "/d/%.*s#n=%.*s",
            STR_ARG(typeid_write(req->arena, "doc", found.document)),
            STR_ARG(request_param(req, 0))));
}
