/* A text gets another revision: its words are prepared, every annotation is carried over from the
 * revision before, and all of it is stored in one transaction. What takes long runs off the loop,
 * in slices between which others have their turn. */
#include "documents/read.h"

#include "anchoring/carry.h"
#include "documents/texts.h"
#include "formats/v1_documents.h"
#include "groups/permissions.h"
#include "sql.h"
#include "step/jobs.h"
#include "visibility/door.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 8
#define SLICE 500       /* ranges that are carried in one go */
#define OLD_REVISIONS 8 /* that are looked at besides the base, the latest first */
#define RUNS_MAX 20000
#define SHORT_BYTES 262144         /* of a text that takes little */
#define OWN_MAX (REVISING_MAX / 2) /* seats that the same reader has */

/* Where it stood. */
struct stand {
    bool is_known, is_gone;
    struct uuid revision;
    enum anchor_state state;
    int32_t start_chars, end_chars;
    double score;
};

/* What has to be carried: where it stands in the base, and where it stood before all doubt. */
struct item {
    struct uuid annotation;
    struct str seen;  /* tells the row */
    struct str quote; /* the words as selected; STR_NONE where they are known to stand there */
    struct stand was; /* in the base */
    bool is_confirmed;
    struct stand old; /* in an older revision, if any */
    struct carried now;
    bool still_confirmed;
};

/* An alignment that ends with its request, if not before. */
struct held_alignment {
    struct alignment *at;
};

/* Stretches of the base that stand unchanged in the new text, and by how much they have shifted. */
struct runs {
    int32_t *starts, *ends, *shifts;
    size_t count;
};

struct work_on {
    struct revising *it;
    after_base *on_base;
    after_revised *next;
    void *state; /* the caller's */
    enum text_fault fault;
    unsigned char sha256[crypto_hash_sha256_BYTES];
    struct held_text *held;
    const struct text_index *from, *to;
    struct held_alignment base, old;
    struct runs runs;
    struct item *items;
    size_t count, room;
    size_t first; /* of the items that are carried now: those before are done */
    size_t done;
    struct uuid tried[OLD_REVISIONS]; /* older revisions, once they have been looked at */
    size_t tried_count;
    int tries;
    bool was_locked;
};

static enum step respond_other_base(struct request *req)
{
    const struct work_on *on = req->state;
    struct writer writer;

    writer_start(&writer);
    v1_write_revision_in_full(&writer, req->arena, &on->it->base);
    struct str json = writer_finish(&writer, req->arena);
    respond_header(req, "ETag", revision_tag(req->arena, on->it->base.id));
    return respond_problem_with(req, PROBLEM_PRECONDITION_FAILED,
        STR("The text has another revision by now. Nothing was written."), NULL,
        arena_printf(req->arena, "\"current\":%.*s", STR_ARG(json)));
}

/* The other one may be what this same request made, sent twice at once. */
static enum step respond_not_current(struct request *req, const struct db_result *res)
{
    const struct work_on *on = req->state;

    if (!revision_read_copy(req, res, 0, &on->it->base))
        return respond_problem(req, PROBLEM_INTERNAL);
    return await_unless_done(req, respond_other_base);
}

struct db_param text_managers(struct arena *arena)
{
    return deed_roles(arena, DEED_MANAGE_TEXTS);
}

struct str revision_tag(struct arena *arena, struct uuid revision)
{
    return arena_printf(arena, "\"%s\"", typeid_write(arena, "rev", revision).at);
}

/* -- what it is made of ------------------------------------------------------------------------ */

static enum step ask_base(struct request *req, after_query *next)
{
    const struct work_on *on = req->state;

    return await_query(req, &sql_documents_base, next,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(on->it->document), deed_roles(req->arena, DEED_MANAGE_TEXTS)));
}

