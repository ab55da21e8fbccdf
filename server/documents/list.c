#include "documents/read.h"

#include "base/tag.h"
#include "formats/v1_documents.h"
#include "model/group.h"
#include "model/uri.h"
#include "sql.h"
#include "step/paging.h"
#include "visibility/door.h"

struct listing_page {
    struct paging paging;
    struct group_ids groups; /* none: all */
    struct str uri;          /* normalised; STR_NONE: all addresses */
    struct cursor next;
    bool goes_on;
};

static enum step on_keys(struct request *req, const struct db_result *res);
static enum step on_documents(struct request *req, const struct document *docs, size_t count);

static bool read_query(struct request *req, struct listing_page *page, struct invalid *why)
{
    struct str order = request_query(req, "order"), group = request_query(req, "group");
    struct str uri = request_query(req, "uri");
    bool by_updated = str_eq(order, STR("updated"));

    if (str_given(order) && !by_updated && !str_eq(order, STR("created")))
        query_fault(req, why, "order", "unknown", "This is `created` or `updated`.");
    if (str_given(group) && !group_ids_read(group, req->reader, &page->groups))
        query_fault(req, why, "group", "id",
            "`group` is an id that begins with grp_, `everyone` or `mine`, or up to %d of them "
            "with commas between.",
            GROUP_IDS_MAX);
    if (str_given(uri))
        v1_check_uri(why, req->arena, "/query/uri", uri, &page->uri);
    paging_read(req, by_updated ? CURSOR_UPDATED : CURSOR_CREATED, &page->paging, why);
    return why->count == 0;
}

/* GET /api/v1/documents (listDocuments): keys first, in order, then what they stand for. */
enum step document_list(struct request *req)
{
    struct listing_page *page = arena_new(req->arena, struct listing_page);
    struct invalid why = { 0 };

    if (!read_query(req, page, &why))
        return respond_invalid_query(req, &why);
    req->state = page;
    struct db_param reader = db_uuid(req->reader->id);
    struct db_param reads = reads_param(req->arena, req->reader);
    struct db_param group = page->groups.count > 0
        ? db_uuids(req->arena, page->groups.at, page->groups.count)
        : db_null();
    if (str_given(page->uri))
        return await_query(req, &sql_documents_list_of_address, on_keys,
            DB_PARAMS(reader, reads, db_text(page->uri), group));
    return await_query(req,
        page->paging.order == CURSOR_UPDATED ? &sql_documents_list_by_updated : &sql_documents_list,
        on_keys,
        DB_PARAMS(reader, reads, group, paging_after_time(&page->paging),
            paging_after_id(&page->paging), paging_ask(&page->paging)));
}

/* An address leads to few documents, which make one page. */
static int rows_of_page(struct listing_page *page, const struct db_result *res)
{
    bool by_updated = page->paging.order == CURSOR_UPDATED;

    if (str_given(page->uri))
        return res->rows;
    int rows = paging_rows(&page->paging, res->rows);
    page->goes_on = paging_has_next(&page->paging, res->rows);
    if (page->goes_on)
        page->next = (struct cursor){ .order = page->paging.order,
            .time_us = db_get_time(res, rows - 1, by_updated ? "updated_at" : "created_at"),
            .id = db_get_uuid(res, rows - 1, "id") };
    return rows;
}

static enum step on_keys(struct request *req, const struct db_result *res)
{
    struct listing_page *page = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    int rows = rows_of_page(page, res);
    struct uuid *ids = arena_array(req->arena, struct uuid, (size_t)rows + 1);
    for (int row = 0; row < rows; row++)
        ids[row] = db_get_uuid(res, row, "id");
    /* one that is no document: an address that is not known takes as long as one that others use */
    if (rows == 0)
        ids[rows++] = uuid_random();
    return await_documents(req, ids, (size_t)rows, on_documents);
}

static enum step on_documents(struct request *req, const struct document *docs, size_t count)
{
    const struct listing_page *page = req->state;
    struct writer writer;

    paging_begin(&writer);
    for (size_t i = 0; i < count; i++)
        v1_write_document(&writer, req->arena, &docs[i]);
    struct str shown = { writer.at, writer.bytes };
    if (page->goes_on) /* the same rows, and more behind them, are another answer */
        shown = arena_printf(req->arena, "%.*s more", STR_ARG(shown));
    respond_etag(req, tag_of(req->arena, shown));
    return respond_paging(req, &writer, page->goes_on ? &page->next : NULL);
}
