/* A new revision: of words that are sent, or of an earlier one's. */
#include "documents/read.h"

#include "formats/v1_documents.h"
#include "http/router.h"
#include "sql.h"
#include "step/jobs.h"
#include "step/paging.h"
#include "visibility/door.h"

#define REVISE_MAX_BYTES (3u * TEXT_SOURCE_MAX_BYTES) /* as for a new text */

const struct body_rule revision_create_body = { REVISE_MAX_BYTES,
    "application/json text/plain text/markdown" };

struct revision_creation {
    struct revising it;
    struct uuid restores; /* nil: the words are sent */
};

static enum step create(struct request *req);
static enum step on_base(struct request *req, struct revising *it);
static enum step on_source(struct request *req, const struct db_result *res);
static enum step on_revised(
    struct request *req, struct revising *it, enum revised how, const struct db_result *res);

static enum step replay(struct request *req, const struct made *made)
{
    if (made->status == 202)
        return respond_job(req, made->object);
    return respond_revised(req, made->document, made->object, REVISED, STR_NONE);
}

/* POST /api/v1/documents/{document}/revisions (createRevision) */
enum step revision_create(struct request *req)
{
    return idempotent(req, create, replay);
}

static void read_json(struct request *req, struct revision_creation *creation, struct invalid *why)
{
    struct revision_given given;

    v1_read_revision(why, req->arena, req->json, &given);
    creation->restores = given.restores;
    creation->it.note = given.note;
    creation->it.format = given.format;
    creation->it.source = given.source;
    creation->it.charset = STR("UTF-8");
    creation->it.pointer = given.format == TEXT_MARKDOWN ? "/markdown" : "/text";
}

static void read_raw(struct request *req, struct revising *it, struct invalid *query)
{
    it->note = request_query(req, "note");
    v1_check_note(query, req->arena, "/query/note", &it->note);
    it->format = str_eq(req->media_type, STR("text/markdown")) ? TEXT_MARKDOWN : TEXT_PLAIN;
    it->source = req->body;
    it->charset = req->charset;
    it->pointer = "";
}

static enum step create(struct request *req)
{
    struct revision_creation *creation = arena_new(req->arena, struct revision_creation);
    struct invalid body = { 0 }, query = { 0 };

    if (!document_param(req, 0, &creation->it.document))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!req->json)
        read_raw(req, &creation->it, &query);
    else if (str_given(request_query(req, "note")))
        query_fault(
            req, &query, "note", "misplaced", "With a JSON body, this is said in the body.");
    else
        read_json(req, creation, &body);
    if (query.count > 0)
        return respond_invalid_query(req, &query);
    if (body.count > 0)
        return respond_invalid(req, &body);
    req->state = creation;
    return await_base(req, &creation->it, on_base);
}

static enum step on_base(struct request *req, struct revising *it)
{
    const struct revision_creation *creation = req->state;

    if (job_is_wanted(req))
        return respond_later(req, "revision", it->document);
    if (uuid_is_nil(creation->restores))
        return await_revise(req, it, on_revised);
    return await_slow(req, &sql_documents_source, on_source,
        DB_PARAMS(db_uuid(it->document), db_uuid(creation->restores)));
}

/* The same bytes in the same charset are the same text. */
static enum step on_source(struct request *req, const struct db_result *res)
{
    struct revision_creation *creation = req->state;
    struct revising *it = &creation->it;
    struct invalid why = { 0 };

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0) {
        invalid_add(&why, req->arena, "/restore", "unknown", "The text has no such revision.");
        return respond_invalid(req, &why);
    }
    it->format =
        str_eq(db_get_text(res, 0, "format"), STR("text/markdown")) ? TEXT_MARKDOWN : TEXT_PLAIN;
    it->source = arena_dup(req->arena, db_get_bytes(res, 0, "source"));
    it->charset = arena_dup(req->arena, db_get_text(res, 0, "charset"));
    it->pointer = "/restore";
    return await_revise(req, it, on_revised);
}

static enum step on_revised(
    struct request *req, struct revising *it, enum revised how, const struct db_result *res)
{
    (void)res; /* nothing was to be done besides */
    if (how == REVISED_NOTHING)
        job_found(req, (struct made){ it->base.id, it->document, 200 });
    return respond_revised(
        req, it->document, how == REVISED ? it->revision : it->base.id, how, STR_NONE);
}