/* False: *answer says why not. */
static bool may_revise(struct request *req, const struct db_result *res, enum step *answer)
{
    if (res->err != ERR_NONE)
        *answer = respond_db_error(req, res);
    else if (res->rows == 0)
        *answer = respond_problem(req, PROBLEM_NOT_FOUND);
    else if (!db_get_bool(res, 0, "may"))
        *answer = respond_problem_detail(req, PROBLEM_NOT_ALLOWED,
            "Only who put the text in, and who manages the texts of its group, may edit it.");
    else
        return true;
    return false;
}

static enum step on_base(struct request *req, const struct db_result *res)
{
    struct work_on *on = req->state;
    enum step answer;

    if (!may_revise(req, res, &answer))
        return answer;
    if (!revision_read_copy(req, res, 0, &on->it->base))
        return respond_problem(req, PROBLEM_INTERNAL);
    struct str wanted = request_header(req, "If-Match");
    /* a star is no word of what one has read */
    if (!str_given(wanted) || str_eq(str_trim(wanted), STR("*")))
        return respond_problem_detail(req, PROBLEM_PRECONDITION_REQUIRED,
            "Say in If-Match which revision this one is made of: the tag of the text, \"rev_…\".");
    if (request_if_match(req, revision_tag(req->arena, on->it->base.id), true) ==
        PRECONDITION_FAILED)
        return respond_not_current(req, res);
    on->it->revision = uuid_new();
    req->state = on->state;
    return on->on_base(req, on->it);
}

static enum step on_document(struct request *req, const struct document *doc)
{
    if (!doc)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (doc->kind == DOCUMENT_PAGE)
        return respond_problem_detail(
            req, PROBLEM_NOT_ALLOWED, "A page elsewhere is changed there, not here.");
    return ask_base(req, on_base);
}

enum step await_base(struct request *req, struct revising *it, after_base *next)
{
    struct work_on *on = arena_new(req->arena, struct work_on);

    *on = (struct work_on){ .it = it, .on_base = next, .state = req->state };
    req->state = on;
    return await_document(req, it->document, on_document);
}

/* -- the text ---------------------------------------------------------------------------------- */

static enum step on_prepared(struct request *req);
static enum step on_same_words(struct request *req, const struct db_result *res);
static enum step find_items(struct request *req);
static enum step on_items(struct request *req, const struct db_result *res);
static enum step carry_from(struct request *req, struct uuid revision);
static enum step on_from(struct request *req, const struct text_index *from);
static enum step on_slice(struct request *req);
static enum step carry_older(struct request *req);
static enum step store(struct request *req);
static enum step on_stored(struct request *req, const struct db_result *res);

static enum step give(struct request *req, enum revised how, const struct db_result *res)
{
    struct work_on *on = req->state;

    req->state = on->state;
    return on->next(req, on->it, how, res);
}

static void release_text(void *held)
{
    text_release(held);
}

static void release_alignment(void *held)
{
    alignment_free(((struct held_alignment *)held)->at);
}

/* A long text holds a seat while it and how it compares are in memory. NULL: all are taken, or as
 * many by this reader as one may have. */
static _Atomic uint64_t *take_seat(const struct request *req)
{
    _Atomic uint64_t *seats = req->app->shared->revising;
    uint64_t owner = work_owner(req) | 1, nobody = 0; /* never 0 */
    size_t own = 0;

    for (size_t i = 0; i < REVISING_MAX; i++)
        own += atomic_load(&seats[i]) == owner;
    for (size_t i = 0; own < OWN_MAX && i < REVISING_MAX; i++, nobody = 0)
        if (atomic_compare_exchange_strong(&seats[i], &nobody, owner))
            return &seats[i];
    return NULL;
}

static void leave(void *seat)
{
    atomic_store((_Atomic uint64_t *)seat, 0);
}

static void prepare(struct request *req)
{
    struct work_on *on = req->state;
    struct revising *it = on->it;

    on->fault = text_prepare(req->arena, it->format, it->source, it->charset, &it->text);
    if (on->fault != TEXT_OK)
        return;
    crypto_hash_sha256(
        on->sha256, (const unsigned char *)it->text.canonical.at, it->text.canonical.bytes);
    on->held =
        text_cache_put(req->app->shared->texts, it->revision, text_index_new(it->text.canonical));
}

