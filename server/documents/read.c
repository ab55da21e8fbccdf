#include "documents/read.h"

#include "base/tag.h"
#include "groups/permissions.h"
#include "sql.h"
#include "visibility/door.h"

#include <inttypes.h>

struct read {
    void *state; /* the caller's */
    after_documents *next;
    const struct uuid *ids;
    size_t count;
};

struct read_one {
    void *state;
    after_document *next;
    struct uuid id;
};

static struct str kept_text(struct arena *arena, struct str text)
{
    return str_given(text) ? arena_dup(arena, text) : STR_NONE;
}

static struct str kept(
    struct arena *arena, const struct db_result *res, int row, const char *column)
{
    return kept_text(arena, db_get_text(res, row, column));
}

static void read_uris(
    struct arena *arena, const struct db_result *res, int row, struct document *doc)
{
    doc->uris = db_get_texts(arena, res, row, "uris", &doc->uri_count);
    for (size_t i = 0; i < doc->uri_count; i++)
        doc->uris[i] = arena_dup(arena, doc->uris[i]);
}

static void read_writers(
    struct arena *arena, const struct db_result *res, int row, struct document *doc)
{
    struct str *texts = db_get_texts(arena, res, row, "writers", &doc->writer_count);

    doc->annotating = kept(arena, res, row, "annotating");
    doc->writers = arena_array(arena, struct uuid, doc->writer_count);
    for (size_t i = 0; i < doc->writer_count; i++)
        if (!uuid_read(texts[i], &doc->writers[i]))
            abort();
}

/* A deleted reader is nobody; those who lead the text's home manage it. False: broken. */
static bool read_owner(
    struct request *req, const struct db_result *res, int row, struct author *out)
{
    if (door_putter(req->reader, res, row, out) != DOOR_ADMITTED)
        return false;
    if (db_get_bool(res, row, "putter_erased"))
        *out = (struct author){ 0 };
    out->name = kept_text(req->arena, out->name);
    out->display_name = kept_text(req->arena, out->display_name);
    out->mask = kept_text(req->arena, out->mask);
    return true;
}

static void read_text(
    struct arena *arena, const struct db_result *res, int row, struct document *doc)
{
    *doc = (struct document){
        .id = db_get_uuid(res, row, "id"),
        .kind = DOCUMENT_TEXT,
        .group = db_get_uuid(res, row, "group_id"),
        .title = kept(arena, res, row, "title"),
        .language = kept(arena, res, row, "language"),
        .version = db_get_int(res, row, "version"),
        .created_us = db_get_time(res, row, "created_at"),
        .updated_us = db_get_time(res, row, "updated_at"),
        .revision = {
            .id = db_get_uuid(res, row, "revision_id"),
            .document = db_get_uuid(res, row, "id"),
            .number = db_get_int(res, row, "number"),
            .chars = db_get_int(res, row, "chars"),
            .sha256 = kept(arena, res, row, "sha256"),
            .format = kept(arena, res, row, "format"),
            .note = kept(arena, res, row, "note"),
            .created_us = db_get_time(res, row, "revision_created_at"),
        },
    };
    doc->may_edit = db_get_bool(res, row, "may_edit");
    doc->is_orphan = db_get_bool(res, row, "putter_erased");
    read_uris(arena, res, row, doc);
    read_writers(arena, res, row, doc);
}

/* A page has a row for each audience that shows something on it; its times are the widest. */
static void read_page(
    struct arena *arena, const struct db_result *res, int row, struct document *doc)
{
    int64_t first_us = db_get_time(res, row, "first_at");
    int64_t last_us = db_get_time(res, row, "last_at");

    if (doc->version == 0) {
        *doc = (struct document){
            .id = db_get_uuid(res, row, "id"),
            .kind = DOCUMENT_PAGE,
            .title = kept(arena, res, row, "title"),
            .language = kept(arena, res, row, "language"),
            .annotating = STR("all"), /* it is nobody's */
            .version = db_get_int(res, row, "version"),
            .created_us = first_us,
            .updated_us = last_us,
        };
        read_uris(arena, res, row, doc);
    }
    if (first_us < doc->created_us)
        doc->created_us = first_us;
    if (last_us > doc->updated_us)
        doc->updated_us = last_us;
}

static struct document *place_of(
    const struct read *read, struct document *docs, const struct db_result *res, int row)
{
    struct uuid id = db_get_uuid(res, row, "id");
    for (size_t i = 0; i < read->count; i++)
        if (uuid_eq(read->ids[i], id))
            return &docs[i];
    return NULL;
}

enum { TEXTS, PAGES, SHELVES, CALLS };

