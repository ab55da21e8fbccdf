#include "http/exchange.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/trial.h"
#include "http/client.h"
#include "http/coding.h"
#include "http/respond.h"
#include "http/server_inside.h"
#include "http/spool.h"
#include "http/stream_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_LIMIT_MS 10000
#define BODY_LIMIT_MS 30000
#define IDLE_LIMIT_MS 75000
#define SLOWEST_BYTES_A_MS 16 /* 16 KiB a second */
#define TARGET_MAX_BYTES 4096
#define DRAIN_MAX_BYTES (1u << 20) /* read and dropped past the limit, so that 413 is heard */
#define NO_BODY_MAX_BYTES 65536    /* where a route takes no body, this much is dropped */
#define SMALL_BODY_BYTES 65536
#define CODED_ON_LOOP_BYTES 32768 /* half a millisecond of compression */

static struct str request_id_of(struct request *req)
{
    struct str given = request_header(req, "X-Request-Id");
    bool sane = given.bytes > 0 && given.bytes <= 64;

    for (size_t i = 0; sane && i < given.bytes; i++) {
        char c = given.at[i];
        sane = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            c == '-' || c == '_' || c == '.';
    }
    if (sane)
        return arena_dup(req->arena, given);
    struct str made = typeid_write(req->arena, "r", uuid_new());
    return str_slice(made, 2, made.bytes);
}

static bool is_hex(struct str text)
{
    for (size_t i = 0; i < text.bytes; i++)
        if (!((text.at[i] >= '0' && text.at[i] <= '9') || (text.at[i] >= 'a' && text.at[i] <= 'f')))
            return false;
    return true;
}

/* The id of the trace that the request is part of (W3C Trace Context: version-trace-span-flags), so
 * that who follows one finds our lines. STR_NONE without a sane one. */
static struct str trace_of(const struct request *req)
{
    struct str given = request_header(req, "traceparent"), trace = str_slice(given, 3, 35);
    bool sane = given.bytes == 55 && given.at[2] == '-' && given.at[35] == '-' &&
        given.at[52] == '-' && is_hex(str_slice(given, 0, 2)) && is_hex(trace) &&
        is_hex(str_slice(given, 36, 52)) && is_hex(str_slice(given, 53, 55)) &&
        !str_eq(str_slice(given, 0, 2), STR("ff")) &&
        !str_eq(trace, STR("00000000000000000000000000000000"));

    return sane ? arena_dup(req->arena, trace) : STR_NONE;
}

struct request *exchange_begin(struct connection *connection, const char *target)
{
    struct arena *arena = arena_make();
    struct request *req = arena_new(arena, struct request);
    struct str query;

    req->arena = arena;
    req->connection = connection;
    req->server = connection->server;
    req->app = connection->server->config.app;
    req->target = arena_dup(arena, str_from(target));
    str_cut(req->target, '?', &req->path, &query);
    req->started_ms = clock_monotonic_ms();
    connection->request = req;
    connection_does(connection, READING_HEAD, HEAD_LIMIT_MS);
    return req;
}

/* -- the answer on its way out ----------------------------------------------------------------- */

static bool has_header(const struct request *req, const char *name)
{
    for (size_t i = 0; i < req->answer.header_count; i++)
        if (str_eq_nocase(req->answer.headers[i].name, str_from(name)))
            return true;
    return false;
}

static void default_header(struct request *req, const char *name, const char *value)
{
    if (!has_header(req, name))
        respond_header(req, name, str_from(value));
}

/* Programs anywhere may use the API with a token; the cookie's authority stays on our own pages. */
static void cross_origin_headers(struct request *req)
{
    if (!str_starts(req->path, STR("/api/")) || req->credential == CREDENTIAL_COOKIE)
        return;
    default_header(req, "Access-Control-Allow-Origin", "*");
    default_header(req, "Access-Control-Expose-Headers",
        "ETag, Link, Location, Allow, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, "
        "Preference-Applied");
    default_header(req, "Cross-Origin-Resource-Policy", "cross-origin");
}

