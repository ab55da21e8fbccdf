/* Edits that go on without their client, and what has become of them. */
#include "documents/read.h"

#include "formats/v1_documents.h"
#include "sql.h"
#include "step/jobs.h"

/* In an answer: for its user alone, who may not read any more what it is about. */
struct shown {
    struct job_told told;
    struct uuid document, object;
    int status; /* of the answer that its request would have had */
    struct str more;
};

static enum step on_accepted(struct request *req, const struct db_result *res);
static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_result(struct request *req, struct str json);
static enum step on_document(struct request *req, const struct document *doc);

static struct str kept(struct arena *arena, struct str text)
{
    return str_given(text) ? arena_dup(arena, text) : STR_NONE;
}

static struct shown *read_row(struct request *req, const struct db_result *res)
{
    struct shown *it = arena_new(req->arena, struct shown);
    struct arena *arena = req->arena;

    *it = (struct shown){
        .told = { .id = db_get_uuid(res, 0, "id"),
            .kind = arena_dup(arena, db_get_text(res, 0, "kind")),
            .state = arena_dup(arena, db_get_text(res, 0, "state")),
            .stage = arena_dup(arena, db_get_text(res, 0, "stage")),
            .done = db_get_int(res, 0, "done"),
            .total = db_get_int(res, 0, "total"),
            .result = STR_NONE,
            .problem = kept(arena, db_get_text(res, 0, "problem")),
            .created_us = db_get_time(res, 0, "created_at"),
            .updated_us = db_get_time(res, 0, "updated_at") },
        .document = db_get_uuid(res, 0, "document_id"),
        .object = db_get_uuid(res, 0, "object_id"),
        .status = db_get_int(res, 0, "status"),
        .more = kept(arena, db_get_text(res, 0, "more")),
    };
    return it;
}

static enum step tell(struct request *req, const struct shown *it)
{
    struct str json = v1_write_job(req->arena, &it->told);
    bool is_open = str_eq(it->told.state, STR("waiting")) || str_eq(it->told.state, STR("running"));

    if (!str_eq(req->method, STR("POST"))) {
        if (is_open)
            respond_header(req, "Retry-After", STR("1"));
        return respond_json(req, 200, json);
    }
    respond_header(req, "Location", v1_job_path(req->arena, it->told.id));
    respond_header(req, "Preference-Applied", STR("respond-async"));
    return respond_bytes(req, 202, "application/json", json);
}

/* -- a request becomes one --------------------------------------------------------------------- */

enum step respond_later(struct request *req, const char *kind, struct uuid document)
{
    return await_job(req, kind, document, on_accepted);
}

static enum step on_accepted(struct request *req, const struct db_result *res)
{
    return tell(req, read_row(req, res));
}

/* -- looking at it ----------------------------------------------------------------------------- */

enum step respond_job(struct request *req, struct uuid job)
{
    return await_query(
        req, &sql_jobs_find, on_found, DB_PARAMS(db_uuid(req->reader->id), db_uuid(job)));
}

/* GET /api/v1/jobs/{job} (getJob) */
enum step job_get(struct request *req)
{
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "job", &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return respond_job(req, id);
}

/* What it made is told as it is now, to whom may read it now; so is what stood in its way, where
 * that has words of others. */
static enum step on_found(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    struct shown *it = read_row(req, res);
    req->state = it;
    if (str_eq(it->told.state, STR("done")))
        return await_report(req, it->document, it->object,
            it->status == 201 ? REVISED : REVISED_NOTHING, it->more, on_result);
    if (!str_eq(it->told.state, STR("failed")))
        return tell(req, it);
    if (str_given(it->told.problem))
        return await_document(req, it->document, on_document);
    it->told.problem = problem_json(req->arena, PROBLEM_UNAVAILABLE,
        STR("The server that was at it has ended. Nothing was written: send it again."),
        v1_job_path(req->arena, it->told.id), req->id);
    return tell(req, it);
}

static enum step tell_kept_out(struct request *req, struct shown *it)
{
    it->told.problem = problem_json(req->arena, PROBLEM_NOT_FOUND,
        STR("The text is not there any more, or not for you to read."),
        v1_job_path(req->arena, it->told.id), req->id);
    return tell(req, it);
}

static enum step on_result(struct request *req, struct str json)
{
    struct shown *it = req->state;

    it->told.result = json;
    return str_given(json) ? tell(req, it) : tell_kept_out(req, it);
}

static enum step on_document(struct request *req, const struct document *doc)
{
    struct shown *it = req->state;

    return doc ? tell(req, it) : tell_kept_out(req, it);
}
