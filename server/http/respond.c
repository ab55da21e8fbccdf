#include "http/respond.h"

#include "base/tag.h"
#include "http/coding.h"
#include "http/connection.h"
#include "http/router.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void respond_header(struct request *req, const char *name, struct str value)
{
    assert(req->answer.header_count < ANSWER_HEADERS_MAX);
    req->answer.headers[req->answer.header_count++] = (struct field){ str_from(name), value };
}

static struct str answer_header(const struct request *req, const char *name)
{
    for (size_t i = 0; i < req->answer.header_count; i++)
        if (str_eq_nocase(req->answer.headers[i].name, str_from(name)))
            return req->answer.headers[i].value;
    return STR_NONE;
}

void respond_secret(struct request *req)
{
    req->answer.is_secret = true;
}

void respond_etag(struct request *req, struct str etag)
{
    respond_header(req, "ETag", etag);
    req->answer.keeps_tags = true;
}

void respond_shared(struct request *req)
{
    req->answer.is_shared = true;
}

/* The next tag of a list like `"a", W/"b"`; quotes included, weakness marked. */
static bool next_tag(struct str *list, struct str *tag, bool *weak)
{
    struct str rest = str_trim(*list);
    while (str_starts(rest, STR(",")))
        rest = str_trim(str_slice(rest, 1, rest.bytes));
    *weak = str_starts(rest, STR("W/"));
    if (*weak)
        rest = str_slice(rest, 2, rest.bytes);
    if (str_starts(rest, STR("*"))) {
        *tag = STR("*");
        *list = str_slice(rest, 1, rest.bytes);
        return true;
    }
    size_t end = str_starts(rest, STR("\"")) ? str_find(rest, STR("\""), 1) : SIZE_MAX;
    if (end == SIZE_MAX)
        return false;
    *tag = str_slice(rest, 0, end + 1);
    *list = str_slice(rest, end + 1, rest.bytes);
    return true;
}

static bool is_read(const struct request *req)
{
    return str_eq(req->method, STR("GET")) || str_eq(req->method, STR("HEAD"));
}

static bool is_change(const struct request *req)
{
    return str_eq(req->method, STR("PATCH")) || str_eq(req->method, STR("PUT"));
}

/* What is asked of the API can be asked again with its tag; whether we live cannot. */
static bool is_of_api(const struct request *req)
{
    return str_starts(req->path, STR("/api/"));
}

/* Of the tags in If-None-Match the one that is the answer's own, in whatever coding the client has
 * kept it; STR_NONE without one. Weak ones count (RFC 9110 13.1.2). */
static struct str kept_tag(const struct request *req)
{
    struct str wanted = request_header(req, "If-None-Match"), etag = answer_header(req, "ETag"),
               tag;
    bool weak;

    if (!is_read(req) || !req->answer.keeps_tags || !str_given(wanted))
        return STR_NONE;
    while (next_tag(&wanted, &tag, &weak)) {
        if (str_eq(tag, STR("*")))
            return etag;
        if (coding_tag_fits(req, tag, etag))
            return tag;
    }
    return STR_NONE;
}

bool respond_is_fresh(const struct request *req)
{
    return str_given(kept_tag(req));
}

/* What a Prefer header says of `name` (RFC 7240): the first of several counts. False: nothing. */
static bool find_preference(const struct request *req, struct str name, struct str *value)
{
    struct str list = request_header(req, "Prefer"), one, parameters, key;

    while (list.bytes > 0) {
        str_cut(list, ',', &one, &list);
        str_cut(one, ';', &one, &parameters);
        str_cut(str_trim(one), '=', &key, value);
        if (!str_eq_nocase(str_trim(key), name))
            continue;
        *value = str_trim(*value);
        bool quoted =
            value->bytes >= 2 && str_starts(*value, STR("\"")) && str_ends(*value, STR("\""));
        *value = quoted ? str_slice(*value, 1, value->bytes - 1) : *value;
        return true;
    }
    *value = STR_NONE;
    return false;
}

