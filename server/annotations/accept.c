/* Suggestions become a revision: each is looked at through the door, its passage must read what it
 * is about, the source is changed there, and in one transaction with the revision they are settled.
 */
#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "base/log.h"
#include "documents/documents.h"
#include "formats/apply.h"
#include "formats/v1_documents.h"
#include "sql.h"
#include "step/jobs.h"
#include "step/paging.h"

#include <stdlib.h>

#define TRIES_MAX 8

/* One of them, in the order in which they were named. */
struct candidate {
    struct annotation it;
    size_t start_chars, end_chars; /* the passage now */
    const char *conflict;          /* why it does not fit; NULL: it does */
};

struct acceptance {
    struct revising it;
    struct acceptance_given given;
    bool is_single; /* named by the path */
    struct candidate *candidates;
    const struct text_index *text;
    struct str source;
    struct candidate **order; /* as they stand in the text */
    struct replacement *replacements;
    struct applied applied;
    enum apply_fault fault;
    struct db_call call;
    int tries;
};

static enum step accept_one(struct request *req);
static enum step on_single(struct request *req, const struct db_result *res);
static enum step accept_many(struct request *req);
static enum step on_base(struct request *req, struct revising *it);
static enum step find(struct request *req);
static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_text(struct request *req, const struct text_index *text);
static enum step on_source(struct request *req, const struct db_result *res);
static void apply(struct request *req);
static enum step on_applied(struct request *req);
static enum step on_revised(
    struct request *req, struct revising *it, enum revised how, const struct db_result *res);
static enum step replay_one(struct request *req, const struct made *made);
static enum step replay_many(struct request *req, const struct made *made);

/* -- which ------------------------------------------------------------------------------------- */

/* POST /api/v1/annotations/{annotation}/accept (acceptSuggestion) */
enum step suggestion_accept(struct request *req)
{
    return idempotent(req, accept_one, replay_one);
}

/* POST /api/v1/documents/{document}/suggestions/accept (acceptSuggestions) */
enum step suggestion_accept_many(struct request *req)
{
    return idempotent(req, accept_many, replay_many);
}

/* False: the path names none. */
static bool begin_single(struct request *req)
{
    struct acceptance *it = arena_new(req->arena, struct acceptance);
    struct uuid *id = arena_new(req->arena, struct uuid);

    req->state = it;
    it->is_single = true;
    it->given = (struct acceptance_given){ id, 1, request_query(req, "note") };
    return typeid_read(request_param(req, 0), "ann", id);
}

static enum step accept_one(struct request *req)
{
    struct invalid why = { 0 };

    if (!begin_single(req))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    struct acceptance *it = req->state;
    if (str_given(it->given.note) &&
        !v1_check_note(&why, req->arena, "/query/note", &it->given.note))
        return respond_invalid_query(req, &why);
    return await_annotation(req, it->given.ids[0], on_single);
}

static enum step on_single(struct request *req, const struct db_result *res)
{
    struct acceptance *it = req->state;
    struct annotation found;
    enum step answer;

    if (!annotation_found(req, res, &found, &answer))
        return answer;
    if (found.is_deleted)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    it->it.document = found.document;
    return await_base(req, &it->it, on_base);
}

/* False: *answer says what is wrong with the request. */
static bool begin_many(struct request *req, enum step *answer)
{
    struct acceptance *it = arena_new(req->arena, struct acceptance);
    struct invalid why = { 0 };

    req->state = it;
    if (!typeid_read(request_param(req, 0), "doc", &it->it.document))
        *answer = respond_problem(req, PROBLEM_NOT_FOUND);
    else if (!v1_read_acceptance(req->arena, req->json, &it->given, &why))
        *answer = respond_invalid(req, &why);
    else
        return true;
    return false;
}

static enum step accept_many(struct request *req)
{
    enum step answer;

    if (!begin_many(req, &answer))
        return answer;
    struct acceptance *it = req->state;
    return await_base(req, &it->it, on_base);
}

static enum step on_base(struct request *req, struct revising *it)
{
    if (job_is_wanted(req))
        return respond_later(req, "suggestions", it->document);
    return find(req);
}

static enum step find(struct request *req)
{
    const struct acceptance *it = req->state;
    struct db_call *calls = arena_array(req->arena, struct db_call, it->given.count);

    for (size_t i = 0; i < it->given.count; i++)
        calls[i] = annotation_call(req, it->given.ids[i]);
    return await_all(req, DB_READ, on_found, calls, it->given.count);
}

/* A pointer to what named the suggestion. */
static const char *pointer_to(struct request *req, size_t i)
{
    const struct acceptance *it = req->state;
    return it->is_single ? "" : arena_printf(req->arena, "/ids/%zu", i).at;
}

/* Can it be accepted, as far as it goes by itself? Faults are noted, in two kinds: what was never
 * right, and what is not as things are. */
