/* What the leaders of a group have to look at, and what they have done. */
#include "moderation/moderation.h"

#include "annotations/annotations.h"
#include "formats/v1_moderation.h"
#include "groups/groups.h"
#include "moderation/people.h"
#include "sql.h"
#include "step/paging.h"
#include "visibility/door.h"

/* -- the queue --------------------------------------------------------------------------------- */

struct queued {
    struct uuid id, document;
    struct str annotation; /* its JSON */
    struct str state, note;
    int32_t flags;
};

struct queue {
    struct group group;
    struct paging paging;
    struct str states[1];
    bool flagged;
    struct queued *at;
    size_t count;
    bool more;
    struct cursor next;
};

static enum step on_group(struct request *req);
static enum step on_rows(struct request *req, const struct db_result *res);
static enum step on_flags(struct request *req, const struct db_result *res);

static void read_state(struct request *req, struct queue *queue, struct invalid *why)
{
    static const char *const known[] = { "pending", "hidden", "denied", "spam" };
    struct str state = request_query(req, "state");

    if (!str_given(state) || str_eq(state, STR("flagged"))) {
        queue->states[0] = str_given(state) ? STR("") : STR("pending");
        queue->flagged = true;
        return;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq(state, str_from(known[i])))
            queue->states[0] = state;
    if (!str_given(queue->states[0]))
        query_fault(req, why, "state", "unknown",
            "`state` is pending, flagged, hidden, denied or spam; without it, pending and "
            "flagged.");
}

/* GET /api/v1/groups/{group}/moderation (listModeration) */
enum step moderation_list(struct request *req)
{
    struct queue *queue = arena_new(req->arena, struct queue);
    struct invalid why = { 0 };

    paging_read(req, CURSOR_CREATED, &queue->paging, &why);
    read_state(req, queue, &why);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    req->state = queue;
    return group_load(req, DEED_MODERATE, &queue->group, on_group);
}

static enum step on_group(struct request *req)
{
    const struct queue *queue = req->state;
    const struct paging *paging = &queue->paging;

    return await_query(req, &sql_moderation_queue, on_rows,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(queue->group.id), db_texts(req->arena, queue->states, 1),
            db_bool(queue->flagged), paging_ask(paging), paging_after_time(paging),
            paging_after_id(paging)));
}

/* False: a row came that must not. */
static bool add_row(struct request *req, struct queue *queue, const struct db_result *res, int row)
{
    struct queued *to = &queue->at[queue->count];
    struct annotation it;
    enum door door = door_annotation(req->arena, req->reader, res, row, &it);

    if (door != DOOR_ADMITTED)
        return door == DOOR_WITHHELD;
    *to = (struct queued){ .id = it.id,
        .document = it.document,
        .annotation = annotation_json(req, &it, NULL),
        .state = arena_dup(req->arena, db_get_text(res, row, "held_as")),
        .note = db_is_null(res, row, "held_note")
            ? STR_NONE
            : arena_dup(req->arena, db_get_text(res, row, "held_note")),
        .flags = db_get_int(res, row, "flags") };
    queue->count++;
    return true;
}

static enum step on_rows(struct request *req, const struct db_result *res)
{
    struct queue *queue = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    int rows = paging_rows(&queue->paging, res->rows);
    struct uuid *documents = arena_array(req->arena, struct uuid, (size_t)rows);
    struct uuid *ids = arena_array(req->arena, struct uuid, (size_t)rows);
    size_t flagged = 0;
    queue->at = arena_array(req->arena, struct queued, (size_t)rows);
    for (int row = 0; row < rows; row++)
        if (!add_row(req, queue, res, row))
            return respond_problem(req, PROBLEM_INTERNAL);
    for (size_t i = 0; i < queue->count; i++)
        if (queue->at[i].flags > 0) {
            documents[flagged] = queue->at[i].document;
            ids[flagged++] = queue->at[i].id;
        }
    queue->more = paging_has_next(&queue->paging, res->rows);
    if (rows > 0)
        queue->next = (struct cursor){ .order = CURSOR_CREATED,
            .time_us = db_get_time(res, rows - 1, "created_at"),
            .id = db_get_uuid(res, rows - 1, "id") };
    return await_query(req, &sql_moderation_flags_of, on_flags,
        DB_PARAMS(db_uuid(req->reader->id), db_uuid(queue->group.id),
            db_uuids(req->arena, documents, flagged), db_uuids(req->arena, ids, flagged)));
}

static void write_queued(struct request *req, struct writer *writer, const struct queue *queue,
    const struct queued *it, const struct db_result *flags)
{
    writer_object(writer);
    writer_key(writer, "annotation");
    writer_raw(writer, it->annotation);
    writer_key_text(writer, "state", it->state);
    writer_key_text(writer, "note", it->note);
    writer_key_int(writer, "flag_count", it->flags);
    writer_key(writer, "flags");
    writer_array(writer);
    for (int row = 0; row < flags->rows; row++) {
        struct flag flag = flag_of(req->arena, flags, row, queue->group.id);
        if (uuid_eq(flag.annotation, it->id))
            v1_write_flag(writer, req->arena, &flag);
    }
    writer_array_end(writer);
    writer_object_end(writer);
}

static enum step on_flags(struct request *req, const struct db_result *res)
{
    const struct queue *queue = req->state;
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    paging_begin(&writer);
    for (size_t i = 0; i < queue->count; i++)
        write_queued(req, &writer, queue, &queue->at[i], res);
    return respond_paging(req, &writer, queue->more ? &queue->next : NULL);
}

/* -- the log ----------------------------------------------------------------------------------- */

struct log_page {
    struct group group;
    struct paging paging;
};

static enum step on_log_group(struct request *req);
static enum step on_log(struct request *req, const struct db_result *res);

/* GET /api/v1/groups/{group}/modlog (listModlog) */
enum step modlog_list(struct request *req)
{
    struct log_page *page = arena_new(req->arena, struct log_page);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_CREATED, &page->paging, &why))
        return respond_invalid_query(req, &why);
    req->state = page;
    return group_load(req, DEED_SEE_LOG, &page->group, on_log_group);
}

static enum step on_log_group(struct request *req)
{
    const struct log_page *page = req->state;
    const struct paging *paging = &page->paging;

    return await_query(req, &sql_moderation_log, on_log,
        DB_PARAMS(db_uuid(req->reader->id), db_uuid(page->group.id),
            deed_roles(req->arena, DEED_SEE_LOG), paging_ask(paging), paging_after_time(paging),
            paging_after_id(paging)));
}

static enum step on_log(struct request *req, const struct db_result *res)
{
    const struct log_page *page = req->state;
    struct cursor last = { .order = CURSOR_CREATED };
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    paging_begin(&writer);
    for (int row = 0; row < paging_rows(&page->paging, res->rows); row++) {
        struct moderation_entry entry = {
            .annotation = db_get_uuid(res, row, "annotation_id"),
            .document = db_get_uuid(res, row, "document_id"),
            .author = person_of(req->arena, res, row, "author"),
            .by = person_of(req->arena, res, row, "actor"),
            .deed = db_get_text(res, row, "deed"),
            .note = db_get_text(res, row, "note"),
            .created_us = db_get_time(res, row, "created_at"),
        };
        v1_write_moderation_entry(&writer, req->arena, &entry);
        last.time_us = entry.created_us;
        last.id = db_get_uuid(res, row, "id");
    }
    return respond_paging(req, &writer, paging_has_next(&page->paging, res->rows) ? &last : NULL);
}