bool request_prefers(const struct request *req, struct str preference)
{
    struct str value;
    return find_preference(req, preference, &value);
}

/* May the answer to a write leave out what was written? */
static bool wants_minimal(struct request *req)
{
    struct str wanted;

    find_preference(req, STR("return"), &wanted);
    if (str_eq(wanted, STR("minimal")))
        respond_header(req, "Preference-Applied", STR("return=minimal"));
    else if (str_eq(wanted, STR("representation")))
        respond_header(req, "Preference-Applied", STR("return=representation"));
    return str_eq(wanted, STR("minimal"));
}

static enum step answer(struct request *req, int status, const char *media_type, struct str body)
{
    req->answer.status = status;
    req->answer.media_type = str_from(media_type);
    req->answer.body = body;
    return STEP_ANSWERED;
}

enum step respond_not_modified(struct request *req)
{
    struct str kept = kept_tag(req);

    /* a cache may have kept several: this one is meant */
    for (size_t i = 0; i < req->answer.header_count && str_given(kept); i++)
        if (str_eq(req->answer.headers[i].name, STR("ETag")))
            req->answer.headers[i].value = kept;
    return answer(req, 304, NULL, STR_NONE);
}

/* `;q=0`, `;q=0.000`: not this one. */
static bool is_refused(struct str parameters)
{
    struct str one, name, quality;

    while (parameters.bytes > 0) {
        str_cut(parameters, ';', &one, &parameters);
        if (!str_cut(str_trim(one), '=', &name, &quality) || !str_eq_nocase(name, STR("q")))
            continue;
        size_t zeros = 0;
        while (zeros < quality.bytes && (quality.at[zeros] == '0' || quality.at[zeros] == '.'))
            zeros++;
        return zeros == quality.bytes;
    }
    return false;
}

/* How closely a range names the media type: 3 exactly, 2 its kind, 1 anything, 0 not at all. */
static int range_closeness(struct str range, struct str media_type)
{
    struct str kind, subkind, wanted_kind, wanted_subkind;

    str_cut(str_trim(range), '/', &kind, &subkind);
    str_cut(media_type, '/', &wanted_kind, &wanted_subkind);
    if (str_eq(kind, STR("*")))
        return 1;
    if (!str_eq_nocase(kind, wanted_kind))
        return 0;
    return str_eq(subkind, STR("*")) ? 2 : str_eq_nocase(subkind, wanted_subkind) ? 3 : 0;
}

/* The ranges of an Accept header, of which the closest decides (RFC 9110 12.5.1); none, or an empty
 * list, takes anything. */
static bool range_list_takes(struct str list, struct str media_type)
{
    struct str range, parameters;
    int closest = 0;
    bool takes = str_trim(list).bytes == 0;

    while (list.bytes > 0) {
        str_cut(list, ',', &range, &list);
        str_cut(range, ';', &range, &parameters);
        int closeness = range_closeness(range, media_type);
        if (closeness > closest) {
            closest = closeness;
            takes = !is_refused(parameters);
        }
    }
    return takes;
}

/* Is this form what the suffix, or else the Accept header, asks for? */
static bool is_acceptable(const struct request *req, const char *media_type)
{
    struct str type, parameters;

    if (!is_read(req) || (req->route && req->route->is_page))
        return true;
    str_cut(str_from(media_type), ';', &type, &parameters);
    if (req->suffix.bytes)
        return str_eq(req->suffix, type);
    return range_list_takes(request_header(req, "Accept"), type);
}

