/* What differs between two revisions of a text, word by word. */
#include "documents/read.h"

#include "formats/v1_documents.h"
#include "sql.h"
#include "step/paging.h"
#include "visibility/door.h"

struct difference {
    struct uuid document;
    struct uuid from_id, to_id; /* nil: not given */
    struct revision from, to;
    const struct text_index *from_text, *to_text;
    struct str json;
};

static enum step on_target(struct request *req, const struct target_document *target);
static enum step on_to(struct request *req, const struct db_result *res);
static enum step on_from(struct request *req, const struct db_result *res);
static enum step on_from_text(struct request *req, const struct text_index *text);
static enum step on_to_text(struct request *req, const struct text_index *text);
static void compare(struct request *req);
static enum step on_compared(struct request *req);

static void read_id(struct request *req, const char *name, struct uuid *out, struct invalid *why)
{
    struct str given = request_query(req, name);

    if (str_given(given) && !typeid_read(given, "rev", out))
        query_fault(req, why, name, "id", "`%s` is an id that begins with rev_.", name);
}

/* GET /api/v1/documents/{document}/diff (getDiff) */
enum step document_diff(struct request *req)
{
    struct difference *it = arena_new(req->arena, struct difference);
    struct invalid why = { 0 };

    read_id(req, "from", &it->from_id, &why);
    read_id(req, "to", &it->to_id, &why);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    if (!document_param(req, 0, &it->document))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = it;
    return await_target(req, request_param(req, 0), false, on_target);
}

static enum step find(struct request *req, struct uuid revision, after_query *next)
{
    return await_query(req, &sql_documents_revision, next,
        DB_PARAMS(
            db_uuid(req->reader->id), reads_param(req->arena, req->reader), db_uuid(revision)));
}

static enum step on_target(struct request *req, const struct target_document *target)
{
    struct difference *it = req->state;

    if (target->found != TARGET_FOUND || uuid_is_nil(target->revision))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (uuid_is_nil(it->to_id))
        it->to_id = target->revision;
    return find(req, it->to_id, on_to);
}

/* False: *answer says why there is no such revision of this text. */
static bool found(struct request *req, const struct db_result *res, const char *name,
    struct revision *out, enum step *answer)
{
    const struct difference *it = req->state;
    struct invalid why = { 0 };

    if (res->err != ERR_NONE) {
        *answer = respond_db_error(req, res);
        return false;
    }
    enum door door = res->rows == 0 ? DOOR_WITHHELD : door_admits_text(req->reader, res, 0);
    if (door == DOOR_BROKEN) {
        *answer = respond_problem(req, PROBLEM_INTERNAL);
        return false;
    }
    if (door == DOOR_ADMITTED && revision_read_copy(req, res, 0, out) &&
        uuid_eq(out->document, it->document))
        return true;
    query_fault(req, &why, name, "unknown", "The text has no such revision.");
    *answer = respond_invalid_query(req, &why);
    return false;
}

static enum step on_to(struct request *req, const struct db_result *res)
{
    struct difference *it = req->state;
    enum step answer;

    if (!found(req, res, "to", &it->to, &answer))
        return answer;
    /* before the first there was none: it is compared with itself */
    if (uuid_is_nil(it->from_id))
        it->from_id = uuid_is_nil(it->to.parent) ? it->to.id : it->to.parent;
    return find(req, it->from_id, on_from);
}

static enum step on_from(struct request *req, const struct db_result *res)
{
    struct difference *it = req->state;
    enum step answer;

    if (!found(req, res, "from", &it->from, &answer))
        return answer;
    return await_text(req, it->document, it->from.id, on_from_text);
}

static enum step on_from_text(struct request *req, const struct text_index *text)
{
    struct difference *it = req->state;

    it->from_text = text;
    return await_text(req, it->document, it->to.id, on_to_text);
}

static enum step on_to_text(struct request *req, const struct text_index *text)
{
    struct difference *it = req->state;

    it->to_text = text;
    return await_text_work(req, text_index_text(it->from_text).bytes + text_index_text(text).bytes,
        compare, on_compared);
}

/* -- on a thread ------------------------------------------------------------------------------- */

static void write_side(struct writer *writer, const char *key, const struct text_index *text,
    const struct range *range)
{
    writer_key(writer, key);
    writer_object(writer);
    writer_key_int(writer, "start", (int64_t)range->start_chars);
    writer_key_int(writer, "end", (int64_t)range->end_chars);
    writer_key_text(writer, "exact", text_between(text, range->start_chars, range->end_chars));
    writer_object_end(writer);
}

static void compare(struct request *req)
{
    struct difference *it = req->state;
    struct alignment *alignment = alignment_new(it->from_text, it->to_text);
    const struct change *changes;
    struct writer writer;
    size_t count;

    alignment_differences(req->arena, alignment, &changes, &count);
    writer_start(&writer);
    writer_object(&writer);
    writer_key(&writer, "from");
    v1_write_revision_in_full(&writer, req->arena, &it->from);
    writer_key(&writer, "to");
    v1_write_revision_in_full(&writer, req->arena, &it->to);
    writer_key(&writer, "changes");
    writer_array(&writer);
    for (size_t i = 0; i < count; i++) {
        writer_object(&writer);
        write_side(&writer, "from", it->from_text, &changes[i].from);
        write_side(&writer, "to", it->to_text, &changes[i].to);
        writer_object_end(&writer);
    }
    writer_array_end(&writer);
    writer_object_end(&writer);
    it->json = writer_finish(&writer, req->arena);
    alignment_free(alignment);
}

static enum step on_compared(struct request *req)
{
    const struct difference *it = req->state;

    return respond_json(req, 200, it->json);
}
