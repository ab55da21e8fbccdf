/* The notes of one document, thread by thread. */
#include "exports/export.h"
#include "formats/v1_annotations.h"
#include "sql.h"
#include "visibility/door.h"

#include <string.h>

#define LIMIT_MAX 25
#define PAGE_BYTES 65536
#define REPLIES 20 /* of each thread in a page; a longer one has pages of its own */
#define THREAD_PAGE 50

/* A page of what begins threads, while its replies are looked for. */
struct beginnings {
    const struct document *doc;
    struct annotation *at;
    size_t count;
    bool more;
    int32_t last_start; /* of the last row, shown or not */
    struct uuid last_id;
};

static struct str kept(struct arena *arena, struct str text)
{
    return str_given(text) ? arena_dup(arena, text) : STR_NONE;
}

/* A copy that outlives its row. */
static struct annotation copied(struct arena *arena, const struct annotation *it)
{
    struct annotation copy = *it;

    copy.author.name = kept(arena, it->author.name);
    copy.author.display_name = kept(arena, it->author.display_name);
    copy.author.mask = kept(arena, it->author.mask);
    copy.moderation = kept(arena, it->moderation);
    copy.moderation_note = kept(arena, it->moderation_note);
    copy.status = kept(arena, it->status);
    copy.shown = kept(arena, it->shown);
    copy.anchor.state = kept(arena, it->anchor.state);
    copy.suggestion = suggestion_kept(arena, it->suggestion);
    return copy;
}

/* -- a thread too long for a page -------------------------------------------------------------- */

static enum step on_thread(struct request *piece, const struct db_result *res)
{
    struct export *it = export_of(piece);
    const struct document *doc = piece->state;
    struct annotation_list list;

    if (res->err != ERR_NONE)
        return respond_db_error(piece, res);
    if (!door_annotations(piece->arena, piece->reader, res, THREAD_PAGE, &list))
        return respond_problem(piece, PROBLEM_INTERNAL);
    export_put(piece, doc, list.at, list.count, REST_OF_THREAD);
    it->in_thread = it->thread_goes_on = list.more;
    it->thread_after_us = list.last_created_us;
    it->thread_after_id = list.last_id;
    return export_made(piece);
}

static enum step read_thread(struct request *piece, const struct document *doc)
{
    struct export *it = export_of(piece);

    piece->state = (void *)(uintptr_t)doc;
    return await_query(piece, &sql_annotations_list_replies, on_thread,
        DB_PARAMS(db_uuid(piece->reader->id), reads_param(piece->arena, piece->reader),
            db_uuid(it->document), db_uuid(it->thread_of), db_uuid(it->thread),
            db_uuid(it->thread_group), db_int(THREAD_PAGE + 1),
            it->thread_goes_on ? db_time(it->thread_after_us) : db_null(),
            it->thread_goes_on ? db_uuid(it->thread_after_id) : db_null(), db_null()));
}

static void enter_thread(struct export *it, const struct annotation *root)
{
    it->in_thread = true;
    it->thread_goes_on = false;
    it->thread_of = root->id;
    it->thread = root->thread;
    it->thread_group = root->group;
}

/* -- a page of threads ------------------------------------------------------------------------- */

static void go_behind(struct export *it, int32_t start, struct uuid id)
{
    it->goes_on = true;
    it->after_start = start;
    it->after_id = id;
}

/* `done` of the page's threads are written. */
static enum step end_page(struct request *piece, size_t done)
{
    struct export *it = export_of(piece);
    const struct beginnings *page = piece->state;
    size_t bytes = it->pieces.out.bytes, fit = bytes > 0 ? done * PAGE_BYTES / bytes : LIMIT_MAX;

    it->limit = fit < 1 ? 1 : fit > LIMIT_MAX ? LIMIT_MAX : (int)fit;
    if (done < page->count) {
        const struct annotation *last = &page->at[done - 1];
        go_behind(it, last->anchor.start_chars, last->id);
        return export_made(piece);
    }
    if (page->more) {
        go_behind(it, page->last_start, page->last_id);
        return export_made(piece);
    }
    return it->in_thread ? (go_behind(it, page->last_start, page->last_id), export_made(piece))
                         : export_next_part(piece, page->doc);
}

/* The rows of one thread, from *row on, behind its first note. False: broken. */
static bool read_replies(struct request *piece, const struct db_result *res, struct uuid of,
    int *row, struct annotation *notes, size_t *count, bool *more)
{
    int seen = 0;

    for (; *row < res->rows && uuid_eq(db_get_uuid(res, *row, "of_id"), of); ++*row) {
        struct annotation *reply = &notes[*count];
        if (++seen > REPLIES) {
            *more = true;
            continue;
        }
        enum door door = door_annotation(piece->arena, piece->reader, res, *row, reply);
        if (door == DOOR_BROKEN)
            return false;
        *count += door == DOOR_ADMITTED;
    }
    return true;
}

