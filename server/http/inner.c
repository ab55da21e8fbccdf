#include "http/inner.h"

#include "base/clock.h"
#include "http/exchange.h"
#include "http/respond.h"
#include "http/server_inside.h"
#include "http/stream.h"

#include <assert.h>

#define INNER_HEADERS_MAX 4

static const char *const who_asks[] = { "Authorization", "Cookie", "Origin", "Sec-Fetch-Site",
    "Host" };

#define WHO_ASKS (sizeof who_asks / sizeof *who_asks)

/* `req` copies what `from` has of these; it has room. */
static void copy_headers(
    struct request *req, const struct request *from, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str value = request_header(from, names[i]);
        if (str_given(value))
            req->kept[req->kept_count++] =
                (struct field){ str_from(names[i]), arena_dup(req->arena, value) };
    }
}

/* Copied once: libmicrohttpd's own are gone when the client is. */
static void keep_headers(struct request *outer)
{
    if (outer->kept)
        return;
    outer->kept = arena_array(outer->arena, struct field, WHO_ASKS);
    copy_headers(outer, outer, who_asks, WHO_ASKS);
}

struct request *inner_new(struct request *outer)
{
    struct arena *arena = arena_make();
    struct request *inner = arena_new(arena, struct request);

    assert(!outer->outer);
    keep_headers(outer);
    inner->arena = arena;
    inner->outer = outer;
    inner->app = outer->app;
    inner->server = outer->server;
    inner->connection = outer->connection;
    inner->route = outer->route;
    inner->method = outer->method;
    inner->target = outer->target;
    inner->path = outer->path;
    inner->id = outer->id;
    inner->trace = outer->trace;
    inner->client = outer->client;
    for (size_t i = 0; i < PATH_PARAMS_MAX; i++)
        inner->params[i] = outer->params[i];
    for (size_t i = 0; i < outer->query_count; i++)
        inner->query[i] = outer->query[i];
    inner->query_count = outer->query_count;
    inner->kept = arena_array(arena, struct field, outer->kept_count + INNER_HEADERS_MAX);
    for (; inner->kept_count < outer->kept_count; inner->kept_count++)
        inner->kept[inner->kept_count] = outer->kept[inner->kept_count];
    inner->started_ms = clock_monotonic_ms();
    return inner;
}

void inner_header(struct request *inner, const char *name, struct str value)
{
    assert(inner->kept_count < inner->outer->kept_count + INNER_HEADERS_MAX);
    inner->kept[inner->kept_count++] = (struct field){ str_from(name), value };
}

void inner_start(struct request *inner, inner_done *done)
{
    struct request *outer = inner->outer;

    if (inner->deadline_ms == 0)
        inner->deadline_ms = clock_monotonic_ms() + HANDLING_LIMIT_MS;
    inner->done = done;
    inner->is_waiting = true;
    if (outer->connection && !stream_is_gone(outer))
        connection_does(outer->connection, HANDLING, HANDLING_LIMIT_MS);
    request_continue(inner, outer->server->config.enter(inner));
}

void inner_free(struct request *inner)
{
    arena_free(inner->arena);
}

enum step inner_answer(struct request *outer, const struct request *inner)
{
    struct arena *arena = outer->arena;

    outer->answer.status = inner->answer.status;
    outer->answer.media_type = arena_dup(arena, inner->answer.media_type);
    outer->answer.body = arena_dup(arena, inner->answer.body);
    for (size_t i = 0; i < inner->answer.header_count; i++) {
        const struct field *header = &inner->answer.headers[i];
        respond_header(outer, arena_cstr(arena, header->name), arena_dup(arena, header->value));
    }
    return STEP_ANSWERED;
}

/* -- without a client -------------------------------------------------------------------------- */

static struct str copy(struct arena *arena, struct str text)
{
    return str_given(text) ? arena_dup(arena, text) : STR_NONE;
}

static void take_body(struct request *host, struct request *req)
{
    host->body = req->body;
    host->media_type = copy(host->arena, req->media_type);
    host->charset = copy(host->arena, req->charset);
    host->upload.at = req->upload.at;
    host->upload.bytes = req->upload.bytes;
    host->upload.room = req->upload.room;
    host->large_bytes = req->large_bytes;
    host->place = req->place;
    req->body = STR("");
    req->upload.at = NULL;
    req->upload.bytes = req->upload.room = req->large_bytes = 0;
}

struct request *inner_host_new(struct request *req, const char *const *also, size_t also_count)
{
    struct arena *arena = arena_make();
    struct request *host = arena_new(arena, struct request);

    assert(!req->outer && !req->upload.file);
    host->arena = arena;
    host->app = req->app;
    host->server = req->server;
    host->route = req->route;
    host->method = arena_dup(arena, req->method);
    host->target = arena_dup(arena, req->target);
    host->path = arena_dup(arena, req->path);
    host->id = arena_dup(arena, req->id);
    host->trace = copy(arena, req->trace);
    host->client = req->client;
    for (size_t i = 0; i < PATH_PARAMS_MAX; i++)
        host->params[i] = copy(arena, req->params[i]);
    for (size_t i = 0; i < req->query_count; i++)
        host->query[i] =
            (struct field){ copy(arena, req->query[i].name), copy(arena, req->query[i].value) };
    host->query_count = req->query_count;
    host->kept = arena_array(arena, struct field, WHO_ASKS + also_count);
    copy_headers(host, req, who_asks, WHO_ASKS);
    copy_headers(host, req, also, also_count);
    take_body(host, req);
    return host;
}

struct request *inner_of_host(struct request *host)
{
    struct request *inner = inner_new(host);

    inner->body = host->body;
    inner->media_type = host->media_type;
    inner->charset = host->charset;
    return inner;
}

void inner_host_free(struct request *host)
{
    exchange_drop_body(host);
    exchange_free(host);
}