/* False: a row came that must not; it is in the log. */
static bool collect(struct request *req, const struct read *read, const struct db_result *res,
    struct document *docs)
{
    for (int row = 0; row < res[TEXTS].rows; row++) {
        enum door door = door_admits_text(req->reader, &res[TEXTS], row);
        struct document *doc = place_of(read, docs, &res[TEXTS], row);
        if (door == DOOR_BROKEN)
            return false;
        if (door != DOOR_ADMITTED || !doc)
            continue;
        read_text(req->arena, &res[TEXTS], row, doc);
        if (!read_owner(req, &res[TEXTS], row, &doc->owner))
            return false;
    }
    for (int row = 0; row < res[PAGES].rows; row++) {
        enum door door = door_admits(req->reader, &res[PAGES], row);
        struct document *doc = place_of(read, docs, &res[PAGES], row);
        if (door == DOOR_BROKEN)
            return false;
        if (door == DOOR_ADMITTED && doc)
            read_page(req->arena, &res[PAGES], row, doc);
    }
    return true;
}

static bool count_all(
    struct request *req, const struct db_result *shelves, struct document *docs, size_t count)
{
    struct shelves on;
    for (size_t i = 0; i < count; i++) {
        if (!door_shelves_of(req->reader, shelves, docs[i].id, &on))
            return false;
        docs[i].annotations = on.annotations;
        docs[i].shelves = on.tag;
    }
    return true;
}

static enum step on_read(struct request *req, const struct db_result *res)
{
    struct read *read = req->state;
    struct document *docs = arena_array(req->arena, struct document, read->count + 1);
    size_t count = 0;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (!collect(req, read, res, docs))
        return respond_problem(req, PROBLEM_INTERNAL);
    for (size_t i = 0; i < read->count; i++)
        if (docs[i].version > 0)
            docs[count++] = docs[i];
    if (!count_all(req, &res[SHELVES], docs, count))
        return respond_problem(req, PROBLEM_INTERNAL);
    req->state = read->state;
    return read->next(req, docs, count);
}

enum step await_documents(
    struct request *req, const struct uuid *ids, size_t count, after_documents *next)
{
    struct read *read = arena_new(req->arena, struct read);
    struct db_param reader = db_uuid(req->reader->id);
    struct db_param reads = reads_param(req->arena, req->reader);
    struct db_param wanted = db_uuids(req->arena, ids, count);

    *read = (struct read){ req->state, next, ids, count };
    req->state = read;
    return AWAIT_ALL(req, DB_READ, on_read,
        { &sql_documents_find,
            DB_PARAMS(reader, reads, wanted, deed_roles(req->arena, DEED_MANAGE_TEXTS)) },
        { &sql_documents_find_pages, DB_PARAMS(reader, reads, wanted) },
        { &sql_shelves_of_documents,
            DB_PARAMS(reader, reads, wanted, muted_param(req->arena, req->reader)) });
}

static enum step on_read_one(struct request *req, const struct db_result *res)
{
    struct read_one *one = req->state;
    const struct read read = { .ids = &one->id, .count = 1 };
    struct document *doc = arena_new(req->arena, struct document);
    struct shelves on;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (!collect(req, &read, res, doc) || !door_shelves(req->reader, &res[SHELVES], &on))
        return respond_problem(req, PROBLEM_INTERNAL);
    doc->annotations = on.annotations;
    doc->shelves = on.tag;
    req->state = one->state;
    return one->next(req, doc->version > 0 ? doc : NULL);
}

enum step await_document(struct request *req, struct uuid id, after_document *next)
{
    struct read_one *one = arena_new(req->arena, struct read_one);
    struct db_param reader = db_uuid(req->reader->id);
    struct db_param reads = reads_param(req->arena, req->reader);
    struct db_param wanted = db_uuids(req->arena, &id, 1);

    *one = (struct read_one){ req->state, next, id };
    req->state = one;
    return AWAIT_ALL(req, DB_READ, on_read_one,
        { &sql_documents_find,
            DB_PARAMS(reader, reads, wanted, deed_roles(req->arena, DEED_MANAGE_TEXTS)) },
        { &sql_documents_find_pages, DB_PARAMS(reader, reads, wanted) },
        { &sql_shelves_of_document,
            DB_PARAMS(reader, reads, db_uuid(id), past_param(req->arena, req->reader),
                muted_param(req->arena, req->reader)) });
}

/* -- the tag ----------------------------------------------------------------------------------- */

struct str document_tag(struct arena *arena, const struct document *doc, struct str json)
{
    struct str shown = arena_printf(arena, "%.*s %016" PRIx64, STR_ARG(json), doc->shelves);
    return tag_of_version(arena, doc->version, shown);
}