/* -- the answer -------------------------------------------------------------------------------- */

struct report {
    struct uuid document, revision;
    enum revised how;
    struct str more;
    after_report *next;
    void *state; /* the caller's */
};

enum { THE_REVISION, THE_COUNTS };

#define STATES (ANCHOR_GONE + 1)

/* False: a row came that must not; it is in the log. */
static bool add_up(struct request *req, const struct db_result *res, int64_t counts[STATES])
{
    for (int row = 0; row < res->rows; row++) {
        struct str state = db_get_text(res, row, "state");
        enum door door = door_admits(req->reader, res, row);
        if (door == DOOR_BROKEN)
            return false;
        for (size_t i = 0; door == DOOR_ADMITTED && i < STATES; i++)
            if (str_eq(state, str_from(anchor_state_name((enum anchor_state)i))))
                counts[i] += db_get_int(res, row, "n");
    }
    return true;
}

static struct str report_json(
    struct request *req, const struct revision *revision, const int64_t counts[STATES])
{
    const struct report *report = req->state;
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key(&writer, "revision");
    v1_write_revision_in_full(&writer, req->arena, revision);
    writer_key(&writer, "anchors");
    writer_object(&writer);
    for (size_t i = 0; i < STATES; i++)
        writer_key_int(&writer, anchor_state_name((enum anchor_state)i), counts[i]);
    writer_object_end(&writer);
    writer_key_text(&writer, "review",
        arena_printf(req->arena, "%.*s/anchors?state=changed,ambiguous,gone",
            STR_ARG(v1_document_path(req->arena, report->document))));
    writer_key_bool(&writer, "unchanged", report->how != REVISED);
    if (str_given(report->more))
        writer_raw_members(&writer, report->more);
    writer_object_end(&writer);
    return writer_finish(&writer, req->arena);
}

static enum step on_counts(struct request *req, const struct db_result *res)
{
    const struct report *report = req->state;
    int64_t counts[STATES] = { 0 };
    struct revision revision;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    enum door door = res[THE_REVISION].rows == 0
        ? DOOR_WITHHELD
        : door_admits_text(req->reader, &res[THE_REVISION], 0);
    if (door != DOOR_WITHHELD &&
        (door == DOOR_BROKEN || !add_up(req, &res[THE_COUNTS], counts) ||
            !revision_read(req, &res[THE_REVISION], 0, &revision)))
        return respond_problem(req, PROBLEM_INTERNAL);
    struct str json = door == DOOR_WITHHELD ? STR_NONE : report_json(req, &revision, counts);
    req->state = report->state;
    return report->next(req, json);
}

enum step await_report(struct request *req, struct uuid document, struct uuid revision,
    enum revised how, struct str more, after_report *next)
{
    struct report *report = arena_new(req->arena, struct report);
    struct db_param reader = db_uuid(req->reader->id);
    struct db_param reads = reads_param(req->arena, req->reader);

    *report = (struct report){ document, revision, how, more, next, req->state };
    req->state = report;
    return AWAIT_ALL(req, DB_SLOW, on_counts,
        [THE_REVISION] = { &sql_documents_revision, DB_PARAMS(reader, reads, db_uuid(revision)) },
        [THE_COUNTS] = { &sql_documents_anchor_counts,
            DB_PARAMS(reader, reads, db_uuid(document), db_uuid(revision),
                muted_param(req->arena, req->reader)) });
}

struct answer {
    struct uuid revision;
    enum revised how;
};

static enum step on_report(struct request *req, struct str json)
{
    const struct answer *answer = req->state;

    if (!str_given(json))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    respond_etag(req, revision_tag(req->arena, answer->revision));
    if (answer->how != REVISED)
        return respond_json(req, 200, json);
    return respond_created(req,
        arena_printf(req->arena, "/api/v1/revisions/%s",
            typeid_write(req->arena, "rev", answer->revision).at),
        json);
}

enum step respond_revised(struct request *req, struct uuid document, struct uuid revision,
    enum revised how, struct str more)
{
    struct answer *answer = arena_new(req->arena, struct answer);

    *answer = (struct answer){ revision, how };
    req->state = answer;
    return await_report(req, document, revision, how, more, on_report);
}
