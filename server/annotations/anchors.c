/* How annotations stand in a revision: what one goes through after a text was edited. */
#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "documents/documents.h"
#include "sql.h"
#include "step/paging.h"

#define GONE_AT INT32_MAX
#define EXACT_MAX_CHARS 1000
#define EARLIER_TEXTS_MAX 4 /* that one page shows words of: each is held in memory */

/* Where one of them stands, and stood last before. */
struct stand {
    struct uuid annotation, was_revision;
    bool is_gone, is_confirmed, has_was;
    int32_t at, start, end, was_start, was_end;
    struct str state;
    double score;
    struct str exact, was_exact;
};

struct stands {
    struct paging page;
    struct uuid document, revision;
    struct str states[ANCHOR_GONE + 1];
    size_t state_count;
    struct str confirmed; /* true, false or STR_NONE */
    bool is_own;
    struct stand *at;
    size_t count, done;
    bool more;
};

static enum step on_target(struct request *req, const struct target_document *target);
static enum step on_revision(struct request *req, const struct db_result *res);
static enum step ask(struct request *req);
static enum step on_rows(struct request *req, const struct db_result *res);
static enum step on_text(struct request *req, const struct text_index *text);
static enum step next_earlier(struct request *req);
static enum step on_earlier(struct request *req, const struct text_index *text);

/* -- what is asked for ------------------------------------------------------------------------- */

static bool is_state(struct str word)
{
    for (enum anchor_state state = ANCHOR_EXACT; state <= ANCHOR_GONE; state++)
        if (str_eq(word, str_from(anchor_state_name(state))))
            return true;
    return false;
}

static void read_states(struct request *req, struct stands *it, struct invalid *why)
{
    struct str rest = request_query(req, "state"), word;
    bool more = str_given(rest);

    while (more) {
        more = str_cut(rest, ',', &word, &rest);
        if (!is_state(word) || it->state_count > ANCHOR_GONE) {
            query_fault(req, why, "state", "unknown",
                "`state` is exact, moved, changed, ambiguous or gone, or several of them with "
                "commas between.");
            return;
        }
        it->states[it->state_count++] = word;
    }
}

/* GET /api/v1/documents/{document}/anchors (listAnchors) */
enum step anchor_list(struct request *req)
{
    struct stands *it = arena_new(req->arena, struct stands);
    struct str revision = request_query(req, "revision"), author = request_query(req, "author");
    struct invalid why = { 0 };

    paging_read(req, CURSOR_NUMBER, &it->page, &why);
    read_states(req, it, &why);
    it->confirmed = request_query(req, "confirmed");
    if (str_given(it->confirmed) && !str_eq(it->confirmed, STR("true")) &&
        !str_eq(it->confirmed, STR("false")))
        query_fault(req, &why, "confirmed", "unknown", "`confirmed` is true or false.");
    it->is_own = str_eq(author, STR("me"));
    if (str_given(author) && !it->is_own)
        query_fault(req, &why, "author", "unknown", "`author` is `me`, or left out.");
    if (str_given(revision) && !typeid_read(revision, "rev", &it->revision))
        query_fault(req, &why, "revision", "id", "`revision` is an id that begins with rev_.");
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    req->state = it;
    if (!str_starts(request_param(req, 0), STR("doc_")))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_target(req, request_param(req, 0), false, on_target);
}

static enum step on_target(struct request *req, const struct target_document *target)
{
    struct stands *it = req->state;

    if (target->found != TARGET_FOUND || uuid_is_nil(target->revision))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    it->document = target->id;
    if (uuid_is_nil(it->revision) || uuid_eq(it->revision, target->revision)) {
        it->revision = target->revision;
        return ask(req);
    }
    return await_query(req, &sql_annotations_has_revision, on_revision,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->revision)));
}

static enum step on_revision(struct request *req, const struct db_result *res)
{
    struct invalid why = { 0 };

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows > 0)
        return ask(req);
    query_fault(req, &why, "revision", "unknown", "The text has no such revision.");
    return respond_invalid_query(req, &why);
}

/* -- the rows ---------------------------------------------------------------------------------- */

static enum step ask(struct request *req)
{
    const struct stands *it = req->state;

    return await_slow(req, &sql_annotations_anchors, on_rows,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(it->document), db_uuid(it->revision),
            it->state_count > 0 ? db_texts(req->arena, it->states, it->state_count) : db_null(),
            str_given(it->confirmed) ? db_bool(str_eq(it->confirmed, STR("true"))) : db_null(),
            db_bool(it->is_own), muted_param(req->arena, req->reader), paging_ask(&it->page),
            paging_after_number(&it->page), paging_after_id(&it->page)));
}

