/* The text stays as it is, and a word why. */
#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "documents/documents.h"
#include "sql.h"

#define TRIES_MAX 20

struct rejection {
    struct str reason;
    struct annotation it;
    int tries;
};

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_document(struct request *req, const struct document *doc);
static enum step on_stored(struct request *req, const struct db_result *res);

/* POST /api/v1/annotations/{annotation}/reject (rejectSuggestion) */
enum step suggestion_reject(struct request *req)
{
    struct rejection *rejection = arena_new(req->arena, struct rejection);
    struct invalid why = { 0 };

    req->state = rejection;
    if (!v1_read_rejection(req->arena, req->json, &rejection->reason, &why))
        return respond_invalid(req, &why);
    return await_annotation_of_path(req, on_found);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct rejection *rejection = req->state;
    enum step answer;

    if (!annotation_found(req, res, &rejection->it, &answer))
        return answer;
    if (rejection->it.is_deleted)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_document(req, rejection->it.document, on_document);
}

static enum step respond_not_allowed(struct request *req)
{
    return respond_problem_detail(req, PROBLEM_NOT_ALLOWED,
        "Only who put the text in, and who manages the texts of its group, decides on "
        "suggestions.");
}

static enum step on_document(struct request *req, const struct document *doc)
{
    struct rejection *rejection = req->state;
    const struct annotation *it = &rejection->it;
    enum step answer;

    if (!doc || !doc->may_edit)
        return respond_not_allowed(req);
    if (!it->suggestion)
        return respond_problem_detail(req, PROBLEM_CONFLICT, "It is no suggestion.");
    if (!annotation_matches(req, it, &answer))
        return answer;
    if (!str_eq(it->suggestion->state, STR("open")))
        return respond_problem_detail(req, PROBLEM_CONFLICT,
            "It has been %.*s already, and stays so.", STR_ARG(it->suggestion->state));
    return AWAIT_ALL(req, DB_WRITE, on_stored,
        { &sql_annotations_lock, DB_PARAMS(db_uuid(it->document), db_uuid(it->group)) },
        { &sql_annotations_lock_thread, DB_PARAMS(db_uuid(it->document), db_uuid(it->thread)) },
        { &sql_suggestions_reject,
            DB_PARAMS(db_uuid(req->reader->id), true_pass_param(req->arena, req->reader),
                db_uuid(it->document), db_uuid(it->id), db_int(it->version),
                db_text(rejection->reason), text_managers(req->arena)) },
        annotation_call(req, it->id));
}

static enum step on_stored(struct request *req, const struct db_result *res)
{
    struct rejection *rejection = req->state;
    struct annotation it;
    enum step answer;

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("not-allowed")))
        return respond_not_allowed(req);
    /* somebody was faster: look again */
    bool overtaken = res->err == ERR_LOCKED || (res->err == ERR_NONE && res[2].rows == 0);
    if (overtaken && ++rejection->tries < TRIES_MAX)
        return await_annotation(req, rejection->it.id, on_found);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (overtaken)
        return respond_unavailable(req);
    if (!annotation_found(req, res + 3, &it, &answer))
        return answer;
    return respond_annotation(req, &it, NULL);
}
