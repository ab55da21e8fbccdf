/* A passage then, when it was selected, and now: side by side. */
#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "documents/documents.h"
#include "sql.h"
#include "step/paging.h"

#define CONTEXT_CHARS 200
#define EXACT_MAX_CHARS 10000

struct side {
    bool is_known, is_gone, is_confirmed;
    struct uuid revision;
    int32_t start, end;
    struct str state;
    double score;
    struct str before, exact, after;
};

struct context {
    struct annotation it;
    struct uuid revision; /* nil: the current one */
    struct side then, now;
};

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_document(struct request *req, const struct document *doc);
static enum step on_sides(struct request *req, const struct db_result *res);
static enum step find_then(struct request *req);
static enum step on_then(struct request *req, const struct text_index *text);
static enum step find_now(struct request *req);
static enum step on_now(struct request *req, const struct text_index *text);
static enum step respond_context(struct request *req);

/* GET /api/v1/annotations/{annotation}/context (getAnnotationContext) */
enum step annotation_context(struct request *req)
{
    struct context *context = arena_new(req->arena, struct context);
    struct str revision = request_query(req, "revision");
    struct invalid why = { 0 };

    if (str_given(revision) && !typeid_read(revision, "rev", &context->revision)) {
        query_fault(req, &why, "revision", "id", "`revision` is an id that begins with rev_.");
        return respond_invalid_query(req, &why);
    }
    req->state = context;
    return await_annotation_of_path(req, on_found);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct context *context = req->state;
    const struct annotation *it = &context->it;
    enum step answer;

    if (!annotation_found(req, res, &context->it, &answer))
        return answer;
    if (it->is_deleted)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!it->anchor.is_placed)
        return respond_context(req);
    return await_document(req, it->document, on_document);
}

/* What one wrote outlasts the right to read the text, and the words around it do not. */
static enum step on_document(struct request *req, const struct document *doc)
{
    const struct context *context = req->state;
    const struct annotation *it = &context->it;

    if (!doc)
        return respond_context(req);
    return await_query(req, &sql_annotations_anchors_in, on_sides,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->id), db_uuid(it->source->revision),
            db_uuid_or_null(uuid_is_nil(context->revision) ? NULL : &context->revision)));
}

static enum step on_sides(struct request *req, const struct db_result *res)
{
    struct context *context = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    for (int row = 0; row < res->rows; row++) {
        struct side side = { .is_known = true,
            .is_gone = db_is_null(res, row, "start_chars"),
            .is_confirmed = db_get_bool(res, row, "confirmed"),
            .revision = db_get_uuid(res, row, "revision_id"),
            .start = db_get_int(res, row, "start_chars"),
            .end = db_get_int(res, row, "end_chars"),
            .state = arena_dup(req->arena, db_get_text(res, row, "state")),
            .score = db_get_double(res, row, "score") };
        if (db_get_bool(res, row, "is_then"))
            context->then = side;
        if (db_get_bool(res, row, "is_now"))
            context->now = side;
    }
    return find_then(req);
}

static void describe(const struct text_index *text, struct side *side)
{
    size_t start = (size_t)side->start, end = (size_t)side->end;
    size_t cut = end - start > EXACT_MAX_CHARS ? start + EXACT_MAX_CHARS : end;

    side->before = text_between(text, start > CONTEXT_CHARS ? start - CONTEXT_CHARS : 0, start);
    side->exact = text_between(text, start, cut);
    side->after = text_between(text, end, end + CONTEXT_CHARS);
}

static enum step find_then(struct request *req)
{
    const struct context *context = req->state;

    if (!context->then.is_known || context->then.is_gone)
        return find_now(req);
    return await_text(req, context->it.document, context->then.revision, on_then);
}

static enum step on_then(struct request *req, const struct text_index *text)
{
    struct context *context = req->state;

    describe(text, &context->then);
    return find_now(req);
}

static enum step find_now(struct request *req)
{
    const struct context *context = req->state;

    if (!context->now.is_known || context->now.is_gone)
        return respond_context(req);
    return await_text(req, context->it.document, context->now.revision, on_now);
}

static enum step on_now(struct request *req, const struct text_index *text)
{
    struct context *context = req->state;

    describe(text, &context->now);
    return respond_context(req);
}

/* -- the answer -------------------------------------------------------------------------------- */

static void write_words(struct writer *writer, const struct side *side)
{
    if (side->is_gone) {
        writer_key_null(writer, "start");
        writer_key_null(writer, "end");
    } else {
        writer_key_int(writer, "start", side->start);
        writer_key_int(writer, "end", side->end);
    }
    writer_key_text(writer, "before", side->before);
    writer_key_text(writer, "exact", side->exact);
    writer_key_text(writer, "after", side->after);
}

static void write_side(struct request *req, struct writer *writer, const char *key,
    const struct side *side, bool is_now)
{
    writer_key(writer, key);
    if (!side->is_known) {
        writer_null(writer);
        return;
    }
    writer_object(writer);
    writer_key_text(writer, "revision", typeid_write(req->arena, "rev", side->revision));
    if (is_now) {
        writer_key_text(writer, "state", side->state);
        writer_key(writer, "score");
        v1_write_score(writer, side->score);
        writer_key_bool(writer, "confirmed", side->is_confirmed);
    }
    write_words(writer, side);
    writer_object_end(writer);
}

static void write_quote(struct writer *writer, const struct annotation_source *source)
{
    writer_key(writer, "quote");
    if (!str_given(source->quote_exact)) {
        writer_null(writer);
        return;
    }
    writer_object(writer);
    writer_key_text(writer, "exact", source->quote_exact);
    writer_key_text(
        writer, "prefix", str_given(source->quote_prefix) ? source->quote_prefix : STR(""));
    writer_key_text(
        writer, "suffix", str_given(source->quote_suffix) ? source->quote_suffix : STR(""));
    writer_object_end(writer);
}

static enum step respond_context(struct request *req)
{
    const struct context *context = req->state;
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(&writer, "annotation", typeid_write(req->arena, "ann", context->it.id));
    write_quote(&writer, context->it.source);
    write_side(req, &writer, "then", &context->then, false);
    write_side(req, &writer, "now", &context->now, true);
    writer_object_end(&writer);
    return respond_json(req, 200, writer_finish(&writer, req->arena));
}
