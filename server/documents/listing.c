/* Texts that further groups read. */
#include "documents/read.h"

#include "groups/permissions.h"
#include "model/group.h"
#include "sql.h"
#include "visibility/door.h"

struct shown_in {
    struct uuid group, document;
};

static enum step on_done(struct request *req, const struct db_result *res)
{
    if (res->err == ERR_NONE)
        return respond_no_content(req);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("no-such-group")))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return respond_db_error(req, res);
}

static enum step on_put_document(struct request *req, const struct document *doc)
{
    const struct shown_in *in = req->state;
    struct db_param user = db_uuid(req->reader->id), group = db_uuid(in->group);

    if (!doc || doc->kind != DOCUMENT_TEXT)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return AWAIT_ALL(req, DB_WRITE, on_done,
        { &sql_documents_may_put,
            DB_PARAMS(user, true_pass_param(req->arena, req->reader), group) },
        { &sql_documents_list_in,
            DB_PARAMS(db_uuid(doc->id), user, group, deed_roles(req->arena, DEED_MANAGE_TEXTS)) });
}

static enum step on_delete_document(struct request *req, const struct document *doc)
{
    const struct shown_in *in = req->state;

    if (!doc || doc->kind != DOCUMENT_TEXT)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_write(req, &sql_documents_unlist, on_done,
        DB_PARAMS(db_uuid(doc->id), db_uuid(req->reader->id),
            true_pass_param(req->arena, req->reader), db_uuid(in->group),
            deed_roles(req->arena, DEED_MANAGE_TEXTS), deed_roles(req->arena, DEED_ORDER_TEXTS)));
}

static enum step begin(struct request *req, after_document *next)
{
    struct shown_in *in = arena_new(req->arena, struct shown_in);

    if (!group_id_read(request_param(req, 0), req->reader, &in->group) ||
        !document_param(req, 1, &in->document))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = in;
    return await_document(req, in->document, next);
}

/* PUT /api/v1/groups/{group}/documents/{document} (putGroupDocument) */
enum step listing_put(struct request *req)
{
    return begin(req, on_put_document);
}

/* DELETE /api/v1/groups/{group}/documents/{document} (deleteGroupDocument) */
enum step listing_delete(struct request *req)
{
    return begin(req, on_delete_document);
}
