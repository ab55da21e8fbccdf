#include "exports/collect.h"

#include "sql.h"
#include "visibility/door.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 500
#define DOCUMENTS_AT_ONCE 200

static enum step read_notes(struct request *req);
static enum step read_own_documents(struct request *req);
static enum step load_documents(struct request *req);

/* -- annotations ------------------------------------------------------------------------------- */

static struct str kept(struct arena *arena, struct str text)
{
    return str_given(text) ? arena_dup(arena, text) : STR_NONE;
}

static void add_notes(struct request *req, const struct annotation_list *page)
{
    struct export *export = req->state;

    if (export->note_count + page->count > export->note_room) {
        export->note_room = 2 * (export->note_count + page->count);
        struct annotation *grown = arena_array(req->arena, struct annotation, export->note_room);
        if (export->note_count > 0)
            memcpy(grown, export->notes, export->note_count * sizeof *grown);
        export->notes = grown;
    }
    for (size_t i = 0; i < page->count; i++) {
        struct annotation *note = &export->notes[export->note_count++];
        *note = page->at[i];
        note->author_name = kept(req->arena, note->author_name);
        note->author_display_name = kept(req->arena, note->author_display_name);
        note->status = kept(req->arena, note->status);
        note->shown = kept(req->arena, note->shown);
        note->anchor.state = kept(req->arena, note->anchor.state);
    }
}

static enum step on_notes(struct request *req, const struct db_result *res)
{
    struct export *export = req->state;
    struct annotation_list page;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (!door_annotations(req->arena, req->reader, res, PAGE, &page))
        return respond_problem(req, PROBLEM_INTERNAL);
    add_notes(req, &page);
    export->goes_on = page.more;
    export->after_us = page.last_created_us;
    export->after_id = page.last_id;
    if (page.more)
        return read_notes(req);
    return export->of_me ? read_own_documents(req) : export->next(req);
}

/* Newest first, as the lists go; they are put in order at the end. */
static enum step read_notes(struct request *req)
{
    const struct export *export = req->state;
    struct db_param none = db_null(), reader = db_uuid(req->reader->id);
    struct db_param reads = reads_param(req->arena, req->reader), limit = db_int(PAGE + 1);
    struct db_param time = export->goes_on ? db_time(export->after_us) : none;
    struct db_param id = export->goes_on ? db_uuid(export->after_id) : none;

    if (export->of_me)
        return await_slow(req, &sql_annotations_list_of_author, on_notes,
            DB_PARAMS(reader, reads, limit, time, id, none, none, none, none, none, reader));
    return await_slow(req, &sql_annotations_list_of_document, on_notes,
        DB_PARAMS(reader, reads, limit, time, id, none, none, none, none, none, none,
            db_uuid(export->docs[0].id), none, none));
}

/* -- one document ------------------------------------------------------------------------------ */

static enum step on_document(struct request *req, const struct document *doc)
{
    struct export *export = req->state;

    if (!doc)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    export->docs = arena_new(req->arena, struct document);
    export->docs[0] = *doc;
    export->doc_count = 1;
    return read_notes(req);
}

enum step collect_document(struct request *req, struct uuid id)
{
    return await_document(req, id, on_document);
}

/* -- oneself ----------------------------------------------------------------------------------- */

enum step collect_me(struct request *req)
{
    return read_notes(req);
}

static void add_id(struct request *req, struct uuid id)
{
    struct export *export = req->state;

    if (export->id_count == export->id_room) {
        export->id_room = export->id_room ? 2 * export->id_room : 64;
        struct uuid *grown = arena_array(req->arena, struct uuid, export->id_room);
        if (export->id_count > 0)
            memcpy(grown, export->ids, export->id_count * sizeof *grown);
        export->ids = grown;
    }
    export->ids[export->id_count++] = id;
}

static int by_id(const void *a, const void *b)
{
    return uuid_order(*(const struct uuid *)a, *(const struct uuid *)b);
}

/* Once each, in the order of their ids: that of their beginning. */
static enum step on_all_ids(struct request *req)
{
    struct export *export = req->state;
    size_t count = 0;

    for (size_t i = 0; i < export->note_count; i++)
        if (i == 0 || !uuid_eq(export->notes[i].document, export->notes[i - 1].document))
            add_id(req, export->notes[i].document);
    if (export->id_count > 0)
        qsort(export->ids, export->id_count, sizeof *export->ids, by_id);
    for (size_t i = 0; i < export->id_count; i++)
        if (count == 0 || !uuid_eq(export->ids[i], export->ids[count - 1]))
            export->ids[count++] = export->ids[i];
    export->id_count = count;
    export->docs = arena_array(req->arena, struct document, count);
    export->at_doc = 0;
    return load_documents(req);
}

static enum step on_own_documents(struct request *req, const struct db_result *res)
{
    struct export *export = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    for (int row = 0; row < res->rows; row++)
        add_id(req, db_get_uuid(res, row, "id"));
    if (res->rows < PAGE)
        return on_all_ids(req);
    export->goes_on = true;
    export->after_us = db_get_time(res, PAGE - 1, "created_at");
    export->after_id = db_get_uuid(res, PAGE - 1, "id");
    return read_own_documents(req);
}

static enum step read_own_documents(struct request *req)
{
    const struct export *export = req->state;
    struct db_param none = db_null();

    return await_slow(req, &sql_exports_own_documents, on_own_documents,
        DB_PARAMS(db_uuid(req->reader->id), export->goes_on ? db_time(export->after_us) : none,
            export->goes_on ? db_uuid(export->after_id) : none, db_int(PAGE)));
}

static enum step on_documents(struct request *req, const struct document *docs, size_t count)
{
    struct export *export = req->state;

    for (size_t i = 0; i < count; i++)
        export->docs[export->doc_count++] = docs[i];
    return load_documents(req);
}

/* `at_doc` counts the ids that have been asked for. */
static enum step load_documents(struct request *req)
{
    struct export *export = req->state;
    const struct uuid *ids = export->ids + export->at_doc;
    size_t left = export->id_count - export->at_doc;
    size_t count = left < DOCUMENTS_AT_ONCE ? left : DOCUMENTS_AT_ONCE;

    if (count == 0) {
        export->at_doc = 0;
        return export->next(req);
    }
    export->at_doc += count;
    return await_documents(req, ids, count, on_documents);
}
