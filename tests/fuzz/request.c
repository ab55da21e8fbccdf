/* A request from its first line to its answer: guard, routes, percent escapes, query, headers, the
 * rules for bodies, and what answers do with headers. Over the real routes, in front of a handler
 * that looks at what it is handed. libmicrohttpd is played here: the input is what it would say. */
#include "fuzz.h"

#include "base/log.h"
#include "base/utf8.h"
#include "http/exchange.h"
#include "http/respond.h"
#include "http/server_inside.h"
#include "step/app.h"
#include "users/cookie.h"

#include <arpa/inet.h>
#include <string.h>
#include <zlib.h>

const char fuzz_target[] = "request";

#define HEADERS_MAX 32
#define STEM "7.1f0c2a9d3b4e5f60"
#define TAG "\"" STEM "\""

/* -- libmicrohttpd ----------------------------------------------------------------------------- */

static struct {
    struct arena *arena;
    struct field headers[HEADERS_MAX];
    size_t header_count;
    unsigned queued, status, answers_waiting;
    struct str media_type, coding, body, allow, id;
    bool suspended;
} mhd;

enum MHD_Result MHD_lookup_connection_value_n(struct MHD_Connection *connection,
    enum MHD_ValueKind kind, const char *key, size_t key_bytes, const char **value,
    size_t *value_bytes)
{
    (void)connection;
    PROMISE(kind == MHD_HEADER_KIND);
    for (size_t i = 0; i < mhd.header_count; i++)
        if (str_eq_nocase(mhd.headers[i].name, (struct str){ key, key_bytes })) {
            *value = mhd.headers[i].value.at;
            *value_bytes = mhd.headers[i].value.bytes;
            return MHD_YES;
        }
    return MHD_NO;
}

int MHD_get_connection_values_n(struct MHD_Connection *connection, enum MHD_ValueKind kind,
    MHD_KeyValueIteratorN iterator, void *context)
{
    int count = 0;

    (void)connection;
    for (size_t i = 0; i < mhd.header_count; i++, count++) {
        struct field *h = &mhd.headers[i];
        if (iterator(context, kind, h->name.at, h->name.bytes, h->value.at, h->value.bytes) !=
            MHD_YES)
            break;
    }
    return count;
}

struct MHD_Response *MHD_create_response_from_buffer(
    size_t bytes, void *body, enum MHD_ResponseMemoryMode mode)
{
    (void)mode;
    PROMISE(body);
    mhd.body = (struct str){ body, bytes };
    mhd.media_type = mhd.coding = mhd.allow = mhd.id = STR_NONE;
    return (struct MHD_Response *)(void *)&mhd;
}

/* It refuses line ends, so that the header would be missing. */
enum MHD_Result MHD_add_response_header(
    struct MHD_Response *response, const char *name, const char *value)
{
    struct str text = arena_dup(mhd.arena, str_from(value));

    (void)response;
    PROMISE(*name && text.bytes > 0);
    for (size_t i = 0; i < text.bytes; i++)
        if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7F)
            BROKEN("%s is sent as \"%s\"", name, value);
    if (strcmp(name, "Content-Type") == 0)
        mhd.media_type = text;
    if (strcmp(name, "Content-Encoding") == 0)
        mhd.coding = text;
    if (strcmp(name, "Allow") == 0)
        mhd.allow = text;
    if (strcmp(name, "X-Request-Id") == 0)
        mhd.id = text;
    return MHD_YES;
}

static bool in_list(struct str word, const char *list)
{
    struct str rest = str_from(list), one;

    while (rest.bytes > 0) {
        str_cut(rest, ' ', &one, &rest);
        if (str_eq(word, one))
            return true;
    }
    return false;
}

/* What the client sees of the body. */
static struct str decoded(void)
{
    char *out = arena_alloc(mhd.arena, 65536);
    z_stream z = { .next_in = (unsigned char *)(uintptr_t)mhd.body.at,
        .avail_in = (uInt)mhd.body.bytes,
        .next_out = (unsigned char *)out,
        .avail_out = 65536 };

    if (!str_given(mhd.coding))
        return mhd.body;
    PROMISE(str_eq(mhd.coding, STR("gzip")));
    PROMISE(inflateInit2(&z, MAX_WBITS + 16) == Z_OK && inflate(&z, Z_FINISH) == Z_STREAM_END);
    inflateEnd(&z);
    return (struct str){ out, z.total_out };
}

