/* The words of a document: canonical text, HTML, outline, and the bytes that it was made from. */
#include "documents/read.h"
#include "base/utf8.h"
#include "documents/texts.h"
#include "formats/v1_documents.h"
#include "sql.h"
#include "step/paging.h"

#include <assert.h>
#include <stdlib.h>

#define INLINE_MAX_BYTES 65536

/* -- a text in memory -------------------------------------------------------------------------- */

struct text_wait {
    void *state; /* the caller's */
    after_text *next;
    struct uuid document, revision;
    struct str text;
    struct held_text *held;
    /* of one that waits for another's load */
    struct request *req;
    struct text_load *load;
    struct text_wait *next_waiter;
};

/* One request of a worker loads a text; those that want it meanwhile wait for it. */
struct text_load {
    struct text_load *next;
    struct app *app; /* NULL: it has ended */
    struct uuid revision;
    struct text_wait *waiters;
};

static struct text_load *find_load(const struct app *app, struct uuid revision)
{
    struct text_load *load = app->text_loads;

    while (load && !uuid_eq(load->revision, revision))
        load = load->next;
    return load;
}

static void end_load(struct text_load *load, step_fn *next)
{
    if (!load->app)
        return;
    struct text_load **at = &load->app->text_loads;
    while (*at != load)
        at = &(*at)->next;
    *at = load->next;
    load->app = NULL;
    while (load->waiters) {
        struct text_wait *wait = load->waiters;
        load->waiters = wait->next_waiter;
        wait->load = NULL;
        go_on_with(wait->req, next);
    }
}

/* However its request ended, nobody waits for it any more. */
static void drop_load(void *load)
{
    end_load(load, respond_unavailable);
}

static void drop_wait(void *waiter)
{
    struct text_wait *wait = waiter;

    if (!wait->load)
        return;
    struct text_wait **at = &wait->load->waiters;
    while (*at != wait)
        at = &(*at)->next_waiter;
    *at = wait->next_waiter;
}

static void release(void *held)
{
    text_release(held);
}

static enum step go_on(struct request *req, struct held_text *held, after_text *next)
{
    arena_own(req->arena, held, release);
    return next(req, held_text_index(held));
}

static void index_text(struct request *req)
{
    struct text_wait *wait = req->state;
    wait->held =
        text_cache_put(req->app->shared->texts, wait->revision, text_index_new(wait->text));
}

static enum step on_others_load(struct request *req);

static enum step on_indexed(struct request *req)
{
    struct text_wait *wait = req->state;

    if (wait->load)
        end_load(wait->load, on_others_load);
    req->state = wait->state;
    return go_on(req, wait->held, wait->next);
}

static enum step on_loaded(struct request *req, const struct db_result *res)
{
    struct text_wait *wait = req->state;

    if (res->err != ERR_NONE || res->rows == 0) {
        if (wait->load)
            end_load(wait->load, respond_unavailable);
        return res->err != ERR_NONE ? respond_db_error(req, res)
                                    : respond_problem(req, PROBLEM_NOT_FOUND);
    }
    wait->text = db_get_text(res, 0, "canonical");
    if (wait->text.bytes > INLINE_MAX_BYTES) {
        wait->text = arena_dup(req->arena, wait->text);
        return await_work(req, index_text, on_indexed);
    }
    index_text(req);
    return on_indexed(req);
}

static enum step load_text(struct request *req)
{
    const struct text_wait *wait = req->state;

    return await_slow(req, &sql_documents_text, on_loaded,
        DB_PARAMS(db_uuid(wait->document), db_uuid(wait->revision)));
}

/* It is in memory now, unless there is no room for it there. */
static enum step on_others_load(struct request *req)
{
    struct text_wait *wait = req->state;

    wait->held = text_cache_get(req->app->shared->texts, wait->revision);
    return wait->held ? on_indexed(req) : load_text(req);
}

static enum step begin_load(struct request *req)
{
    struct text_wait *wait = req->state;
    struct text_load *load = arena_new(req->arena, struct text_load);

