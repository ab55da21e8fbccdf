#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "formats/text.h"
#include "sql.h"

#define TRIES_MAX 20

struct deletion {
    struct annotation it;
    int tries;
};

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_deleted(struct request *req, const struct db_result *res);

/* DELETE /api/v1/annotations/{annotation} (deleteAnnotation) */
enum step annotation_delete(struct request *req)
{
    req->state = arena_new(req->arena, struct deletion);
    return await_annotation_of_path(req, on_found);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct deletion *deletion = req->state;
    struct annotation *it = &deletion->it;
    enum step answer;

    if (!annotation_found(req, res, it, &answer))
        return answer;
    if (it->is_deleted)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!uuid_eq(it->author.id, req->reader->id))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED, "Only its author may delete it.");
    if (!annotation_matches(req, it, &answer))
        return answer;

    struct annotation_words nothing = { .kind = it->source->kind };
    struct db_call lock = { &sql_annotations_lock,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->group)) };
    struct db_call thread = { &sql_annotations_lock_thread,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->thread)) };
    struct db_call delete = { &sql_annotations_delete,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->id), db_int(it->version), db_int(it->audience),
            db_uuid(req->reader->id), db_text(v1_shown(req->arena, &nothing)),
            db_int(BODY_RENDERER_VERSION)) };
    return AWAIT_ALL(req, DB_WRITE, on_deleted, lock, thread, delete);
}

static enum step on_deleted(struct request *req, const struct db_result *res)
{
    struct deletion *deletion = req->state;

    /* changed since we looked: look again, so that 412 is said or what is there now goes */
    bool overtaken = res->err == ERR_LOCKED || (res->err == ERR_NONE && res[2].rows == 0);
    if (overtaken && ++deletion->tries < TRIES_MAX)
        return await_annotation(req, deletion->it.id, on_found);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    return overtaken ? respond_unavailable(req) : respond_no_content(req);
}
