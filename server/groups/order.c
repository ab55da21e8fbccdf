/* A group's texts in its order: for an evening's agenda, or chapter by chapter. */
#include "documents/documents.h"
#include "formats/v1_documents.h"
#include "groups/groups.h"
#include "sql.h"
#include "step/paging.h"
#include "visibility/door.h"

/* -- the list ---------------------------------------------------------------------------------- */

struct listed {
    struct group group;
    struct paging paging;
    struct cursor next;
    bool goes_on;
};

static enum step on_group(struct request *req);
static enum step on_keys(struct request *req, const struct db_result *res);
static enum step on_documents(struct request *req, const struct document *docs, size_t count);

/* GET /api/v1/groups/{group}/documents (listGroupDocuments) */
enum step group_document_list(struct request *req)
{
    struct listed *listed = arena_new(req->arena, struct listed);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_CREATED, &listed->paging, &why))
        return respond_invalid_query(req, &why);
    req->state = listed;
    return group_load(req, DEED_READ, &listed->group, on_group);
}

static enum step on_group(struct request *req)
{
    const struct listed *listed = req->state;
    const struct paging *paging = &listed->paging;

    return await_query(req, &sql_documents_list_of_group, on_keys,
        DB_PARAMS(reads_param(req->arena, req->reader), db_uuid(listed->group.id),
            paging_after_time(paging), paging_after_id(paging), paging_ask(paging)));
}

static enum step on_keys(struct request *req, const struct db_result *res)
{
    struct listed *listed = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    int rows = paging_rows(&listed->paging, res->rows);
    listed->goes_on = paging_has_next(&listed->paging, res->rows);
    struct uuid *ids = arena_array(req->arena, struct uuid, (size_t)rows);
    for (int row = 0; row < rows; row++) {
        ids[row] = db_get_uuid(res, row, "id");
        listed->next = (struct cursor){
            .order = CURSOR_CREATED, .time_us = db_get_time(res, row, "sort_at"), .id = ids[row]
        };
    }
    return await_documents(req, ids, (size_t)rows, on_documents);
}

static enum step on_documents(struct request *req, const struct document *docs, size_t count)
{
    const struct listed *listed = req->state;
    struct writer writer;

    paging_begin(&writer);
    for (size_t i = 0; i < count; i++)
        v1_write_document(&writer, req->arena, &docs[i]);
    return respond_paging(req, &writer, listed->goes_on ? &listed->next : NULL);
}

/* -- putting them in order --------------------------------------------------------------------- */

struct order {
    struct group group;
    struct uuid *ids;
    size_t count;
};

static enum step on_to_order(struct request *req);
static enum step on_read_there(struct request *req, const struct db_result *res);
static enum step on_ordered(struct request *req, const struct db_result *res);

/* PUT /api/v1/groups/{group}/documents (putGroupDocuments) */
enum step group_document_order(struct request *req)
{
    struct order *order = arena_new(req->arena, struct order);

    req->state = order;
    return group_load(req, DEED_ORDER_TEXTS, &order->group, on_to_order);
}

static enum step on_to_order(struct request *req)
{
    struct order *order = req->state;
    struct invalid why = { 0 };

    if (!v1_read_order(req->arena, req->json, &order->ids, &order->count, &why))
        return respond_invalid(req, &why);
    return await_query(req, &sql_documents_read_by_group, on_read_there,
        DB_PARAMS(db_uuid(order->group.id), db_uuids(req->arena, order->ids, order->count)));
}

static bool has(const struct db_result *res, struct uuid id)
{
    for (int row = 0; row < res->rows; row++)
        if (uuid_eq(db_get_uuid(res, row, "id"), id))
            return true;
    return false;
}

static enum step on_read_there(struct request *req, const struct db_result *res)
{
    struct order *order = req->state;
    struct invalid why = { 0 };
    struct db_param group = db_uuid(order->group.id);

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    for (size_t i = 0; i < order->count; i++)
        if (!has(res, order->ids[i]))
            v1_order_fault(req->arena, &why, i, "unknown", "The group reads no such text.");
    if (why.count > 0)
        return respond_invalid(req, &why);
    return AWAIT_ALL(req, DB_WRITE, on_ordered, { &sql_groups_lock, DB_PARAMS(group) },
        { &sql_documents_set_order,
            DB_PARAMS(group, db_uuid(req->reader->id), deed_roles(req->arena, DEED_ORDER_TEXTS),
                db_uuids(req->arena, order->ids, order->count)) });
}

static enum step on_ordered(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_no_content(req) : respond_refusal(req, res);
}