    *load = (struct text_load){
        .next = req->app->text_loads, .app = req->app, .revision = wait->revision
    };
    req->app->text_loads = load;
    wait->load = load;
    arena_own(req->arena, load, drop_load);
    return load_text(req);
}

static enum step wait_for_load(struct request *req, struct text_load *load)
{
    struct text_wait *wait = req->state, **at = &load->waiters;

    while (*at)
        at = &(*at)->next_waiter;
    *at = wait;
    wait->load = load;
    arena_own(req->arena, wait, drop_wait);
    return await_other(req);
}

enum step await_text(
    struct request *req, struct uuid document, struct uuid revision, after_text *next)
{
    struct held_text *held = text_cache_get(req->app->shared->texts, revision);
    struct text_load *load = held ? NULL : find_load(req->app, revision);
    struct text_wait *wait;

    if (held)
        return go_on(req, held, next);
    wait = arena_new(req->arena, struct text_wait);
    *wait = (struct text_wait){
        .state = req->state, .next = next, .document = document, .revision = revision, .req = req
    };
    req->state = wait;
    return load ? wait_for_load(req, load) : begin_load(req);
}

/* -- HTML -------------------------------------------------------------------------------------- */

struct html_wait {
    void *state; /* the caller's */
    after_html *next;
};

static enum step on_html(struct request *req, const struct db_result *res)
{
    struct html_wait *wait = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = wait->state;
    return wait->next(req, arena_dup(req->arena, db_get_text(res, 0, "html")));
}

enum step await_html(
    struct request *req, struct uuid document, struct uuid revision, after_html *next)
{
    struct html_wait *wait = arena_new(req->arena, struct html_wait);

    *wait = (struct html_wait){ req->state, next };
    req->state = wait;
    return await_slow(
        req, &sql_documents_html, on_html, DB_PARAMS(db_uuid(document), db_uuid(revision)));
}

/* -- what a request asks for ------------------------------------------------------------------- */

static struct str form_tag(struct arena *arena, struct uuid revision, const char *form)
{
    return arena_printf(arena, "\"%s%s\"", typeid_write(arena, "rev", revision).at, form);
}

/* Its current revision, if it is a text that the reader may read; nothing else about it. */
static enum step for_words(struct request *req, after_target *next)
{
    struct uuid id;

