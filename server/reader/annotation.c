#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"

static enum step on_found(struct request *req, const struct db_result *res);

/* GET /n/{annotation} (pageAnnotation): to the passage in its text. */
enum step page_annotation(struct request *req)
{
    const struct reader *reader = req->reader;
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "ann", &id))
        return is_signed_in(req) ? respond_problem(req, PROBLEM_NOT_FOUND)
                                 : respond_sign_in_first(req);
    return await_query(req, &sql_reader_annotation, on_found,
        DB_PARAMS(db_uuid(id), db_uuid(reader->id),
            db_ints(req->arena, reader->pass.reads, reader->pass.count)));
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return is_signed_in(req) ? respond_problem(req, PROBLEM_NOT_FOUND)
                                 : respond_sign_in_first(req);
    struct str document = typeid_write(req->arena, "doc", db_get_uuid(res, 0, "document_id"));
    return respond_redirect(req, 302,
        arena_printf(
            req->arena, "/d/%.*s#n=%.*s", STR_ARG(document), STR_ARG(request_param(req, 0))));
}
