#include "step/paging.h"

#include "base/tag.h"

#include <stdio.h>

bool query_fault(struct request *req, struct invalid *why, const char *name, const char *code,
    const char *detail_format, ...)
{
    va_list args;

    va_start(args, detail_format);
    struct str detail = arena_vprintf(req->arena, detail_format, args);
    va_end(args);
    return invalid_add(why, req->arena, arena_printf(req->arena, "/query/%s", name).at, code,
        "%.*s", STR_ARG(detail));
}

enum step respond_invalid_query(struct request *req, const struct invalid *why)
{
    return respond_problem_with(req, PROBLEM_INVALID_QUERY, why->faults[0].detail, why, STR_NONE);
}

bool paging_read(
    struct request *req, enum cursor_order order, struct paging *paging, struct invalid *why)
{
    struct str limit = request_query(req, "limit"), cursor = request_query(req, "cursor");
    uint64_t number = PAGING_LIMIT;

    *paging = (struct paging){ .order = order };
    if (str_given(limit) &&
        (!str_to_u64(limit, &number) || number < 1 || number > PAGING_LIMIT_MAX))
        return query_fault(req, why, "limit", "range", "`limit` is a whole number from 1 to %d.",
            PAGING_LIMIT_MAX);
    paging->limit = (int)number;
    paging->goes_on = str_given(cursor);
    if (paging->goes_on && !cursor_read(cursor, order, &paging->after))
        return query_fault(req, why, "cursor", "cursor",
            "`cursor` is not one that this list has given out; take `next` as it came.");
    return true;
}

struct db_param paging_ask(const struct paging *paging)
{
    return db_int(paging->limit + 1);
}

struct db_param paging_after_time(const struct paging *paging)
{
    return paging->goes_on ? db_time(paging->after.time_us) : db_null();
}

struct db_param paging_after_number(const struct paging *paging)
{
    return paging->goes_on ? db_int((int32_t)paging->after.time_us) : db_null();
}

struct db_param paging_after_id(const struct paging *paging)
{
    return paging->goes_on ? db_uuid(paging->after.id) : db_null();
}

int paging_rows(const struct paging *paging, int rows)
{
    return paging_has_next(paging, rows) ? paging->limit : rows;
}

bool paging_has_next(const struct paging *paging, int rows)
{
    return rows > paging->limit;
}

void paging_begin(struct writer *writer)
{
    writer_start(writer);
    writer_object(writer);
    writer_key(writer, "data");
    writer_array(writer);
}

/* The request's own address, with the cursor of the next page. */
static struct str next_address(struct request *req, struct str cursor)
{
    struct str path, rest, pair, kept = STR_NONE;

    str_cut(req->target, '?', &path, &rest);
    while (rest.bytes > 0) {
        str_cut(rest, '&', &pair, &rest);
        if (pair.bytes > 0 && !str_starts(pair, STR("cursor=")))
            kept = arena_printf(req->arena, "%.*s%.*s&", STR_ARG(kept), STR_ARG(pair));
    }
    return arena_printf(req->arena, "<%.*s?%.*scursor=%.*s>; rel=\"next\"", STR_ARG(path),
        STR_ARG(kept), STR_ARG(cursor));
}

enum step respond_paging(struct request *req, struct writer *writer, const struct cursor *next)
{
    struct str cursor = next ? cursor_write(req->arena, next) : STR_NONE;

    writer_array_end(writer);
    writer_key_text(writer, "next", cursor);
    writer_object_end(writer);
    if (next)
        respond_header(req, "Link", next_address(req, cursor));
    struct str body = writer_finish(writer, req->arena);
    if (!req->answer.keeps_tags)
        respond_etag(req, tag_of(req->arena, body));
    return respond_json(req, 200, body);
}