enum step respond_bytes(struct request *req, int status, const char *media_type, struct str body)
{
    if (status == 200 && !is_acceptable(req, media_type))
        return respond_problem_detail(
            req, PROBLEM_NOT_ACCEPTABLE, "What there is is %s.", media_type);
    if (status == 200 && is_read(req) && !str_given(answer_header(req, "Content-Encoding")) &&
        request_coding(req, CODING_BIT(CODING_IDENTITY) | CODING_BIT(CODING_GZIP)) == CODINGS)
        return respond_problem_detail(
            req, PROBLEM_NOT_ACCEPTABLE, "What there is is as it is, or as gzip.");
    if (status == 200 && respond_is_fresh(req))
        return respond_not_modified(req);
    return answer(req, status, media_type, body);
}

/* `fields=id,body` keeps these members of the object, or of each object under "data". */
static void keep_fields(json_t *object, struct str fields)
{
    const char *key;
    json_t *value;
    void *next;

    json_object_foreach_safe(object, next, key, value)
    {
        struct str rest = fields, name;
        bool wanted = false;
        while (!wanted && rest.bytes > 0) {
            str_cut(rest, ',', &name, &rest);
            wanted = str_eq(str_trim(name), str_from(key));
        }
        if (!wanted)
            json_object_del(object, key);
    }
}

static struct str sparse(struct request *req, struct str json, struct str fields)
{
    json_t *whole = json_loadb(json.at, json.bytes, 0, NULL);
    assert(whole);
    json_t *data = json_object_get(whole, "data"), *item;
    size_t index;

    if (json_is_array(data)) {
        json_array_foreach(data, index, item) keep_fields(item, fields);
    } else {
        keep_fields(whole, fields);
    }
    char *text = json_dumps(whole, JSON_COMPACT);
    assert(text);
    json_decref(whole);
    arena_own(req->arena, text, free);
    return str_from(text);
}

enum step respond_json(struct request *req, int status, struct str json)
{
    struct str fields = request_query(req, "fields");

    if (status == 200 && is_change(req) && wants_minimal(req))
        return respond_no_content(req);
    if (status == 200 && is_read(req) && is_of_api(req) && !req->answer.keeps_tags)
        respond_etag(req, tag_of(req->arena, json));
    if (is_read(req) && str_given(fields) && !respond_is_fresh(req))
        json = sparse(req, json, fields);
    return respond_bytes(req, status, "application/json", json);
}

enum step respond_created(struct request *req, struct str location, struct str json)
{
    respond_header(req, "Location", location);
    if (wants_minimal(req))
        return answer(req, 201, NULL, STR_NONE);
    return answer(req, 201, "application/json", json);
}

struct str respond_location(const struct request *req)
{
    return answer_header(req, "Location");
}

enum step respond_no_content(struct request *req)
{
    return answer(req, 204, NULL, STR_NONE);
}

enum step respond_redirect(struct request *req, int status, struct str location)
{
    respond_header(req, "Location", location);
    return answer(req, status, NULL, STR_NONE);
}

/* -- problems ---------------------------------------------------------------------------------- */

static void write_faults(struct writer *writer, const struct invalid *faults)
{
    writer_key(writer, "errors");
    writer_array(writer);
    for (size_t i = 0; faults && i < faults->count; i++) {
        writer_object(writer);
        writer_key_text(writer, "pointer", faults->faults[i].pointer);
        writer_key_cstr(writer, "code", faults->faults[i].code);
        writer_key_text(writer, "detail", faults->faults[i].detail);
        writer_object_end(writer);
    }
    writer_array_end(writer);
}

/* People at an address that does not exist get a page too. */
static bool wants_page(const struct request *req)
{
    if (req->route)
        return req->route->is_page;
    return !req->answer.close && !str_starts(req->path, STR("/api/")) &&
        str_contains(request_header(req, "Accept"), STR("text/html"));
}