enum step await_revise(struct request *req, struct revising *it, after_revised *next)
{
    struct work_on *on = arena_new(req->arena, struct work_on);
    bool is_short = it->source.bytes <= SHORT_BYTES && it->base.chars <= SHORT_BYTES;
    _Atomic uint64_t *seat = is_short ? NULL : take_seat(req);

    if (!is_short && !seat)
        return respond_unavailable(req);
    if (seat)
        arena_own(req->arena, seat, leave);
    *on = (struct work_on){ .it = it, .next = next, .state = req->state };
    req->state = on;
    arena_own(req->arena, &on->base, release_alignment);
    arena_own(req->arena, &on->old, release_alignment);
    return await_text_work(req, it->source.bytes, prepare, on_prepared);
}

static bool same_words(const struct work_on *on)
{
    const struct revision *base = &on->it->base;
    struct str format = on->it->format == TEXT_MARKDOWN ? STR("text/markdown") : STR("text/plain");

    return str_eq(base->format, format) &&
        str_eq(base->sha256, (struct str){ (const char *)on->sha256, sizeof on->sha256 });
}

static enum step on_prepared(struct request *req)
{
    struct work_on *on = req->state;
    struct revising *it = on->it;

    if (on->fault != TEXT_OK)
        return respond_unreadable(req, on->fault, &it->text, it->source, it->charset, it->pointer);
    arena_own(req->arena, on->held, release_text);
    on->to = held_text_index(on->held);
    if (str_given(it->must_read) && !str_eq(it->must_read, it->text.canonical))
        return give(req, REVISED_OTHERWISE, NULL);
    if (!same_words(on))
        return find_items(req);
    return await_slow(req, &sql_documents_source, on_same_words,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->base.id)));
}

/* Other marks around the same words are another text: somebody has changed them on purpose. */
static enum step on_same_words(struct request *req, const struct db_result *res)
{
    const struct work_on *on = req->state;
    const struct revising *it = on->it;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows > 0 && str_eq(db_get_bytes(res, 0, "source"), it->source) &&
        str_eq(db_get_text(res, 0, "charset"), it->text.charset))
        return give(req, REVISED_NOTHING, NULL);
    return find_items(req);
}

/* -- what stands on it ------------------------------------------------------------------------- */

static enum step find_items(struct request *req)
{
    const struct work_on *on = req->state;
    struct uuid *ids = arena_array(req->arena, struct uuid, on->count);
    struct str *seen = arena_array(req->arena, struct str, on->count);

    for (size_t i = 0; i < on->count; i++) {
        ids[i] = on->items[i].annotation;
        seen[i] = on->items[i].seen;
    }
    return await_slow(req, &sql_documents_anchors_to_carry, on_items,
        DB_PARAMS(db_uuid(on->it->document), db_uuid(on->it->base.id),
            db_uuids(req->arena, ids, on->count), db_texts(req->arena, seen, on->count)));
}

static struct str kept(struct arena *arena, struct str text)
{
    return str_given(text) ? arena_dup(arena, text) : STR_NONE;
}

static enum anchor_state state_of(struct str word)
{
    enum anchor_state state = ANCHOR_EXACT;

    while (state < ANCHOR_GONE && !str_eq(word, str_from(anchor_state_name(state))))
        state++;
    return state;
}

