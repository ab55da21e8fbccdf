#include "annotations/batch.h"

#include "annotations/annotations.h"
#include "base/loop.h"
#include "http/inner.h"
#include "http/router.h"
#include "http/stream.h"
#include "step/lines.h"
#include "step/paging.h"
#include "step/pieces.h"
#include "users/users.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#define WINDOW_BYTES (256u << 10)
#define LINES_PER_WRITE 50 /* that a batch may have for one write of its reader's rate */

const struct body_rule annotation_batch_body = { 64 << 20, NDJSON };

/* One that goes on: its results are streamed as they come. */
struct flow {
    struct batch batch; /* first: it is what the window knows of */
    struct pieces pieces;
    struct loop_timer again; /* the reader writes more than they may */
    struct request *req;
    size_t allowed;
    uint64_t created, failed;
};

/* -- a line ------------------------------------------------------------------------------------ */

static const struct route *creation_route(void)
{
    size_t i = 0;

    while (!str_eq(str_from(routes[i].operation), STR("createAnnotation")))
        i++;
    return &routes[i];
}

static enum step refuse_long(struct request *req)
{
    return respond_problem_detail(req, PROBLEM_BODY_TOO_LARGE,
        "A line of a batch may have up to %u bytes.", BATCH_LINE_MAX_BYTES);
}

/* The line's own key tells it from the others; a space no key that a client gives can have. */
static struct batch_line *line_new(struct request *req, enum line kind, struct str text)
{
    const struct batch *batch = req->state;
    struct request *inner = inner_new(req);
    struct batch_line *line = arena_new(inner->arena, struct batch_line);

    line->number = batch->reader.number;
    line->inner = inner;
    line->writing = (struct writing){
        .is_trial = batch->is_trial, .is_held = batch->is_atomic, .salt = batch->salt
    };
    if (line->writing.is_trial || line->writing.is_held)
        inner->write = &line->writing;
    inner->route = creation_route();
    inner->target = str_from(inner->route->pattern);
    inner->query_count = 0;
    inner->media_type = STR("application/json");
    if (kind == LINE_TOO_LONG)
        inner->run = refuse_long;
    inner->body = kind == LINE ? arena_dup(inner->arena, text) : STR("{}");
    if (str_given(batch->key))
        inner_header(inner, "Idempotency-Key",
            arena_printf(
                inner->arena, "%.*s %llu", STR_ARG(batch->key), (unsigned long long)line->number));
    return line;
}

static void count_down(struct request *req)
{
    struct batch *batch = req->state;

    if (--batch->pending == 0)
        batch->done(req);
}

static void on_line(struct request *req, struct request *inner)
{
    (void)inner;
    count_down(req);
}

void batch_start(struct request *req, size_t max)
{
    struct batch *batch = req->state;
    struct str text;
    size_t bytes = 0;

    batch->count = 0;
    while (batch->count < max && batch->count < BATCH_WINDOW && bytes < WINDOW_BYTES) {
        enum line kind = line_next(&batch->reader, &text);
        batch->ended = kind == LINE_NONE;
        if (batch->ended)
            break;
        batch->window[batch->count++] = line_new(req, kind, text);
        bytes += kind == LINE ? text.bytes : 0;
    }
    /* one for ourselves, so that it is not over before all have begun */
    batch->pending = batch->count + 1;
    for (size_t i = 0; i < batch->count; i++)
        inner_start(batch->window[i]->inner, on_line);
    count_down(req);
}

void batch_drop(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        inner_free(batch->window[i]->inner);
    batch->count = 0;
}

/* -- what came of it --------------------------------------------------------------------------- */

static void put_id(struct buffer *out, const struct request *inner, struct uuid id)
{
    struct str location = respond_location(inner), name = location;

    while (str_contains(name, STR("/")))
        name = str_slice(name, str_find(name, STR("/"), 0) + 1, name.bytes);
    if (!uuid_is_nil(id))
        name = typeid_write(inner->arena, "ann", id);
    if (!str_given(name)) {
        buffer_put_cstr(out, "null");
        return;
    }
    buffer_put_char(out, '"');
    buffer_put(out, name);
    buffer_put_char(out, '"');
}

void batch_write_line(struct buffer *out, const struct batch_line *line, struct uuid id)
{
    const struct request *inner = line->inner;
    bool is_made = inner->answer.status < 300;

    buffer_put_cstr(out, "{\"line\":");
    buffer_put_number(out, (size_t)line->number);
    buffer_put_cstr(out, ",\"status\":");
    buffer_put_number(out, is_made ? 201 : (size_t)inner->answer.status);
    buffer_put_cstr(out, is_made ? ",\"id\":" : ",\"problem\":");
    if (is_made)
        put_id(out, inner, id);
    else
        buffer_put(out, inner->answer.body);
    buffer_put_char(out, '}');
}

