#include "step/whole.h"

#include "base/loop.h"
#include "http/inner.h"
#include "http/router.h"
#include "http/stream.h"
#include "step/lines.h"
#include "step/paging.h"
#include "step/pieces.h"

#include <string.h>

#define PAGE_FIRST 20
#define PAGE_MAX 50
#define PAGE_BYTES 65536 /* what a page should have; one item may have more */
#define TRIES 5
#define TRY_AGAIN_MS 200

struct whole {
    struct pieces pieces;
    struct loop_timer again; /* a page that could not be had just now */
    struct request *req;
    int limit, tries;
    size_t count;
    struct str cursor; /* in `cursor_at` */
    char cursor_at[128];
};

bool whole_is_wanted(const struct request *req)
{
    const struct route *route = req->route;
    bool is_list = route->query && str_contains(str_from(route->query), STR("cursor"));

    if (req->outer || !is_list)
        return false;
    return str_given(req->suffix)
        ? str_eq(req->suffix, STR(NDJSON))
        : request_names(req, NDJSON) && !request_names(req, "application/json");
}

static void add(struct request *page, const char *name, struct str value)
{
    page->query[page->query_count++] = (struct field){ str_from(name), value };
}

static void ask(struct request *req);

static void on_again(struct loop_timer *timer)
{
    struct whole *it = (struct whole *)((char *)timer - offsetof(struct whole, again));
    ask(it->req);
}

/* The next page is as long as brings it near PAGE_BYTES: what is held is bounded by bytes. */
static int next_limit(int limit, size_t count, size_t bytes)
{
    size_t fit = count > 0 && bytes > 0 ? PAGE_BYTES * count / bytes : PAGE_MAX;

    if (fit > (size_t)limit * 2)
        fit = (size_t)limit * 2;
    return fit < 1 ? 1 : fit > PAGE_MAX ? PAGE_MAX : (int)fit;
}

/* False: it is the last. */
static bool put_page(struct whole *it, struct str page)
{
    size_t count;
    struct str next;

    lines_of_page(&it->pieces.out, page, &count, &next);
    it->count += count;
    it->limit = next_limit(it->limit, count, page.bytes);
    if (str_given(next) && next.bytes < sizeof it->cursor_at) {
        memcpy(it->cursor_at, next.at, next.bytes);
        it->cursor = (struct str){ it->cursor_at, next.bytes };
        return true;
    }
    buffer_put_cstr(&it->pieces.out, "{\"end\":true,\"count\":");
    buffer_put_number(&it->pieces.out, it->count);
    buffer_put_cstr(&it->pieces.out, "}\n");
    return false;
}

static void on_page(struct request *req, struct request *page)
{
    struct whole *it = req->state;
    int status = page->answer.status;

    if (status == 503 && pieces_have_begun(&it->pieces) && it->tries++ < TRIES &&
        !atomic_load(&req->app->shared->draining)) {
        inner_free(page);
        loop_timer_start(req->app->loop, &it->again, TRY_AGAIN_MS << it->tries);
        return;
    }
    it->tries = 0;
    if (status != 200) {
        pieces_fail(req, &it->pieces, page);
        return;
    }
    pieces_of_reader(&it->pieces, page->reader);
    bool more = put_page(it, page->answer.body);
    inner_free(page);
    pieces_give(req, &it->pieces, more);
}

static void ask(struct request *req)
{
    struct whole *it = req->state;
    struct request *page = inner_new(req);

    add(page, "limit", arena_printf(page->arena, "%d", it->limit));
    if (str_given(it->cursor))
        add(page, "cursor", it->cursor);
    inner_start(page, on_page);
}

enum step whole_list(struct request *req)
{
    static const char *const pages_only[] = { "limit", "cursor" };
    struct whole *it = arena_new(req->arena, struct whole);
    struct invalid why = { 0 };

    for (size_t i = 0; i < 2; i++)
        if (str_given(request_query(req, pages_only[i])))
            query_fault(req, &why, pages_only[i], "whole",
                "`%s` is for pages; this is the whole list.", pages_only[i]);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    it->req = req;
    it->limit = PAGE_FIRST;
    it->again.fire = on_again;
    req->state = it;
    return pieces_begin(req, &it->pieces, NDJSON, ask);
}