static void read_item(struct arena *arena, const struct db_result *res, int row, struct item *out)
{
    *out = (struct item){
        .annotation = db_get_uuid(res, row, "annotation_id"),
        .seen = arena_dup(arena, db_get_text(res, row, "seen")),
        .quote = kept(arena, db_get_text(res, row, "quote")),
        .is_confirmed = db_get_bool(res, row, "confirmed"),
        .was = { .is_known = true,
            .is_gone = db_is_null(res, row, "start_chars"),
            .start_chars = db_get_int(res, row, "start_chars"),
            .end_chars = db_get_int(res, row, "end_chars"),
            .state = state_of(db_get_text(res, row, "state")),
            .score = db_get_double(res, row, "score") },
    };
    if (!db_is_null(res, row, "old_revision_id"))
        out->old = (struct stand){ .is_known = true,
            .revision = db_get_uuid(res, row, "old_revision_id"),
            .start_chars = db_get_int(res, row, "old_start_chars"),
            .end_chars = db_get_int(res, row, "old_end_chars"),
            .state = state_of(db_get_text(res, row, "old_state")),
            .score = db_get_double(res, row, "old_score") };
}

static int by_annotation(const void *a, const void *b)
{
    return memcmp(&((const struct item *)a)->annotation, &((const struct item *)b)->annotation,
        sizeof(struct uuid));
}

/* One that came anew for a row that has changed takes the place of the former. */
static void drop_former(struct work_on *on, size_t new_from)
{
    size_t kept_count = 0, new_count = on->count - new_from;
    struct item *fresh = on->items + new_from;

    qsort(fresh, new_count, sizeof *fresh, by_annotation);
    for (size_t i = 0; i < new_from; i++)
        if (!bsearch(&on->items[i], fresh, new_count, sizeof *fresh, by_annotation))
            on->items[kept_count++] = on->items[i];
    memmove(on->items + kept_count, fresh, new_count * sizeof *fresh);
    on->first = kept_count;
    on->count = kept_count + new_count;
}

static enum step on_items(struct request *req, const struct db_result *res)
{
    struct work_on *on = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    size_t had = on->count, more = (size_t)res->rows;
    struct item *items = arena_array(req->arena, struct item, had + more);
    if (had > 0)
        memcpy(items, on->items, had * sizeof *items);
    for (size_t i = 0; i < more; i++)
        read_item(req->arena, res, (int)i, &items[had + i]);
    on->items = items;
    on->count = had + more;
    on->first = had;
    if (had > 0)
        drop_former(on, had);
    on->done = on->first;
    on->tried_count = 0;
    job_says(req, JOB_ALIGN, on->first, on->count);
    return on->first < on->count ? carry_from(req, on->it->base.id) : store(req);
}

/* -- where it stands now ----------------------------------------------------------------------- */

static enum step carry_from(struct request *req, struct uuid revision)
{
    const struct work_on *on = req->state;

    return await_text(req, on->it->document, revision, on_from);
}

static bool is_good(enum anchor_state state)
{
    return state == ANCHOR_EXACT || state == ANCHOR_MOVED;
}

/* A state is about the words that were selected, so that what one revision left in doubt the next
 * one, which does not touch the place, does not call exact. */
static struct carried since_selected(
    const struct work_on *on, const struct item *item, const struct stand *was, struct carried step)
{
    enum anchor_state before = was->state;
    struct carried now = step;

    if (step.state == ANCHOR_GONE)
        return (struct carried){ .state = ANCHOR_GONE };
    if (before == ANCHOR_MOVED && step.state == ANCHOR_EXACT)
        now.state = ANCHOR_MOVED;
    if (before == ANCHOR_AMBIGUOUS) {
        now.state = ANCHOR_AMBIGUOUS;
        now.score = step.score * was->score;
    }
    if (before == ANCHOR_CHANGED && step.state != ANCHOR_AMBIGUOUS) {
        struct str words = text_between(on->to, step.range.start_chars, step.range.end_chars);
        bool reads_again = str_given(item->quote) && str_eq(item->quote, words);
        now.state = !reads_again         ? ANCHOR_CHANGED
            : step.state == ANCHOR_MOVED ? ANCHOR_MOVED
                                         : ANCHOR_EXACT;
        now.score = reads_again ? 1 : step.score * was->score;
    }
    return now;
}

/* Of what the base had lost or left in doubt, an older revision may know the place; it knows better
 * where the words are there again, and where the base knows none. */