enum MHD_Result MHD_queue_response(
    struct MHD_Connection *connection, unsigned status, struct MHD_Response *response)
{
    (void)connection, (void)response;
    PROMISE(mhd.queued++ == 0);
    mhd.status = status;
    PROMISE(
        in_list(arena_printf(mhd.arena, "%u", status), "200 204 304 400 404 405 406 413 414 415"));
    PROMISE(mhd.id.bytes > 0 && mhd.id.bytes <= 64);
    PROMISE(status != 405 || mhd.allow.bytes > 0);
    PROMISE((status != 204 && status != 304) || mhd.body.bytes == 0);
    if (str_contains(mhd.media_type, STR("json"))) {
        struct str text = decoded();
        json_t *json = json_loadb(text.at, text.bytes, JSON_REJECT_DUPLICATES, NULL);
        if (!json)
            BROKEN("the answer is no JSON: %.*s", STR_ARG(text));
        json_decref(json);
    }
    return MHD_YES;
}

const union MHD_ConnectionInfo *MHD_get_connection_info(
    struct MHD_Connection *connection, enum MHD_ConnectionInfoType type, ...)
{
    static struct sockaddr_in in = { .sin_family = AF_INET };
    static union MHD_ConnectionInfo info;

    (void)connection;
    PROMISE(type == MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    info.client_addr = (struct sockaddr *)&in;
    return &info;
}

void MHD_destroy_response(struct MHD_Response *response)
{
    (void)response;
}

void MHD_suspend_connection(struct MHD_Connection *connection)
{
    (void)connection;
    PROMISE(!mhd.suspended);
    mhd.suspended = true;
}

void MHD_resume_connection(struct MHD_Connection *connection)
{
    (void)connection;
    PROMISE(mhd.suspended);
    mhd.suspended = false;
}

/* -- what a handler may rely on ---------------------------------------------------------------- */

static void check_params(const struct request *req)
{
    size_t count = 0;

    for (const char *at = strchr(req->route->pattern, '{'); at; at = strchr(at + 1, '{'))
        count++;
    PROMISE(count <= PATH_PARAMS_MAX);
    for (size_t i = 0; i < PATH_PARAMS_MAX; i++) {
        struct str param = req->params[i];
        PROMISE((i < count) == (param.bytes > 0));
        PROMISE(utf8_valid(param) && !memchr(param.at ? param.at : "", 0, param.bytes));
    }
}

static void check_query(const struct request *req)
{
    for (size_t i = 0; i < req->query_count; i++) {
        const struct field *field = &req->query[i];
        PROMISE(in_list(field->name, req->route->query ? req->route->query : "") ||
            str_eq(field->name, STR("fields")));
        PROMISE(utf8_valid(field->value));
        for (size_t j = 0; j < i; j++)
            PROMISE(!str_eq(field->name, req->query[j].name));
    }
}

static void check_body(const struct request *req)
{
    const struct body_rule *rule = req->route->body;

    PROMISE(req->body.at);
    if (rule) {
        PROMISE(req->body.bytes <= rule->max_bytes);
        PROMISE(in_list(req->media_type, rule->media_types) ||
            (req->body.bytes == 0 && in_list(STR("none"), rule->media_types)));
    } else {
        PROMISE(req->body.bytes == 0);
    }
    for (size_t i = 0; i < req->media_type.bytes; i++)
        PROMISE(req->media_type.at[i] < 'A' || req->media_type.at[i] > 'Z');
}

static void check_cookie(const struct request *req)
{
    struct str header = request_header(req, "Cookie"), sid = request_cookie(req, "sid");

    if (str_given(sid)) {
        PROMISE(!str_contains(sid, STR(";")));
        PROMISE(str_contains(header, arena_printf(req->arena, "sid=%.*s", STR_ARG(sid))));
    } else {
        PROMISE(!str_starts(header, STR("sid=")));
    }
    struct str secret = cookie_secret(req);
    PROMISE(!str_given(secret) || str_eq(secret, sid));
    bool says = str_given(request_header(req, "Origin")) ||
        str_given(request_header(req, "Sec-Fetch-Site"));
    PROMISE(!says || comes_from_own_page(req) != comes_from_elsewhere(req));
    PROMISE(says || (!comes_from_own_page(req) && !comes_from_elsewhere(req)));
}

/* The whole grammar is the code's business; what is plain is plain. */
static void check_conditions(const struct request *req)
{
    struct str match = request_header(req, "If-Match");
    struct str none = request_header(req, "If-None-Match");
    bool reads = str_eq(req->method, STR("GET")) || str_eq(req->method, STR("HEAD"));
    enum precondition holds = request_if_match(req, STR(TAG), false);

    PROMISE((holds == PRECONDITION_NONE) == !str_given(match));
    if (str_eq(match, STR(TAG)) || str_eq(match, STR("*")))
        PROMISE(holds == PRECONDITION_HOLDS);
    if (!str_contains(match, STR(TAG)) && !str_contains(match, STR("*")))
        PROMISE(holds != PRECONDITION_HOLDS);
    if (str_eq(match, STR("W/" TAG)))
        PROMISE(holds == PRECONDITION_FAILED);
    if (request_if_match(req, STR(TAG), true) == PRECONDITION_FAILED)
        PROMISE(holds == PRECONDITION_FAILED);

    bool fresh = respond_is_fresh(req);
    PROMISE(reads || !fresh);
    if (reads && !str_given(request_header(req, "Accept-Encoding")) &&
        (str_eq(none, STR(TAG)) || str_eq(none, STR("W/" TAG)) || str_eq(none, STR("*"))))
        PROMISE(fresh);
    if (!str_contains(none, STR(STEM)) && !str_contains(none, STR("*")))
        PROMISE(!fresh);
}

static void check_accept(const struct request *req)
{
    struct str accept = request_header(req, "Accept");
    bool html = request_names(req, "text/html");

    if (str_eq(accept, STR("text/html")))
        PROMISE(html);
    if (!str_given(accept) || str_eq(accept, STR("*/*")) || str_eq(accept, STR("text/html;q=0")) ||
        str_eq(accept, STR("application/json")))
        PROMISE(!html);
}

static enum step answer(struct request *req)
{
    return respond_json(req, 200, STR("{\"data\":[{\"id\":1,\"a\":\"\xC3\xA9\"}],\"next\":null}"));
}

/* In place of server/enter.c. */
static enum step look(struct request *req)
{
    check_params(req);
    check_query(req);
    check_body(req);
    check_cookie(req);
    respond_etag(req, STR(TAG));
    check_conditions(req);
    check_accept(req);
    return str_eq(req->method, STR("POST")) ? STEP_WAITING : answer(req);
}

static enum step page(struct request *req, enum problem problem, struct str detail)
{
    PROMISE(utf8_valid(detail));
    return respond_bytes(req, problem_row(problem)->status, "text/html; charset=utf-8", detail);
}

/* -- the input --------------------------------------------------------------------------------- */

static struct str next_line(struct str *rest)
{
    struct str line;