void batch_write_end(struct buffer *out, uint64_t created, uint64_t failed, bool is_trial)
{
    buffer_put_cstr(out, "{\"end\":true,\"created\":");
    buffer_put_number(out, (size_t)created);
    buffer_put_cstr(out, ",\"failed\":");
    buffer_put_number(out, (size_t)failed);
    buffer_put_cstr(out, is_trial ? ",\"dry_run\":true}\n" : ",\"dry_run\":false}\n");
}

/* -- one that goes on -------------------------------------------------------------------------- */

/* Whoever may not write any more is told so once, not line by line. */
static bool take_unknown(struct request *req, struct flow *flow)
{
    struct batch *batch = &flow->batch;
    struct request *unknown = NULL;

    for (size_t i = 0; i < batch->count && !unknown; i++)
        if (batch->window[i]->inner->answer.status == 401)
            unknown = batch->window[i]->inner;
    if (!unknown)
        return false;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->window[i]->inner != unknown)
            inner_free(batch->window[i]->inner);
    batch->count = 0;
    pieces_fail(req, &flow->pieces, unknown);
    return true;
}

static void on_window(struct request *req)
{
    struct flow *flow = req->state;
    struct batch *batch = &flow->batch;

    if (take_unknown(req, flow))
        return;
    for (size_t i = 0; i < batch->count; i++) {
        bool is_made = batch->window[i]->inner->answer.status < 300;
        flow->created += is_made;
        flow->failed += !is_made;
        batch_write_line(&flow->pieces.out, batch->window[i], UUID_NIL);
        buffer_put_char(&flow->pieces.out, '\n');
    }
    flow->allowed -= batch->count;
    batch_drop(batch);
    if (batch->ended)
        batch_write_end(&flow->pieces.out, flow->created, flow->failed, batch->is_trial);
    pieces_give(req, &flow->pieces, !batch->ended);
}

static void go_on(struct request *req)
{
    struct flow *flow = req->state;

    if (flow->allowed == 0) {
        int64_t wait_ms = limit_bulk(req, 1);
        if (wait_ms > 0) {
            loop_timer_start(req->app->loop, &flow->again, wait_ms);
            return;
        }
        flow->allowed = LINES_PER_WRITE;
    }
    batch_start(req, flow->allowed);
}

static void on_again(struct loop_timer *timer)
{
    struct flow *flow = (struct flow *)((char *)timer - offsetof(struct flow, again));

    /* a server that ends waits for no rate: sent again with its key, the batch makes the rest */
    if (stream_is_gone(flow->req) || atomic_load(&flow->req->app->shared->draining))
        stream_cut(flow->req);
    else
        go_on(flow->req);
}

static void release(void *object)
{
    struct flow *flow = object;
    line_reader_drop(&flow->batch.reader);
}

static enum step flow_begin(struct request *req, const struct batch *given)
{
    struct flow *flow = arena_new(req->arena, struct flow);

    flow->batch = *given;
    flow->batch.done = on_window;
    flow->again.fire = on_again;
    flow->req = req;
    flow->allowed = LINES_PER_WRITE; /* the request itself was counted */
    req->state = flow;
    arena_own(req->arena, flow, release);
    return pieces_begin(req, &flow->pieces, NDJSON, go_on);
}

/* -- which of the two -------------------------------------------------------------------------- */

static void read_flag(struct request *req, struct invalid *why, const char *name, bool *flag)
{
    struct str given = request_query(req, name);

    *flag = str_eq(given, STR("1")) || str_eq(given, STR("true"));
    if (str_given(given) && !*flag && !str_eq(given, STR("0")) && !str_eq(given, STR("false")))
        query_fault(req, why, name, "type", "`%s` is 1 or 0.", name);
}

static size_t read_body(void *context, uint64_t at, char *out, size_t room)
{
    return request_read_body(context, at, out, room);
}

/* POST /api/v1/annotations/batch (createAnnotations) */
enum step annotation_batch(struct request *req)
{
    struct invalid why = { 0 };
    struct batch batch = { .key = request_header(req, "Idempotency-Key"), .salt = uuid_random() };

    batch.reader = (struct line_reader){
        .source = read_body, .context = req, .max_bytes = BATCH_LINE_MAX_BYTES
    };
    read_flag(req, &why, "atomic", &batch.is_atomic);
    read_flag(req, &why, "dry_run", &batch.is_trial);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    if (str_given(batch.key) && !idempotency_key_fits(batch.key, BATCH_KEY_MAX_BYTES))
        return respond_problem_detail(req, PROBLEM_BAD_REQUEST,
            "The Idempotency-Key of a batch has 1 to %d visible ASCII characters.",
            BATCH_KEY_MAX_BYTES);
    if (str_given(batch.key)) /* libmicrohttpd's own is gone when the client is */
        batch.key = arena_dup(req->arena, batch.key);
    return batch.is_atomic ? batch_atomic(req, &batch) : flow_begin(req, &batch);
}