static bool is_better(struct carried older, struct carried now)
{
    if (older.state == ANCHOR_GONE)
        return false;
    return now.state == ANCHOR_GONE || (is_good(older.state) && !is_good(now.state));
}

static bool is_of(const struct item *item, const struct work_on *on)
{
    if (on->tried_count == 0)
        return !item->was.is_gone;
    return item->old.is_known && uuid_eq(item->old.revision, on->tried[on->tried_count - 1]);
}

static void settle(const struct work_on *on, struct item *item, struct carried step)
{
    if (on->tried_count > 0) {
        struct carried older = since_selected(on, item, &item->old, step);
        if (is_better(older, item->now))
            item->now = older;
        return;
    }
    item->now = since_selected(on, item, &item->was, step);
    item->still_confirmed = item->is_confirmed && is_good(step.state);
}

/* The alignment compares words: the blanks at the ends of what is alike may differ. */
static struct range without_blanks(const struct text_index *text, size_t from, size_t to)
{
    struct str all = text_between(text, from, to), rest = all;

    while (rest.bytes > 0 && (unsigned char)rest.at[0] <= ' ')
        rest = str_slice(rest, 1, rest.bytes);
    size_t before = all.bytes - rest.bytes;
    while (rest.bytes > 0 && (unsigned char)rest.at[rest.bytes - 1] <= ' ')
        rest.bytes--;
    return (struct range){ from + before, to - (all.bytes - before - rest.bytes) };
}

static void add_run(struct work_on *on, size_t from, size_t from_end, size_t to, size_t to_end)
{
    struct runs *runs = &on->runs;
    struct range was = without_blanks(on->from, from, from_end);
    struct range is = without_blanks(on->to, to, to_end);

    if (was.start_chars == was.end_chars ||
        !str_eq(text_between(on->from, was.start_chars, was.end_chars),
            text_between(on->to, is.start_chars, is.end_chars)))
        return;
    runs->starts[runs->count] = (int32_t)was.start_chars;
    runs->ends[runs->count] = (int32_t)was.end_chars;
    runs->shifts[runs->count++] = (int32_t)is.start_chars - (int32_t)was.start_chars;
}

/* What is written on the base while this goes on and lies in one of them, the statement carries. */
static void find_runs(struct request *req)
{
    struct work_on *on = req->state;
    const struct change *changes;
    size_t count, from = 0, to = 0;

    if (!alignment_changes(req->arena, on->base.at, &changes, &count) || count > RUNS_MAX)
        return;
    on->runs.starts = arena_array(req->arena, int32_t, 3 * (count + 1));
    on->runs.ends = on->runs.starts + count + 1;
    on->runs.shifts = on->runs.ends + count + 1;
    for (size_t i = 0; i < count; i++) {
        add_run(on, from, changes[i].from.start_chars, to, changes[i].to.start_chars);
        from = changes[i].from.end_chars;
        to = changes[i].to.end_chars;
    }
    add_run(on, from, text_index_chars(on->from), to, text_index_chars(on->to));
}

static void carry_slice(struct request *req)
{
    struct work_on *on = req->state;
    struct held_alignment *held = on->tried_count == 0 ? &on->base : &on->old;
    struct range ranges[SLICE];
    struct carried out[SLICE];
    size_t places[SLICE], count = 0;

    if (!held->at) {
        held->at = alignment_new(on->from, on->to);
        if (held == &on->base)
            find_runs(req);
    }
    for (; on->done < on->count && count < SLICE; on->done++) {
        struct item *item = &on->items[on->done];
        const struct stand *at = on->tried_count == 0 ? &item->was : &item->old;
        if (on->tried_count == 0)
            item->now = (struct carried){ .state = ANCHOR_GONE };
        if (item->was.is_gone && item->is_confirmed)
            item->still_confirmed = true; /* left at that: it is looked for no more */
        /* one outside its own text, which the doctor names, stands nowhere */
        if (!is_of(item, on) || (size_t)at->end_chars > text_index_chars(on->from))
            continue;
        places[count] = on->done;
        ranges[count++] = (struct range){ (size_t)at->start_chars, (size_t)at->end_chars };
    }
    if (!carry(held->at, ranges, count, out))
        abort(); /* they have been looked at */
    for (size_t i = 0; i < count; i++)
        settle(on, &on->items[places[i]], out[i]);
}