static void check(struct request *req, size_t i, const struct annotation *found,
    struct invalid *wrong, struct invalid *unfit)
{
    const struct acceptance *it = req->state;
    const char *pointer = pointer_to(req, i);

    if (!found || found->is_deleted || !uuid_eq(found->document, it->it.document))
        invalid_add(wrong, req->arena, pointer, "unknown",
            "There is no such suggestion on this text that you can see.");
    else if (!found->suggestion)
        invalid_add(it->is_single ? unfit : wrong, req->arena, pointer, "no-suggestion",
            "It is no suggestion.");
    else if (!str_eq(found->suggestion->state, STR("open")))
        invalid_add(unfit, req->arena, pointer, found->suggestion->state.at,
            "It has been %.*s already.", STR_ARG(found->suggestion->state));
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct acceptance *it = req->state;
    struct invalid wrong = { 0 }, unfit = { 0 };

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    it->candidates = arena_array(req->arena, struct candidate, it->given.count);
    for (size_t i = 0; i < it->given.count; i++) {
        struct annotation *found = &it->candidates[i].it;
        enum door door = res[i].rows == 0
            ? DOOR_WITHHELD
            : door_annotation_in_full(req->arena, req->reader, &res[i], 0, found);
        if (door == DOOR_BROKEN)
            return respond_problem(req, PROBLEM_INTERNAL);
        check(req, i, door == DOOR_ADMITTED ? found : NULL, &wrong, &unfit);
    }
    if (wrong.count > 0 && it->is_single)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (wrong.count > 0)
        return respond_invalid(req, &wrong);
    if (unfit.count > 0 && it->tries++ == 0)
        return await_base(req, &it->it, on_base); /* was it just now? Then it is 412 */
    if (unfit.count > 0)
        return respond_problem_with(req, PROBLEM_CONFLICT,
            STR("Nothing was accepted: `errors` says what cannot be any more."), &unfit, STR_NONE);
    return await_text(req, it->it.document, it->it.base.id, on_text);
}

/* -- do they fit ------------------------------------------------------------------------------- */

/* Its author has said that it is about the place where it stands, or its words stand there. */
static const char *conflict_of(const struct acceptance *it, const struct candidate *candidate)
{
    const struct anchor *anchor = &candidate->it.anchor;
    struct str quote = candidate->it.source->quote_exact;

    if (!anchor->is_placed || anchor->is_gone || candidate->start_chars >= candidate->end_chars)
        return "gone";
    if (anchor->is_confirmed)
        return NULL;
    if (!str_eq(text_between(it->text, candidate->start_chars, candidate->end_chars), quote))
        return "changed";
    return str_eq(anchor->state, STR("ambiguous")) ? "ambiguous" : NULL;
}

static int by_place(const void *left, const void *right)
{
    const struct candidate *a = *(struct candidate *const *)left;
    const struct candidate *b = *(struct candidate *const *)right;

    if (a->start_chars != b->start_chars)
        return a->start_chars < b->start_chars ? -1 : 1;
    return a->end_chars < b->end_chars ? -1 : a->end_chars > b->end_chars;
}

/* False: at least one does not fit. */
static bool judge(struct request *req)
{
    struct acceptance *it = req->state;
    bool fits = true;
    size_t reached = 0;

    it->order = arena_array(req->arena, struct candidate *, it->given.count);
    for (size_t i = 0; i < it->given.count; i++) {
        struct candidate *candidate = &it->candidates[i];
        candidate->start_chars = (size_t)candidate->it.anchor.start_chars;
        candidate->end_chars = (size_t)candidate->it.anchor.end_chars;
        candidate->conflict = conflict_of(it, candidate);
        fits = fits && !candidate->conflict;
        it->order[i] = candidate;
    }
    qsort(it->order, it->given.count, sizeof *it->order, by_place);
    for (size_t i = 0; i < it->given.count; i++) {
        struct candidate *candidate = it->order[i];
        if (candidate->conflict)
            continue;
        if (i > 0 && candidate->start_chars < reached) {
            candidate->conflict = "overlaps";
            fits = false;
        }
        if (candidate->end_chars > reached)
            reached = candidate->end_chars;
    }
    return fits;
}

static void write_conflict(
    struct request *req, struct writer *writer, const struct candidate *candidate)
{
    const struct acceptance *it = req->state;
    bool is_gone = str_eq(str_from(candidate->conflict), STR("gone"));

    writer_object(writer);
    writer_key_text(writer, "annotation", typeid_write(req->arena, "ann", candidate->it.id));
    writer_key_cstr(writer, "code", candidate->conflict);
    writer_key_text(writer, "was", candidate->it.source->quote_exact);
    writer_key(writer, "now");
    if (is_gone) {
        writer_null(writer);
    } else {
        writer_object(writer);
        writer_key_int(writer, "start", (int64_t)candidate->start_chars);
        writer_key_int(writer, "end", (int64_t)candidate->end_chars);
        writer_key_text(
            writer, "exact", text_between(it->text, candidate->start_chars, candidate->end_chars));
        writer_object_end(writer);
    }
    writer_object_end(writer);
}