static void read_stand(struct arena *arena, const struct db_result *res, int row, struct stand *out)
{
    *out = (struct stand){
        .annotation = db_get_uuid(res, row, "annotation_id"),
        .at = db_get_int(res, row, "at"),
        .is_gone = db_is_null(res, row, "start_chars"),
        .start = db_get_int(res, row, "start_chars"),
        .end = db_get_int(res, row, "end_chars"),
        .state = arena_dup(arena, db_get_text(res, row, "state")),
        .score = db_get_double(res, row, "score"),
        .is_confirmed = db_get_bool(res, row, "confirmed"),
        .has_was = !db_is_null(res, row, "was_revision_id"),
        .was_revision = db_get_uuid(res, row, "was_revision_id"),
        .was_start = db_get_int(res, row, "was_start_chars"),
        .was_end = db_get_int(res, row, "was_end_chars"),
    };
}

/* Does the page come to words of more earlier revisions than it may hold? */
static bool is_full(struct uuid *earlier, size_t *count, const struct stand *stand)
{
    if (!stand->has_was)
        return false;
    for (size_t i = 0; i < *count; i++)
        if (uuid_eq(earlier[i], stand->was_revision))
            return false;
    if (*count == EARLIER_TEXTS_MAX)
        return true;
    earlier[(*count)++] = stand->was_revision;
    return false;
}

static enum step on_rows(struct request *req, const struct db_result *res)
{
    struct stands *it = req->state;
    struct uuid earlier[EARLIER_TEXTS_MAX];
    size_t earlier_count = 0;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    int rows = paging_rows(&it->page, res->rows);
    it->more = paging_has_next(&it->page, res->rows);
    it->at = arena_array(req->arena, struct stand, (size_t)rows);
    for (int row = 0; row < rows; row++) {
        struct stand *stand = &it->at[it->count];
        enum door door = door_admits(req->reader, res, row);
        if (door == DOOR_BROKEN)
            return respond_problem(req, PROBLEM_INTERNAL);
        if (door == DOOR_WITHHELD)
            continue;
        read_stand(req->arena, res, row, stand);
        if (is_full(earlier, &earlier_count, stand)) {
            it->more = true;
            break;
        }
        it->count++;
    }
    return await_text(req, it->document, it->revision, on_text);
}

/* -- their words ------------------------------------------------------------------------------- */

static struct str words(const struct text_index *text, int32_t start, int32_t end)
{
    int32_t cut = end - start > EXACT_MAX_CHARS ? start + EXACT_MAX_CHARS : end;
    return text_between(text, (size_t)start, (size_t)cut);
}

static enum step on_text(struct request *req, const struct text_index *text)
{
    struct stands *it = req->state;

    for (size_t i = 0; i < it->count; i++)
        if (!it->at[i].is_gone)
            it->at[i].exact = words(text, it->at[i].start, it->at[i].end);
    return next_earlier(req);
}

static void write_stand(struct request *req, struct writer *writer, const struct stand *stand)
{
    const struct stands *it = req->state;

    writer_object(writer);
    writer_key_text(writer, "annotation", typeid_write(req->arena, "ann", stand->annotation));
    writer_key_text(writer, "revision", typeid_write(req->arena, "rev", it->revision));
    writer_key_text(writer, "state", stand->state);
    writer_key(writer, "score");
    v1_write_score(writer, stand->score);
    writer_key_bool(writer, "confirmed", stand->is_confirmed);
    if (stand->is_gone) {
        writer_key_null(writer, "start");
        writer_key_null(writer, "end");
    } else {
        writer_key_int(writer, "start", stand->start);
        writer_key_int(writer, "end", stand->end);
    }
    writer_key_text(writer, "exact", stand->exact);
    writer_key(writer, "was");
    if (!stand->has_was) {
        writer_null(writer);
    } else {
        writer_object(writer);
        writer_key_text(writer, "revision", typeid_write(req->arena, "rev", stand->was_revision));
        writer_key_int(writer, "start", stand->was_start);
        writer_key_int(writer, "end", stand->was_end);
        writer_key_text(writer, "exact", stand->was_exact);
        writer_object_end(writer);
    }
    writer_object_end(writer);
}

static enum step respond_stands(struct request *req)
{
    const struct stands *it = req->state;
    struct writer writer;

    paging_begin(&writer);
    for (size_t i = 0; i < it->count; i++)
        write_stand(req, &writer, &it->at[i]);
    if (!it->more || it->count == 0)
        return respond_paging(req, &writer, NULL);
    const struct stand *last = &it->at[it->count - 1];
    return respond_paging(req, &writer,
        &(struct cursor){ .order = CURSOR_NUMBER, .time_us = last->at, .id = last->annotation });
}

/* One earlier revision after the other, each once. */
static enum step next_earlier(struct request *req)
{
    struct stands *it = req->state;

    while (it->done < it->count && (!it->at[it->done].has_was || it->at[it->done].was_exact.at))
        it->done++;
    if (it->done == it->count)
        return respond_stands(req);
    return await_text(req, it->document, it->at[it->done].was_revision, on_earlier);
}

static enum step on_earlier(struct request *req, const struct text_index *text)
{
    struct stands *it = req->state;
    struct uuid revision = it->at[it->done].was_revision;

    for (size_t i = it->done; i < it->count; i++)
        if (it->at[i].has_was && uuid_eq(it->at[i].was_revision, revision))
            it->at[i].was_exact = words(text, it->at[i].was_start, it->at[i].was_end);
    it->done++;
    return next_earlier(req);
}