static enum step await_carrying(struct request *req)
{
    const struct work_on *on = req->state;
    size_t bytes = text_index_text(on->from).bytes + text_index_text(on->to).bytes;

    return await_text_work(req, bytes, carry_slice, on_slice);
}

static enum step on_from(struct request *req, const struct text_index *from)
{
    struct work_on *on = req->state;

    on->from = from;
    return await_carrying(req);
}

static enum step on_slice(struct request *req)
{
    struct work_on *on = req->state;

    /* looking into older ones is the rest of the last few */
    job_says(req, JOB_CARRY, on->tried_count == 0 ? on->done : on->count, on->count);
    if (on->done < on->count)
        return await_carrying(req);
    alignment_free(on->old.at);
    on->old.at = NULL;
    return carry_older(req);
}

static bool was_tried(const struct work_on *on, struct uuid revision)
{
    for (size_t i = 0; i < on->tried_count; i++)
        if (uuid_eq(on->tried[i], revision))
            return true;
    return false;
}

/* The latest older revision that one in doubt wants looked at. Ids are in the order of time. */
static bool next_older(const struct work_on *on, struct uuid *out)
{
    bool found = false;

    for (size_t i = on->first; i < on->count; i++) {
        const struct item *item = &on->items[i];
        if (!item->old.is_known || is_good(item->now.state) || item->still_confirmed ||
            was_tried(on, item->old.revision))
            continue;
        if (!found || memcmp(&item->old.revision, out, sizeof *out) > 0)
            *out = item->old.revision;
        found = true;
    }
    return found;
}

static enum step carry_older(struct request *req)
{
    struct work_on *on = req->state;
    struct uuid revision;

    if (on->tried_count == OLD_REVISIONS || !next_older(on, &revision))
        return store(req);
    on->tried[on->tried_count++] = revision;
    on->done = on->first;
    return carry_from(req, revision);
}

/* -- storing ----------------------------------------------------------------------------------- */

static struct db_call anchors_call(struct request *req)
{
    const struct work_on *on = req->state;
    size_t count = on->count;
    struct uuid *ids = arena_array(req->arena, struct uuid, count);
    struct str *seen = arena_array(req->arena, struct str, count);
    struct str *states = arena_array(req->arena, struct str, count);
    int32_t *numbers = arena_array(req->arena, int32_t, 4 * count);
    int32_t *starts = numbers, *ends = numbers + count, *scores = numbers + 2 * count,
            *confirmed = numbers + 3 * count;
    struct db_param *params = arena_array(req->arena, struct db_param, 10);

    for (size_t i = 0; i < count; i++) {
        const struct item *item = &on->items[i];
        bool is_gone = item->now.state == ANCHOR_GONE;
        ids[i] = item->annotation;
        seen[i] = item->seen;
        states[i] = str_from(anchor_state_name(item->now.state));
        starts[i] = is_gone ? -1 : (int32_t)item->now.range.start_chars;
        ends[i] = is_gone ? -1 : (int32_t)item->now.range.end_chars;
        scores[i] = is_gone ? 0 : (int32_t)(item->now.score * 1e6);
        confirmed[i] = item->still_confirmed;
    }
    params[0] = db_uuid(on->it->document);
    params[1] = db_uuid(on->it->revision);
    params[2] = db_uuid(on->it->base.id);
    params[3] = db_uuids(req->arena, ids, count);
    params[4] = db_texts(req->arena, seen, count);
    params[5] = db_ints(req->arena, starts, count);
    params[6] = db_ints(req->arena, ends, count);
    params[7] = db_texts(req->arena, states, count);
    params[8] = db_ints(req->arena, scores, count);
    params[9] = db_ints(req->arena, confirmed, count);
    return (struct db_call){ &sql_documents_carry_anchors, { params, 10 } };
}