/* The path as a URI: a client may have sent what should have been escaped. */
static struct str instance_of(const struct request *req)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_alloc(req->arena, req->path.bytes * 3 + 1);
    size_t bytes = 0;

    for (size_t i = 0; i < req->path.bytes; i++) {
        unsigned char c = (unsigned char)req->path.at[i];
        bool is_fit = c > ' ' && c < 0x7F;
        out[bytes++] = is_fit ? (char)c : '%';
        if (is_fit)
            continue;
        out[bytes++] = hex[c >> 4];
        out[bytes++] = hex[c & 15];
    }
    return (struct str){ out, bytes };
}

enum step respond_problem_with(struct request *req, enum problem problem, struct str detail,
    const struct invalid *faults, struct str members)
{
    const struct problem_row *row = problem_row(problem);
    struct writer writer;

    if (row->status == 401)
        respond_header(req, "WWW-Authenticate", STR("Bearer realm=\"gloss\""));
    if (row->status == 503 && !str_given(answer_header(req, "Retry-After")))
        respond_header(req, "Retry-After", random() % 2 ? STR("1") : STR("2"));
    req->answer.keeps_tags = false;
    if (wants_page(req))
        return connection_problem_page(req, problem, detail);

    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(&writer, "type", arena_printf(req->arena, "/api/v1/problems/%s", row->slug));
    writer_key_cstr(&writer, "title", row->title);
    writer_key_int(&writer, "status", row->status);
    writer_key_text(&writer, "detail", str_given(detail) ? detail : str_from(row->page));
    writer_key_text(&writer, "instance", instance_of(req));
    writer_key_text(&writer, "request_id", req->id);
    write_faults(&writer, faults);
    writer_raw_members(&writer, members);
    writer_object_end(&writer);
    return answer(req, row->status, "application/problem+json", writer_finish(&writer, req->arena));
}

enum step respond_problem(struct request *req, enum problem problem)
{
    return respond_problem_with(req, problem, STR_NONE, NULL, STR_NONE);
}

enum step respond_problem_detail(
    struct request *req, enum problem problem, const char *detail_format, ...)
{
    va_list args;
    va_start(args, detail_format);
    struct str detail = arena_vprintf(req->arena, detail_format, args);
    va_end(args);
    return respond_problem_with(req, problem, detail, NULL, STR_NONE);
}

enum step respond_invalid(struct request *req, const struct invalid *why)
{
    assert(why->count > 0);
    struct str detail = why->faults[0].detail;
    return respond_problem_with(req, PROBLEM_INVALID_BODY, detail, why, STR_NONE);
}

enum step respond_unavailable(struct request *req)
{
    return respond_problem(req, PROBLEM_UNAVAILABLE);
}

/* -- what the client asks for ------------------------------------------------------------------ */

bool request_names(const struct request *req, const char *media_type)
{
    struct str list = request_header(req, "Accept"), range, parameters;

    while (list.bytes > 0) {
        str_cut(list, ',', &range, &list);
        str_cut(range, ';', &range, &parameters);
        if (str_eq_nocase(str_trim(range), str_from(media_type)) && !is_refused(parameters))
            return true;
    }
    return false;
}

static struct str version_of(struct str stem)
{
    struct str version, rest;
    str_cut(stem, '.', &version, &rest);
    return version;
}

enum precondition request_if_match(const struct request *req, struct str etag, bool compare_version)
{
    struct str wanted = request_header(req, "If-Match"), tag;
    enum coding any; /* whichever it was got in */
    bool weak;

    if (!str_given(wanted))
        return PRECONDITION_NONE;
    while (next_tag(&wanted, &tag, &weak)) {
        if (str_eq(tag, STR("*")))
            return PRECONDITION_HOLDS;
        if (weak) /* only strong tags count here (RFC 9110 13.1.1) */
            continue;
        struct str stem = coding_tag_stem(tag, &any), own = coding_tag_stem(etag, &any);
        if (str_eq(stem, own) || (compare_version && str_eq(version_of(stem), version_of(own))))
            return PRECONDITION_HOLDS;
    }
    return PRECONDITION_FAILED;
}
