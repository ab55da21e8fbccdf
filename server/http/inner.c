#include "http/inner.h"

#include "base/clock.h"
#include "http/respond.h"
#include "http/server_inside.h"
#include "http/stream.h"

#include <assert.h>

#define INNER_HEADERS_MAX 4

/* Copied once: libmicrohttpd's own are gone when the client is. */
static void keep_headers(struct request *outer)
{
    static const char *const names[] = { "Authorization", "Cookie", "Origin", "Sec-Fetch-Site",
        "Host" };
    size_t count = sizeof names / sizeof *names;

    if (outer->kept)
        return;
    outer->kept = arena_array(outer->arena, struct field, count);
    for (size_t i = 0; i < count; i++) {
        struct str value = request_header(outer, names[i]);
        if (str_given(value))
            outer->kept[outer->kept_count++] =
                (struct field){ str_from(names[i]), arena_dup(outer->arena, value) };
    }
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

    inner->deadline_ms = clock_monotonic_ms() + HANDLING_LIMIT_MS;
    inner->done = done;
    inner->is_waiting = true;
    if (!stream_is_gone(outer))
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