static void common_headers(struct request *req)
{
    cross_origin_headers(req);
    respond_header(req, "X-Request-Id", req->id);
    default_header(req, "Cache-Control", req->answer.keeps_tags ? "private, no-cache" : "no-store");
    default_header(req, "Vary", "Authorization, Accept, Accept-Encoding, Cookie");
    default_header(req, "X-Content-Type-Options", "nosniff");
    default_header(req, "Referrer-Policy", "no-referrer");
    default_header(req, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    default_header(req, "Cross-Origin-Resource-Policy", "same-origin");
    if (req->answer.close || req->connection->server->draining)
        respond_header(req, "Connection", STR("close"));
}

static const char *header_text(struct request *req, struct str value)
{
    return arena_cstr(req->arena, value);
}

/* Before it is handed over: nothing of the client's slowness is in it. */
static void count_answer(const struct request *req)
{
    struct http_server *server = req->connection->server;
    struct meter *meter = server->config.meter;
    size_t route = router_index(server->config.router, req->route);

    route_meter_add(
        &meter->routes[route], req->answer.status, clock_monotonic_us() - req->whole_us);
    counter_add(&meter->received_bytes, req->upload.seen);
}

/* A large answer lies in memory for as long as its client takes to read it. What was written is
 * told in any case. */
static void leave_room(struct request *req)
{
    size_t bytes = req->answer.body.bytes + req->plain_bytes;
    bool counts =
        bytes > SMALL_BODY_BYTES && !req->answer.is_shared && str_eq(req->method, STR("GET"));

    if (!counts || connection_takes_room(req, bytes))
        return;
    memset(&req->answer, 0, sizeof req->answer);
    enum step answered = respond_unavailable(req);
    (void)answered;
}

/* libmicrohttpd takes no empty value and none of two lines; what else it does not take, it found no
 * memory for. An answer without one of its headers would be another answer. */
static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (MHD_add_response_header(response, name, value) != MHD_YES && *value &&
        !strpbrk(value, "\t\r\n"))
        mem_none_left();
}

/* The body stays in the request's arena, which lives until libmicrohttpd is done with it. */
static enum MHD_Result queue_answer(struct request *req)
{
    leave_room(req);
    struct str body = req->answer.body;
    struct MHD_Response *response = req->answer.stream
        ? stream_response(req)
        : MHD_create_response_from_buffer(
              body.bytes, (void *)(uintptr_t)(body.at ? body.at : ""), MHD_RESPMEM_PERSISTENT);

    if (!response)
        mem_none_left();
    assert(req->answer.status);
    count_answer(req);
    common_headers(req);
    if (str_given(req->answer.media_type))
        add_header(response, "Content-Type", header_text(req, req->answer.media_type));
    for (size_t i = 0; i < req->answer.header_count; i++)
        add_header(response, req->answer.headers[i].name.at,
            header_text(req, req->answer.headers[i].value));
    enum MHD_Result queued =
        MHD_queue_response(req->connection->mhd, (unsigned)req->answer.status, response);
    MHD_destroy_response(response);
    if (req->answer.stream)
        stream_begins(req);
    else
        connection_answers(req->connection, body.bytes);
    return queued;
}

static void send_suspended(struct request *req)
{
    /* not taken, it would be asked for again, and what the request did be done once more */
    enum MHD_Result queued = queue_answer(req);
    assert(queued == MHD_YES);
    (void)queued;
    MHD_resume_connection(req->connection->mhd);
    req->connection->server->resumed = true;
}

/* -- codings: what takes a millisecond and more is not for the loop ------------------------------
 */

static void code(void *argument)
{
    struct request *req = argument;
    req->coded = coding_gzip(req->arena, req->answer.body);
}

static void on_coded(void *argument)
{
    struct request *req = argument;
    coding_apply(req, req->coded);
    send_suspended(req);
}

/* Codes what is small at once. True: a thread does it, and then the answer goes out; whoever is on
 * the loop's side of the request suspends it. */
static bool is_coded_aside(struct request *req)
{
    const struct http_config *config = &req->connection->server->config;

    if (!coding_wanted(req))
        return false;
    if (req->answer.body.bytes > CODED_ON_LOOP_BYTES)
        return config->aside(req, code, on_coded);
    code(req);
    coding_apply(req, req->coded);
    return false;
}

void request_continue(struct request *req, enum step step)
{
    if (step == STEP_WAITING)
        return;
    assert(req->is_waiting);
    req->is_waiting = false;
    if (req->outer) {
        req->done(req->outer, req);
        return;
    }
    if (!is_coded_aside(req))
        send_suspended(req);
}

/* -- finding the route, and what can be said before the body ----------------------------------- */

static enum step refuse_method(struct request *req)
{
    static const struct str known[] = { { "GET", 3 }, { "HEAD", 4 }, { "POST", 4 }, { "PUT", 3 },
        { "PATCH", 5 }, { "DELETE", 6 }, { "OPTIONS", 7 } };

