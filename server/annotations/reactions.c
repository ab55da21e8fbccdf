#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "sql.h"
#include "step/paging.h"

/* -- who reacted ------------------------------------------------------------------------------- */

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_rows(struct request *req, const struct db_result *res);

/* GET /api/v1/annotations/{annotation}/reactions (listReactions) */
enum step reaction_list(struct request *req)
{
    struct paging *page = arena_new(req->arena, struct paging);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_CREATED, page, &why))
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
    return await_query(req, &sql_reactions_list, on_rows,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(it.document), db_uuid(it.id), paging_ask(page), paging_after_time(page),
            paging_after_id(page), page->goes_on ? db_int(page->after.minor) : db_null(),
            muted_param(req->arena, req->reader)));
}

static bool write_row(
    struct request *req, struct writer *writer, const struct db_result *res, int row)
{
    struct reaction_given reaction = { .what = (enum reaction)db_get_int(res, row, "what"),
        .at_us = db_get_time(res, row, "created_at") };
    enum door door = door_admits(req->reader, res, row);

    if (door == DOOR_ADMITTED)
        door = door_author(req->reader, res, row, &reaction.user);
    if (door == DOOR_ADMITTED)
        v1_write_reaction(req->arena, writer, &reaction);
    return door != DOOR_BROKEN;
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
        if (!write_row(req, &writer, res, row)) {
            writer_drop(&writer);
            return respond_problem(req, PROBLEM_INTERNAL);
        }
    }
    struct cursor last = { .order = CURSOR_CREATED };
    if (rows > 0) {
        last.time_us = db_get_time(res, rows - 1, "created_at");
        last.id = db_get_uuid(res, rows - 1, "key_id");
        last.minor = (uint8_t)db_get_int(res, rows - 1, "what");
    }
    return respond_paging(req, &writer, paging_has_next(page, res->rows) ? &last : NULL);
}

/* -- reacting, and taking it back -------------------------------------------------------------- */

static enum step on_found_to_put(struct request *req, const struct db_result *res);
static enum step on_put(struct request *req, const struct db_result *res);
static enum step on_found_to_delete(struct request *req, const struct db_result *res);
static enum step on_deleted(struct request *req, const struct db_result *res);

static enum reaction reaction_param(const struct request *req)
{
    return reaction_of_name(request_param(req, 1));
}

/* PUT /api/v1/annotations/{annotation}/reactions/{reaction} (putReaction) */
enum step reaction_put(struct request *req)
{
    if (reaction_param(req) == REACTIONS)
        return respond_problem_detail(req, PROBLEM_NOT_FOUND,
            "The reactions are agree, disagree, question, thanks and want_answer.");
    return await_annotation_of_path(req, on_found_to_put);
}

/* DELETE /api/v1/annotations/{annotation}/reactions/{reaction} (deleteReaction) */
enum step reaction_delete(struct request *req)
{
    if (reaction_param(req) == REACTIONS)
        return respond_problem_detail(req, PROBLEM_NOT_FOUND,
            "The reactions are agree, disagree, question, thanks and want_answer.");
    return await_annotation_of_path(req, on_found_to_delete);
}

/* A tombstone is there to be read, and for nothing else. */
static bool live_found(
    struct request *req, const struct db_result *res, struct annotation *out, enum step *answer)
{
    if (!annotation_found(req, res, out, answer))
        return false;
    if (out->is_deleted)
        *answer = respond_problem(req, PROBLEM_NOT_FOUND);
    return !out->is_deleted;
}

static enum step on_found_to_put(struct request *req, const struct db_result *res)
{
    struct annotation it;
    enum step answer;

    if (!live_found(req, res, &it, &answer))
        return answer;
    struct db_call lock = { &sql_annotations_lock,
        DB_PARAMS(db_uuid(it.document), db_uuid(it.group)) };
    struct db_call thread = { &sql_annotations_lock_thread,
        DB_PARAMS(db_uuid(it.document), db_uuid(it.thread)) };
    struct db_call put = { &sql_reactions_put,
        DB_PARAMS(db_uuid(it.document), db_uuid(it.id), db_uuid(req->reader->id),
            true_pass_param(req->arena, req->reader), db_int((int32_t)reaction_param(req))) };
    return AWAIT_ALL(req, DB_WRITE, on_put, lock, thread, put, annotation_call(req, it.id));
}

static enum step respond_reactions(struct request *req, const struct db_result *res)
{
    struct annotation it;
    struct writer writer;
    enum step answer;

    if (!annotation_found(req, res, &it, &answer))
        return answer;
    writer_start(&writer);
    writer_object(&writer);
    v1_write_reactions(&writer, &it);
    writer_object_end(&writer);
    return respond_json(req, 200, writer_finish(&writer, req->arena));
}

static enum step on_put(struct request *req, const struct db_result *res)
{
    /* it went while we looked */
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("gone")))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    return respond_reactions(req, res + 3);
}

static enum step on_found_to_delete(struct request *req, const struct db_result *res)
{
    struct annotation it;
    enum step answer;

    if (!live_found(req, res, &it, &answer))
        return answer;
    struct db_call lock = { &sql_annotations_lock,
        DB_PARAMS(db_uuid(it.document), db_uuid(it.group)) };
    struct db_call thread = { &sql_annotations_lock_thread,
        DB_PARAMS(db_uuid(it.document), db_uuid(it.thread)) };
    struct db_call delete = { &sql_reactions_delete,
        DB_PARAMS(db_uuid(it.document), db_uuid(it.id), db_uuid(req->reader->id),
            db_int((int32_t)reaction_param(req))) };
    return AWAIT_ALL(req, DB_WRITE, on_deleted, lock, thread, delete, annotation_call(req, it.id));
}

static enum step on_deleted(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_reactions(req, res + 3) : respond_db_error(req, res);
}