static enum step respond_conflict(struct request *req)
{
    static const struct {
        const char *code, *detail;
    } details[] = {
        { "changed", "The words that it is about have changed." },
        { "gone", "The words that it is about are gone." },
        { "ambiguous", "Its words stand in more than one place, and which is meant is not known." },
        { "overlaps", "It overlaps another one of these: accept one of them." },
    };
    const struct acceptance *it = req->state;
    struct invalid why = { 0 };
    struct writer writer;

    writer_start(&writer);
    writer_array(&writer);
    for (size_t i = 0; i < it->given.count; i++) {
        const struct candidate *candidate = &it->candidates[i];
        if (!candidate->conflict)
            continue;
        write_conflict(req, &writer, candidate);
        for (size_t k = 0; k < sizeof details / sizeof *details; k++)
            if (str_eq(str_from(candidate->conflict), str_from(details[k].code)))
                invalid_add(
                    &why, req->arena, pointer_to(req, i), details[k].code, "%s", details[k].detail);
    }
    writer_array_end(&writer);
    struct str conflicts = writer_finish(&writer, req->arena);
    return respond_problem_with(req, PROBLEM_SUGGESTION_CONFLICT,
        STR("Nothing was accepted: `conflicts` has the passages as they are now."), &why,
        arena_printf(req->arena, "\"conflicts\":%.*s", STR_ARG(conflicts)));
}

static enum step on_text(struct request *req, const struct text_index *text)
{
    struct acceptance *it = req->state;

    it->text = text;
    for (size_t i = 0; i < it->given.count; i++) {
        const struct anchor *anchor = &it->candidates[i].it.anchor;
        /* another revision came while we looked: If-Match is compared again */
        if (anchor->is_placed && !uuid_eq(anchor->revision, it->it.base.id))
            return ++it->tries < TRIES_MAX ? await_base(req, &it->it, on_base)
                                           : respond_unavailable(req);
    }
    if (!judge(req))
        return respond_conflict(req);
    return await_slow(req, &sql_documents_source, on_source,
        DB_PARAMS(db_uuid(it->it.document), db_uuid(it->it.base.id)));
}

/* -- the new source ---------------------------------------------------------------------------- */

static enum step on_source(struct request *req, const struct db_result *res)
{
    struct acceptance *it = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    it->it.format =
        str_eq(db_get_text(res, 0, "format"), STR("text/markdown")) ? TEXT_MARKDOWN : TEXT_PLAIN;
    it->source = arena_dup(req->arena, db_get_bytes(res, 0, "source"));
    it->it.charset = arena_dup(req->arena, db_get_text(res, 0, "charset"));
    return await_text_work(req, it->source.bytes, apply, on_applied);
}

static void apply(struct request *req)
{
    struct acceptance *it = req->state;
    size_t count = it->given.count;

    it->replacements = arena_array(req->arena, struct replacement, count);
    for (size_t i = 0; i < count; i++) {
        const struct candidate *candidate = it->order[i];
        it->replacements[i] = (struct replacement){
            .from_bytes = text_byte_of_char(it->text, candidate->start_chars),
            .to_bytes = text_byte_of_char(it->text, candidate->end_chars),
            .words = candidate->it.suggestion->replacement,
        };
    }
    it->fault = text_apply(req->arena, it->it.format, it->source, it->it.charset,
        text_index_text(it->text), it->replacements, count, &it->applied);
}

/* The place of a candidate among those that were named. */
static size_t place_of(const struct acceptance *it, size_t in_order)
{
    return (size_t)(it->order[in_order] - it->candidates);
}

static enum step respond_not_applicable(
    struct request *req, const char *pointer, const char *code, const char *detail)
{
    struct invalid why = { 0 };

    invalid_add(&why, req->arena, pointer, code, "%s", detail);
    return respond_problem_with(req, PROBLEM_NOT_APPLICABLE, str_from(detail), &why, STR_NONE);
}

/* What was stored does not read as what is shown: a fault of ours. */
static enum step respond_broken(struct request *req, const char *what)
{
    log_line(LOG_ERROR, "suggestion.reads_otherwise", LOG_CSTR("what", what));
    return respond_problem(req, PROBLEM_INTERNAL);
}

static enum step respond_fault(struct request *req)
{
    const struct acceptance *it = req->state;
    const char *named = it->is_single ? "" : "/ids";