    str_cut(*rest, '\n', &line, rest);
    return str_from(arena_cstr(mhd.arena, line));
}

static void read_headers(struct str *rest)
{
    struct str name, value;

    while (rest->bytes > 0) {
        struct str line = next_line(rest);
        if (line.bytes == 0)
            return;
        if (mhd.header_count == HEADERS_MAX)
            continue;
        str_cut(line, ':', &name, &value);
        mhd.headers[mhd.header_count++] =
            (struct field){ name, str_given(value) ? str_trim(value) : STR("") };
    }
}

static void pass_body(struct request *req, const char *method, struct str body)
{
    size_t half = body.bytes / 2, bytes = half;

    if (half > 0)
        PROMISE(exchange_step(req, method, "HTTP/1.1", body.at, &bytes) == MHD_YES && bytes == 0);
    bytes = body.bytes - half;
    if (bytes > 0)
        PROMISE(exchange_step(req, method, "HTTP/1.1", body.at + half, &bytes) == MHD_YES);
    bytes = 0;
    PROMISE(exchange_step(req, method, "HTTP/1.1", NULL, &bytes) == MHD_YES);
    if (mhd.suspended)
        request_continue(req, answer(req));
}

/* The one peer there is, 127.0.0.1, says for whom it asks. */
static struct proxies trusted;

static const struct proxies *proxies(const struct app *app)
{
    static const struct address_range loopback = { { { [10] = 0xFF, 0xFF, 127, 0, 0, 1 } }, 128 };

    (void)app;
    trusted.trusted = (struct address_list){ &loopback, 1 };
    return &trusted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const struct settings settings = { .base_url = { "http://127.0.0.1:8080", 21 } };
    static struct app app = { .settings = &settings };
    static struct meters *meters;
    static struct http_server server = {
        .config = { .enter = look, .problem_page = page, .proxies = proxies }
    };
    struct connection connection = { .server = &server,
        .mhd = (struct MHD_Connection *)(void *)&mhd };
    struct str rest = { (const char *)data, bytes }, method, target;
    size_t none = 0;

    if (!server.config.router) { /* for the whole run */
        server.config.router = router_new(routes, route_count);
        server.config.app = &app;
        meters = meters_new(1, route_count);
        log_set_level(LOG_ERROR);
    }
    server.config.meter = meters->workers[0];
    trusted.says_forwarded = bytes % 2;
    memset(&mhd, 0, sizeof mhd);
    mhd.arena = arena_make();
    str_cut(next_line(&rest), ' ', &method, &target);
    method = arena_dup(mhd.arena, method);
    read_headers(&rest);

    struct request *req = exchange_begin(&connection, target.at ? target.at : "");
    PROMISE(exchange_step(req, method.at, "HTTP/1.1", NULL, &none) == MHD_YES);
    if (mhd.queued == 0)
        pass_body(req, method.at, rest);
    PROMISE(mhd.queued == 1 && !mhd.suspended);
    exchange_end(req, true);
    PROMISE(server.busy == 0);
    arena_free(mhd.arena);
    return 0;
}