enum { REVISION, TEXT, HOLD, ANCHORS, LATE, CURRENT, CALLS };

/* Who may write on it is held off only once the words are stored, which takes longest. */
static enum step store(struct request *req)
{
    const struct work_on *on = req->state;
    const struct revising *it = on->it;
    const struct text_prepared *text = &it->text;
    const struct runs *runs = &on->runs;
    struct db_param id = db_uuid(it->document), revision = db_uuid(it->revision);
    struct db_param base = db_uuid(it->base.id), user = db_uuid(req->reader->id);
    struct db_call calls[CALLS + REVISING_CALLS_MAX] = {
        [REVISION] = { &sql_documents_insert_revision,
            DB_PARAMS(id, revision, base, user, db_text(it->note),
                db_cstr(it->format == TEXT_MARKDOWN ? "text/markdown" : "text/plain"),
                db_text(text->charset),
                db_bytes((struct str){ (const char *)on->sha256, sizeof on->sha256 }),
                db_int((int32_t)text->chars), db_int((int32_t)text->canonical.bytes)) },
        [TEXT] = { &sql_documents_insert_text,
            DB_PARAMS(id, revision, db_text(text->canonical), db_text(text->html),
                db_text(text->toc), db_bytes(it->source), db_bytes(text->map)) },
        [HOLD] = { &sql_documents_hold, DB_PARAMS(id) },
        [ANCHORS] = anchors_call(req),
        [LATE] = { &sql_documents_carry_late,
            DB_PARAMS(id, revision, base, db_ints(req->arena, runs->starts, runs->count),
                db_ints(req->arena, runs->ends, runs->count),
                db_ints(req->arena, runs->shifts, runs->count)) },
        [CURRENT] = { &sql_documents_become_current,
            DB_PARAMS(id, revision, base, user, deed_roles(req->arena, DEED_MANAGE_TEXTS)) },
    };

    for (size_t i = 0; i < it->call_count; i++)
        calls[CALLS + i] = it->calls[i];
    job_says(req, JOB_WRITE, on->count, on->count);
    return await_once(req, on_stored, (struct made){ it->revision, it->document, 201 }, calls,
        CALLS + it->call_count);
}

static enum step on_newer(struct request *req, const struct db_result *res)
{
    enum step answer;

    return may_revise(req, res, &answer) ? respond_not_current(req, res) : answer;
}

/* Refused by one of ours, or by one of the caller's? */
static bool is_ours(const struct request *req, const struct db_result *res)
{
    /* the Idempotency-Key's comes first, where there is one */
    return res->failed_call < CALLS + (req->once ? 1u : 0u);
}

static enum step on_stored(struct request *req, const struct db_result *res)
{
    struct work_on *on = req->state;

    if (res->err == ERR_NONE)
        return give(req, REVISED, res + CALLS);
    bool is_moved = res->err == ERR_REFUSED && str_eq(res->refusal, STR("revision-moved"));
    if (is_moved ||
        (res->err == ERR_DUPLICATE && str_eq(res->constraint, STR("revision_number_taken"))))
        return ask_base(req, on_newer);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("anchors-missing")) &&
        on->tries++ < TRIES)
        return find_items(req);
    if (res->err == ERR_LOCKED && on->tries++ < TRIES)
        return store(req);
    if (res->err == ERR_REFUSED && !is_ours(req, res)) {
        struct db_result *refused = arena_new(req->arena, struct db_result);
        *refused = *res;
        refused->failed_call -= CALLS + (req->once ? 1u : 0u);
        return give(req, REVISED_REFUSED, refused);
    }
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("anchors-missing")))
        return respond_unavailable(req);
    return respond_db_error(req, res);
}