    if (!document_param(req, 0, &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_target(req, request_param(req, 0), false, next);
}

/* Sets the tag of the revision in this form. False: *answer is given, 404 or 304. */
static bool begin_words(
    struct request *req, const struct target_document *target, const char *form, enum step *answer)
{
    if (target->found != TARGET_FOUND || uuid_is_nil(target->revision)) {
        *answer = respond_problem(req, PROBLEM_NOT_FOUND);
        return false;
    }
    respond_etag(req, form_tag(req->arena, target->revision, form));
    if (!respond_is_fresh(req))
        return true;
    *answer = respond_not_modified(req);
    return false;
}

/* -- text -------------------------------------------------------------------------------------- */

struct part {
    uint64_t from, to;
    bool has_to, utf16;
};

static bool read_position(
    struct request *req, const char *name, uint64_t *out, bool *given, struct invalid *why)
{
    struct str text = request_query(req, name);

    *given = str_given(text);
    if (!*given || (text.bytes <= 18 && str_to_u64(text, out)))
        return true;
    return query_fault(req, why, name, "type", "This is a position: a whole number from 0.");
}

static bool read_part(struct request *req, struct part *part, struct invalid *why)
{
    bool has_from;

    read_position(req, "from", &part->from, &has_from, why);
    read_position(req, "to", &part->to, &part->has_to, why);
    v1_read_unit(why, req->arena, "/query/unit", request_query(req, "unit"), &part->utf16);
    if (part->has_to && part->to < part->from)
        query_fault(req, why, "to", "range", "`to` may not come before `from`.");
    return why->count == 0;
}

/* The position in code points; past the end it is the end. False: in the middle of a pair. */
static bool char_of(
    const struct text_index *text, const struct part *part, uint64_t position, size_t *chars)
{
    size_t end = part->utf16 ? text_index_utf16(text) : text_index_chars(text);

    if (position > end)
        position = end;
    *chars = part->utf16 ? text_char_of_utf16(text, (size_t)position) : (size_t)position;
    return *chars != SIZE_MAX;
}

static enum step on_text(struct request *req, const struct text_index *text)
{
    const struct part *part = req->state;
    struct invalid why = { 0 };
    size_t from, to;

    size_t length = part->utf16 ? text_index_utf16(text) : text_index_chars(text);
    if (part->from > length)
        query_fault(req, &why, "from", "range", "The text ends at %zu.", length);
    if (!char_of(text, part, part->from, &from))
        query_fault(req, &why, "from", "surrogate", "This is in the middle of a surrogate pair.");
    if (!char_of(text, part, part->has_to ? part->to : UINT64_MAX, &to))
        query_fault(req, &why, "to", "surrogate", "This is in the middle of a surrogate pair.");
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    respond_shared(req);
    return respond_bytes(req, 200, "text/plain; charset=utf-8", text_between(text, from, to));
}

static enum step on_text_target(struct request *req, const struct target_document *target)
{
    enum step answer;

    if (!begin_words(req, target, "", &answer))
        return answer;
    return await_text(req, target->id, target->revision, on_text);
}

/* GET /api/v1/documents/{document}/text (getDocumentText) */
enum step document_get_text(struct request *req)
{
    struct part *part = arena_new(req->arena, struct part);
    struct invalid why = { 0 };

    if (!read_part(req, part, &why))
        return respond_invalid_query(req, &why);
    req->state = part;
    return for_words(req, on_text_target);
}

/* -- html -------------------------------------------------------------------------------------- */

static enum step on_html_fragment(struct request *req, struct str html)
{
    respond_header(req, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
    return respond_bytes(req, 200, "text/html; charset=utf-8", html);
}

static enum step on_html_target(struct request *req, const struct target_document *target)
{
    enum step answer;

    if (!begin_words(req, target, ".html", &answer))
        return answer;
    return await_html(req, target->id, target->revision, on_html_fragment);
}

/* GET /api/v1/documents/{document}/html (getDocumentHtml) */
enum step document_get_html(struct request *req)
{
    return for_words(req, on_html_target);
}

/* -- outline ----------------------------------------------------------------------------------- */

struct outline {
    const struct target_document *target;
    const struct text_index *utf16; /* NULL: starts count code points */
};

/* As it is stored, or with its starts counted anew. */
static void write_toc(struct writer *writer, struct str toc, const struct text_index *utf16)
{
    json_t *headings, *heading;
    size_t index;

    if (!utf16) {
        writer_raw(writer, toc);
        return;
    }
    headings = json_loadb(toc.at, toc.bytes, 0, NULL);
    assert(headings);
    json_array_foreach(headings, index, heading)
    {
        size_t chars = (size_t)json_integer_value(json_object_get(heading, "start"));
        json_object_set_new(
            heading, "start", json_integer((json_int_t)text_utf16_of_char(utf16, chars)));
    }
    char *text = json_dumps(headings, JSON_COMPACT);
    writer_raw(writer, str_from(text));
    free(text);
    json_decref(headings);
}

static enum step on_toc(struct request *req, const struct db_result *res)
{
    const struct outline *outline = req->state;
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(
        &writer, "revision", typeid_write(req->arena, "rev", outline->target->revision));
    writer_key(&writer, "data");
    write_toc(&writer, db_get_text(res, 0, "toc"), outline->utf16);
    writer_object_end(&writer);
    return respond_json(req, 200, writer_finish(&writer, req->arena));
}

static enum step find_toc(struct request *req)
{
    const struct target_document *target = ((const struct outline *)req->state)->target;

    return await_slow(
        req, &sql_documents_toc, on_toc, DB_PARAMS(db_uuid(target->id), db_uuid(target->revision)));
}

static enum step on_toc_text(struct request *req, const struct text_index *text)
{
    struct outline *outline = req->state;

    outline->utf16 = text;
    return find_toc(req);
}

static enum step on_toc_target(struct request *req, const struct target_document *target)
{
    struct outline *outline = arena_new(req->arena, struct outline);
    enum step answer;

    if (!begin_words(req, target, ".toc", &answer))
        return answer;
    *outline = (struct outline){ .target = target };
    req->state = outline;
    if (str_eq(request_query(req, "unit"), STR("utf16")))
        return await_text(req, target->id, target->revision, on_toc_text);
    return find_toc(req);
}

/* GET /api/v1/documents/{document}/toc (getDocumentToc) */
enum step document_get_toc(struct request *req)
{
    struct invalid why = { 0 };
    bool utf16;

    v1_read_unit(&why, req->arena, "/query/unit", request_query(req, "unit"), &utf16);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    return for_words(req, on_toc_target);
}

/* -- original ---------------------------------------------------------------------------------- */

/* Letters and digits of the title with dashes between them: what every file system takes. */
static struct str plain_name(struct arena *arena, struct str title)
{
    char *name = arena_alloc(arena, 64);
    size_t bytes = 0;

    for (size_t i = 0; i < title.bytes && bytes < 60; i++) {
        char c = title.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (plain)
            name[bytes++] = c;
        else if (bytes > 0 && name[bytes - 1] != '-')
            name[bytes++] = '-';
    }
    while (bytes > 0 && name[bytes - 1] == '-')
        bytes--;
    return bytes > 0 ? (struct str){ name, bytes } : STR("text");
}

/* The title in all its letters, for who knows RFC 8187. */
static struct str full_name(struct arena *arena, struct str title)
{
    static const char digits[] = "0123456789ABCDEF";
    struct str head = utf8_head(title, 80);
    char *name = arena_alloc(arena, 3 * head.bytes + 1);
    size_t bytes = 0;

    for (size_t i = 0; i < head.bytes; i++) {
        unsigned char c = (unsigned char)head.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (c == '/' || c == '\\' || c < 0x20)
            c = ' ';
        if (plain) {
            name[bytes++] = (char)c;
        } else {
            name[bytes++] = '%';
            name[bytes++] = digits[c >> 4];
            name[bytes++] = digits[c & 15];
        }
    }
    return (struct str){ name, bytes };
}

struct str title_disposition(struct arena *arena, struct str title, const char *suffix)
{
    return arena_printf(arena, "attachment; filename=\"%.*s.%s\"; filename*=UTF-8''%.*s.%s",
        STR_ARG(plain_name(arena, title)), suffix, STR_ARG(full_name(arena, title)), suffix);
}

static enum step on_original(struct request *req, const struct db_result *res)
{
    const struct document *doc = req->state;
    bool is_markdown = str_eq(doc->revision.format, STR("text/markdown"));

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    respond_header(req, "Content-Disposition",
        title_disposition(req->arena, doc->title, is_markdown ? "md" : "txt"));
    respond_header(req, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
    struct str type = arena_printf(req->arena, "%.*s; charset=%.*s", STR_ARG(doc->revision.format),
        STR_ARG(db_get_text(res, 0, "charset")));
    return respond_bytes(req, 200, type.at, arena_dup(req->arena, db_get_bytes(res, 0, "source")));
}

static enum step on_original_document(struct request *req, const struct document *doc)
{
    if (!doc || doc->kind != DOCUMENT_TEXT)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    respond_etag(req, form_tag(req->arena, doc->revision.id, ".original"));
    if (respond_is_fresh(req))
        return respond_not_modified(req);
    req->state = (void *)(uintptr_t)doc;
    return await_slow(req, &sql_documents_original, on_original,
        DB_PARAMS(db_uuid(doc->id), db_uuid(doc->revision.id)));
}

/* GET /api/v1/documents/{document}/original (getDocumentOriginal) */
enum step document_get_original(struct request *req)
{
    struct uuid id;

    if (!document_param(req, 0, &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_document(req, id, on_original_document);
}