static enum step on_replies(struct request *piece, const struct db_result *res)
{
    struct export *it = export_of(piece);
    struct beginnings *page = piece->state;
    struct annotation notes[REPLIES + 1];
    int row = 0;

    if (res->err != ERR_NONE)
        return respond_db_error(piece, res);
    for (size_t i = 0; i < page->count; i++) {
        size_t count = 1;
        bool more = false;
        notes[0] = page->at[i];
        if (!read_replies(piece, res, page->at[i].id, &row, notes, &count, &more))
            return respond_problem(piece, PROBLEM_INTERNAL);
        if (more && i > 0)
            return end_page(piece, i); /* it is the first of the next page */
        if (more) {
            export_put(piece, page->doc, notes, 1, A_THREAD);
            enter_thread(it, &page->at[0]);
            return end_page(piece, 1);
        }
        export_put(piece, page->doc, notes, count, A_THREAD);
    }
    return end_page(piece, page->count);
}

static enum step find_replies(struct request *piece)
{
    const struct beginnings *page = piece->state;
    struct uuid *ids = arena_array(piece->arena, struct uuid, 4 * page->count);
    size_t count = 0;

    for (size_t i = 0; i < page->count; i++) {
        const struct annotation *root = &page->at[i];
        if (root->replies == 0)
            continue;
        ids[count] = root->document;
        ids[page->count + count] = root->id;
        ids[2 * page->count + count] = root->thread;
        ids[3 * page->count + count++] = root->group;
    }
    return await_query(piece, &sql_annotations_list_replies_of_many, on_replies,
        DB_PARAMS(db_uuid(piece->reader->id), reads_param(piece->arena, piece->reader),
            db_uuids(piece->arena, ids, count), db_uuids(piece->arena, ids + page->count, count),
            db_uuids(piece->arena, ids + 2 * page->count, count),
            db_uuids(piece->arena, ids + 3 * page->count, count), db_int(REPLIES + 1), db_null()));
}

static enum step on_beginnings(struct request *piece, const struct db_result *res)
{
    struct export *it = export_of(piece);
    struct beginnings *page = piece->state;
    struct annotation_list list;
    bool has_replies = false;

    if (res->err != ERR_NONE)
        return respond_db_error(piece, res);
    if (!door_annotations(piece->arena, piece->reader, res, (size_t)it->limit, &list))
        return respond_problem(piece, PROBLEM_INTERNAL);
    page->at = arena_array(piece->arena, struct annotation, list.count);
    page->count = list.count;
    page->more = list.more;
    page->last_id = list.last_id;
    for (size_t i = 0; i < list.count; i++)
        has_replies = has_replies || (!it->is_of_me && list.at[i].replies > 0);
    for (size_t i = 0; i < list.count; i++)
        page->at[i] = has_replies ? copied(piece->arena, &list.at[i]) : list.at[i];
    int rows = res->rows < it->limit ? res->rows : it->limit;
    page->last_start = rows > 0 ? db_get_int(res, rows - 1, "anchor_start") : 0;
    if (has_replies)
        return find_replies(piece);
    /* of oneself there are no threads, but what one has answered oneself stands below it */
    export_put(piece, page->doc, page->at, page->count, APART);
    return end_page(piece, page->count);
}

enum step export_notes(struct request *piece, const struct document *doc)
{
    struct export *it = export_of(piece);
    struct beginnings *page = arena_new(piece->arena, struct beginnings);

    if (it->in_thread)
        return read_thread(piece, doc);
    page->doc = doc;
    piece->state = page;
    struct db_param reader = db_uuid(piece->reader->id);
    struct db_param reads = reads_param(piece->arena, piece->reader);
    struct db_param author = it->is_of_me ? reader : db_null();
    struct db_param after_id = it->goes_on ? db_uuid(it->after_id) : db_null();
    if (it->part == PART_PASSAGES)
        return await_query(piece, &sql_exports_passages, on_beginnings,
            DB_PARAMS(reader, reads, db_uuid(it->document), author, db_int(it->limit + 1),
                it->goes_on ? db_int(it->after_start) : db_null(), after_id));
    return await_slow(piece, &sql_exports_others, on_beginnings,
        DB_PARAMS(reader, reads, db_uuid(it->document), author, db_int(it->limit + 1), after_id,
            db_int((int)it->part - PART_ON_ALL + 1)));
}