    switch (it->fault) {
    case APPLY_CROSSES:
        return respond_not_applicable(req, pointer_to(req, place_of(it, it->applied.faulty)),
            "crosses-markup",
            "Markup, or the end of a block, stands in the midst of its passage: what should become "
            "of that only an edit of the text can say.");
    case APPLY_READS_OTHERWISE:
        return respond_not_applicable(req, pointer_to(req, place_of(it, it->applied.faulty)),
            "reads-otherwise",
            "In that place the new words would not read as they are; edit the text itself.");
    case APPLY_EMPTY:
        return respond_not_applicable(
            req, named, "empty", "Nothing would be left that a reader would see.");
    case APPLY_TOO_LARGE:
        return respond_not_applicable(req, named, "too-large", "The text would be too large.");
    case APPLY_TOO_MUCH:
        return respond_not_applicable(req, named, "too-many",
            "These are too many at once for a text of this size; accept fewer.");
    default:
        return respond_broken(req, "the source");
    }
}

/* -- storing ----------------------------------------------------------------------------------- */

static struct db_call accept_call(struct request *req)
{
    const struct acceptance *it = req->state;
    size_t count = it->given.count;
    struct uuid *ids = arena_array(req->arena, struct uuid, count);
    int32_t *numbers = arena_array(req->arena, int32_t, 3 * count);
    struct db_param *params = arena_array(req->arena, struct db_param, 8);

    for (size_t i = 0; i < count; i++) {
        ids[i] = it->order[i]->it.id;
        numbers[i] = it->order[i]->it.version;
        numbers[count + i] = (int32_t)it->replacements[i].start_chars;
        numbers[2 * count + i] = (int32_t)it->replacements[i].end_chars;
    }
    params[0] = db_uuid(req->reader->id);
    params[1] = true_pass_param(req->arena, req->reader);
    params[2] = db_uuid(it->it.document);
    params[3] = db_uuid(it->it.revision);
    params[4] = db_uuids(req->arena, ids, count);
    params[5] = db_ints(req->arena, numbers, count);
    params[6] = db_ints(req->arena, numbers + count, count);
    params[7] = db_ints(req->arena, numbers + 2 * count, count);
    return (struct db_call){ &sql_suggestions_accept, { params, 8 } };
}

static void write_accepted(struct request *req, struct writer *writer)
{
    const struct acceptance *it = req->state;

    writer_key(writer, "accepted");
    writer_array(writer);
    for (size_t i = 0; i < it->given.count; i++)
        writer_text(writer, typeid_write(req->arena, "ann", it->given.ids[i]));
    writer_array_end(writer);
}

/* Members of the answer; `recoded` NULL: not known any more. */
static struct str accepted(struct request *req, const bool *recoded)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    write_accepted(req, &writer);
    if (recoded)
        writer_key_bool(&writer, "recoded", *recoded);
    writer_object_end(&writer);
    struct str whole = writer_finish(&writer, req->arena);
    return str_slice(whole, 1, whole.bytes - 1);
}

static enum step on_applied(struct request *req)
{
    struct acceptance *it = req->state;

    if (it->fault != APPLY_OK)
        return respond_fault(req);
    it->call = accept_call(req);
    it->it.source = it->applied.source;
    it->it.charset = it->applied.charset;
    it->it.note = it->given.note;
    it->it.pointer = "";
    it->it.must_read = it->applied.text.canonical;
    it->it.calls = &it->call;
    it->it.call_count = 1;
    job_adds(req, accepted(req, &it->applied.is_recoded));
    return await_revise(req, &it->it, on_revised);
}

static enum step on_revised(
    struct request *req, struct revising *it, enum revised how, const struct db_result *res)
{
    struct acceptance *acceptance = req->state;

    (void)res; /* how many: all of them */
    switch (how) {
    case REVISED:
        return respond_revised(req, it->document, it->revision, REVISED,
            accepted(req, &acceptance->applied.is_recoded));
    case REVISED_NOTHING:
        return respond_not_applicable(
            req, acceptance->is_single ? "" : "/ids", "same", "The text reads so already.");
    case REVISED_REFUSED: /* by accept_call(): one is not what it was a moment ago */
        if (++acceptance->tries >= TRIES_MAX)
            return respond_unavailable(req);
        it->revision = uuid_new(); /* that one's words may be in the cache */
        return find(req);
    default:
        return respond_broken(req, "the revision");
    }
}

/* -- once more --------------------------------------------------------------------------------- */

static enum step replay_one(struct request *req, const struct made *made)
{
    if (made->status == 202)
        return respond_job(req, made->object);
    begin_single(req);
    return respond_revised(req, made->document, made->object, REVISED, accepted(req, NULL));
}

static enum step replay_many(struct request *req, const struct made *made)
{
    enum step answer;

    if (made->status == 202)
        return respond_job(req, made->object);
    if (!begin_many(req, &answer))
        return answer;
    return respond_revised(req, made->document, made->object, REVISED, accepted(req, NULL));
}