    respond_header(req, "Allow", req->allowed);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq(req->method, known[i]))
            return respond_problem_detail(
                req, PROBLEM_METHOD_NOT_ALLOWED, "This address takes %.*s.", STR_ARG(req->allowed));
    return respond_problem_detail(req, PROBLEM_METHOD_NOT_ALLOWED,
        "There is no such method here; this address takes %.*s.", STR_ARG(req->allowed));
}

static enum step answer_options(struct request *req)
{
    respond_header(req, "Allow", req->allowed);
    respond_header(req, "Access-Control-Allow-Methods", req->allowed);
    respond_header(req, "Access-Control-Allow-Headers",
        STR("Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Prefer, "
            "X-Request-Id, Accept, traceparent, tracestate"));
    respond_header(req, "Access-Control-Max-Age", STR("86400"));
    return respond_no_content(req);
}

static bool word_in(struct str word, const char *list)
{
    struct str rest = str_from(list), item;
    while (rest.bytes > 0) {
        str_cut(rest, ' ', &item, &rest);
        if (str_eq(word, item))
            return true;
    }
    return false;
}

static void split_media_type(struct request *req)
{
    struct str given = request_header(req, "Content-Type"), type, parameters, one, key, value;

    str_cut(given, ';', &type, &parameters);
    type = arena_dup(req->arena, str_trim(type));
    for (size_t i = 0; i < type.bytes; i++) {
        char *c = (char *)(uintptr_t)&type.at[i];
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    req->media_type = type;
    while (parameters.bytes > 0) {
        str_cut(parameters, ';', &one, &parameters);
        if (!str_cut(str_trim(one), '=', &key, &value) || !str_eq_nocase(key, STR("charset")))
            continue;
        if (str_starts(value, STR("\"")) && str_ends(value, STR("\"")) && value.bytes >= 2)
            value = str_slice(value, 1, value.bytes - 1);
        req->charset = arena_dup(req->arena, value);
    }
}

static size_t body_limit(const struct request *req)
{
    return req->route && req->route->body ? req->route->body->max_bytes : NO_BODY_MAX_BYTES;
}

static enum step check_query(struct request *req)
{
    struct str why;

    if (!query_parse(req, &why))
        return respond_problem_with(req, PROBLEM_INVALID_QUERY, why, NULL, STR_NONE);
    /* links to pages pick up all sorts of parameters on their way */
    for (size_t i = 0; i < req->query_count && !req->route->is_page; i++) {
        struct str name = req->query[i].name;
        const char *known = req->route->query ? req->route->query : "";
        if (!word_in(name, known) && !str_eq(name, STR("fields")))
            return respond_problem_detail(req, PROBLEM_INVALID_QUERY,
                "There is no parameter `%.*s` here; there is: %s.", STR_ARG(name),
                *known ? known : "none");
    }
    return STEP_WAITING;
}

/* Words with commas between them, as a header's list has it. */
static struct str with_commas(struct arena *arena, const char *words)
{
    struct str rest = str_from(words), item, list = STR("");

    while (rest.bytes > 0) {
        str_cut(rest, ' ', &item, &rest);
        list =
            arena_printf(arena, "%.*s%s%.*s", STR_ARG(list), list.bytes ? ", " : "", STR_ARG(item));
    }
    return list;
}

/* What to tell who left curl's own media type as it was: the last of those that are taken. */
static struct str curl_hint(struct arena *arena, const char *media_types)
{
    bool takes_json = word_in(STR("application/json"), media_types);
    const char *last = strrchr(media_types, ' ');

    last = last ? last + 1 : media_types;
    if (strcmp(last, "application/json") == 0)
        return STR(" (curl: --json instead of -d)");
    return arena_printf(
        arena, " (curl: -H 'Content-Type: %s'%s)", last, takes_json ? ", or --json" : "");
}

static enum step check_body(struct request *req)
{
    const struct body_rule *rule = req->route->body;

    if (req->too_large)
        return respond_problem_detail(
            req, PROBLEM_BODY_TOO_LARGE, "A body here may have up to %zu bytes.", body_limit(req));
    if (req->no_room)
        return respond_unavailable(req);
    if (req->disk_full)
        return respond_problem(req, PROBLEM_STORAGE_FULL);
    if (!rule)
        return STEP_WAITING;
    if (str_given(request_header(req, "Content-Encoding")))
        return respond_problem_detail(req, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
            "Send the body as it is; no Content-Encoding is taken.");
    if (!word_in(req->media_type, rule->media_types) &&
        !(req->upload.bytes == 0 && word_in(STR("none"), rule->media_types))) {
        bool is_patch = str_eq(req->method, STR("PATCH"));
        bool is_curls_own = req->media_type.bytes == 0 ||
            str_eq(req->media_type, STR("application/x-www-form-urlencoded"));
        struct str taken = with_commas(req->arena, rule->media_types);
        struct str hint = is_curls_own ? curl_hint(req->arena, rule->media_types) : STR("");
        respond_header(req, is_patch ? "Accept-Patch" : "Accept-Post", taken);
        return respond_problem_detail(req, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
            "This address takes one of: %.*s. Say which with a Content-Type header%.*s.",
            STR_ARG(taken), STR_ARG(hint));
    }
    return STEP_WAITING;
}

static enum step respond_nothing(struct request *req)
{
    struct str alike = router_alike(req->connection->server->config.router, req);

    if (!str_given(alike))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return respond_problem_detail(
        req, PROBLEM_NOT_FOUND, "There is nothing of this ending; there is: %.*s.", STR_ARG(alike));
}

/* Everything that can be refused without knowing who asks; then the first real step. */
static enum step dispatch(struct request *req)
{
    const struct http_server *server = req->connection->server;

    if (req->target.bytes > TARGET_MAX_BYTES)
        return respond_problem(req, PROBLEM_URI_TOO_LONG);
    req->answer.close = req->found == FOUND_BAD_PATH;
    if (req->found == FOUND_BAD_PATH)
        return respond_problem_detail(req, PROBLEM_BAD_REQUEST,
            "The path holds an escape that is not UTF-8, U+0000, or a dot segment.");
    if (req->found == FOUND_NOTHING)
        return respond_nothing(req);
    if (str_eq(req->method, STR("OPTIONS")))
        return answer_options(req);
    if (req->found == FOUND_OTHER_METHOD)
        return refuse_method(req);
    enum step step = check_query(req);
    if (step == STEP_WAITING)
        step = check_body(req);
    if (step == STEP_ANSWERED)
        return step;
    req->body = (struct str){ req->upload.at ? req->upload.at : "", req->upload.bytes };
    req->deadline_ms = clock_monotonic_ms() + trial_ms(HANDLING_LIMIT_MS);
    connection_does(req->connection, HANDLING, HANDLING_LIMIT_MS);
    return server->config.enter(req);
}

/* -- the access handler ------------------------------------------------------------------------ */

static void count_open(struct http_server *server, int change)
{
    server->busy += (unsigned)change;
    counter_set(&server->config.meter->requests_open, server->busy);
}

static enum MHD_Result refuse_connection(struct request *req)
{
    req->answer.close = true;
    respond_header(req, "Retry-After", STR("5"));
    enum step answered = respond_problem_detail(req, req->connection->refusal,
        req->connection->refusal == PROBLEM_UNAVAILABLE
            ? "The server has as many connections as it can hold."
            : "Your address has as many connections open as one may have.");
    (void)answered;
    return queue_answer(req);
}

/* Whoever shows nothing will be told to sign in: the body need not be kept for that. */
static bool may_be_let_in(const struct request *req)
{
    return !req->route || req->route->access < NEEDS_USER ||
        str_given(request_header(req, "Authorization")) || str_given(request_header(req, "Cookie"));
}

/* The first call: answering in it closes the connection, so only what must be closed is answered.
 */
static enum MHD_Result on_head(struct request *req, const char *method, const char *version)
{
    uint64_t announced = 0;

    req->began = true;
    req->whole_us = clock_monotonic_us();
    count_open(req->connection->server, 1);
    req->method = arena_dup(req->arena, str_from(method));
    req->id = request_id_of(req);
    req->trace = trace_of(req);
    client_find(req);
    if (req->connection->refusal != PROBLEMS)
        return refuse_connection(req);
    const char *fault = guard_check(req, version);
    if (fault) {
        req->answer.close = true;
        enum step answered = respond_problem_detail(req, PROBLEM_BAD_REQUEST, "%s", fault);
        (void)answered;
        return queue_answer(req);
    }
    split_media_type(req);
    req->found = router_find(req->connection->server->config.router, req, &req->allowed);
    req->is_heard = may_be_let_in(req);
    str_to_u64(request_header(req, "Content-Length"), &announced);
    req->upload.announced = announced;
    if (announced > body_limit(req) + DRAIN_MAX_BYTES) {
        req->answer.close = true;
        enum step answered = respond_problem_detail(
            req, PROBLEM_BODY_TOO_LARGE, "A body here may have up to %zu bytes.", body_limit(req));
        (void)answered;
        return queue_answer(req);
    }
    connection_does(
        req->connection, READING_BODY, BODY_LIMIT_MS + (int64_t)(announced / SLOWEST_BYTES_A_MS));
    return MHD_YES;
}

static size_t large_part(size_t bytes)
{
    return bytes > SMALL_BODY_BYTES ? bytes : 0;
}

void exchange_drop_body(struct request *req)
{
    spool_free(req);
    connection_gives_room(req);
    free(req->upload.at);
    req->upload.at = NULL;
    req->upload.bytes = req->upload.room = 0;
}

/* False: the large bodies of others, or of this address, leave no room, and this one is dropped. */
static bool make_room(struct request *req, size_t count)
{
    size_t room = req->upload.room ? req->upload.room : 4096;

    while (room - req->upload.bytes < count)
        room *= 2;
    if (req->upload.announced >= req->upload.bytes + count && req->upload.announced < room)
        room = (size_t)req->upload.announced;
    if (!connection_takes_room(req, large_part(room) - large_part(req->upload.room))) {
        exchange_drop_body(req);
        return false;
    }
    req->upload.at = mem_grow(req->upload.at, room);
    req->upload.room = room;
    return true;
}

static bool on_upload(struct request *req, const char *bytes, size_t count)
{
    size_t limit = body_limit(req);

    req->upload.seen += count;
    if (req->upload.seen > limit) {
        req->too_large = true;
        return req->upload.seen <= limit + DRAIN_MAX_BYTES;
    }
    if (!req->route || !req->route->body || !req->is_heard || req->no_room || req->disk_full)
        return true;
    if (spool_is_for(req, count)) {
        enum spooled spooled = spool_put(req, bytes, count);
        req->no_room = spooled == SPOOL_NO_ROOM;
        req->disk_full = spooled == SPOOL_DISK_FULL;
        return true;
    }
    if (req->upload.room - req->upload.bytes < count && !make_room(req, count)) {
        req->no_room = true;
        return true;
    }
    memcpy(req->upload.at + req->upload.bytes, bytes, count);
    req->upload.bytes += count;
    return true;
}

enum MHD_Result exchange_step(struct request *req, const char *method, const char *version,
    const char *upload, size_t *upload_bytes)
{
    if (!req->began)
        return on_head(req, method, version);
    if (*upload_bytes > 0) {
        bool go_on = on_upload(req, upload, *upload_bytes);
        *upload_bytes = 0;
        return go_on ? MHD_YES : MHD_NO;
    }
    req->whole_us = clock_monotonic_us();
    req->is_waiting = true;
    bool waits = dispatch(req) == STEP_WAITING;
    req->is_waiting = waits;
    if (waits || is_coded_aside(req)) {
        MHD_suspend_connection(req->connection->mhd);
        return MHD_YES;
    }
    return queue_answer(req);
}

/* Whose it is stands there only where somebody was turned away: an operator may have to act. */
static void log_request(const struct request *req, bool completed)
{
    int status = req->answer.status;
    bool is_refused = status == 401 || status == 403 || status == 429;
    struct str client = is_refused ? address_text(req->arena, req->client.address) : STR_NONE;

    log_line(LOG_INFO, "request", LOG_STR("id", req->id), LOG_STR("method", req->method),
        LOG_CSTR("route", req->route ? req->route->pattern : "none"), LOG_INT("status", status),
        LOG_INT("ms", clock_monotonic_ms() - req->started_ms),
        LOG_INT("bytes",
            (int64_t)(req->answer.stream ? stream_sent_bytes(req) : req->answer.body.bytes)),
        LOG_CSTR("end", completed ? "sent" : "cut"), LOG_STR("trace", req->trace),
        LOG_STR("client", client));
}

static void count_sent(const struct request *req, bool completed)
{
    struct meter *meter = req->connection->server->config.meter;
    bool has_body = !str_eq(req->method, STR("HEAD"));

    counter_add(&meter->requests_cut, !completed);
    if (req->answer.stream)
        counter_add(&meter->sent_bytes, stream_sent_bytes(req));
    else
        counter_add(&meter->sent_bytes, completed && has_body ? req->answer.body.bytes : 0);
}

void exchange_end(struct request *req, bool completed)
{
    struct connection *connection = req->connection;

    if (req->began) {
        count_open(connection->server, -1);
        count_sent(req, completed);
        log_request(req, completed);
    }
    connection->request = NULL;
    connection_does(connection, IDLE, connection->server->draining ? 500 : IDLE_LIMIT_MS);
    exchange_drop_body(req);
    if (!req->answer.stream || stream_ends(req))
        exchange_free(req);
}

void exchange_free(struct request *req)
{
    arena_free(req->arena);
}
