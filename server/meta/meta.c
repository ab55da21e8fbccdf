#include "meta/meta.h"

#include "base/writer.h"
#include "db/pool.h"
#include "http/contract.h"
#include "http/respond.h"
#include "http/router.h"
#include "model/reader.h"
#include "step/app.h"

#include <sodium.h>

/* A tag made of the answer's own bytes: for what is small and the same for everybody who gets it.
 */
static void tag_of_bytes(struct request *req, struct str body)
{
    unsigned char hash[crypto_generichash_BYTES_MIN];
    char hex[2 * sizeof hash + 1];

    crypto_generichash(hash, sizeof hash, (const unsigned char *)body.at, body.bytes, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    respond_etag(req, arena_printf(req->arena, "\"%s\"", hex));
}

static enum step respond_tagged(struct request *req, struct writer *writer)
{
    struct str body = writer_finish(writer, req->arena);
    tag_of_bytes(req, body);
    return respond_json(req, 200, body);
}

/* -- the index --------------------------------------------------------------------------------- */

struct link {
    const char *name, *href, *methods, *curl;
};

#define CURL "curl -H \"Authorization: Bearer $TOKEN\""

static const struct link links[] = {
    { "documents", "/api/v1/documents", "GET POST",
        CURL " -H 'Content-Type: text/markdown' --data-binary @essay.md" },
    { "annotations", "/api/v1/annotations", "GET POST",
        CURL " --json '{\"document\":\"doc_…\",\"quote\":\"…\",\"body\":\"…\"}'" },
    { "batch", "/api/v1/annotations/batch", "POST",
        CURL " -H 'Content-Type: application/x-ndjson' --data-binary @notes.ndjson" },
    { "groups", "/api/v1/groups", "GET POST", CURL " --json '{\"name\":\"Thursday readers\"}'" },
    { "me", "/api/v1/me", "GET PATCH", CURL },
    { "export", "/api/v1/me/export.ndjson", "GET", CURL },
    { "tokens", "/api/v1/tokens", "GET POST", "gloss token create NAME" },
    { "contract", "/api/v1/openapi.json", "GET", "curl" },
    { "problems", "/api/v1/problems", "GET", "curl" },
};

static void write_link(struct request *req, struct writer *writer, const struct link *link)
{
    struct str rest = str_from(link->methods), method;
    struct str url = app_url(req->arena, req->app, str_from(link->href));

    writer_key(writer, link->name);
    writer_object(writer);
    writer_key_cstr(writer, "href", link->href);
    writer_key(writer, "methods");
    writer_array(writer);
    while (rest.bytes > 0) {
        str_cut(rest, ' ', &method, &rest);
        writer_text(writer, method);
    }
    writer_array_end(writer);
    writer_key_text(writer, "curl",
        str_starts(str_from(link->curl), STR("curl"))
            ? arena_printf(req->arena, "%s %.*s", link->curl, STR_ARG(url))
            : str_from(link->curl));
    writer_object_end(writer);
}

enum step meta_index(struct request *req)
{
    const struct reader *reader = req->reader;
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key_cstr(&writer, "name", "gloss");
    writer_key_cstr(&writer, "version", GLOSS_VERSION);
    writer_key(&writer, "user");
    if (reader_is_nobody(reader)) {
        writer_null(&writer);
    } else {
        writer_object(&writer);
        writer_key_text(&writer, "id", typeid_write(req->arena, "usr", reader->id));
        writer_key_text(&writer, "name", reader->name);
        writer_key_text(&writer, "display_name", reader->display_name);
        writer_object_end(&writer);
    }
    writer_key(&writer, "scopes");
    writer_array(&writer);
    for (size_t i = 0; i < scope_name_count; i++)
        if (reader->scopes & scope_names[i].scope)
            writer_cstr(&writer, scope_names[i].name);
    writer_array_end(&writer);
    writer_key(&writer, "links");
    writer_object(&writer);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        write_link(req, &writer, &links[i]);
    writer_object_end(&writer);
    writer_object_end(&writer);
    return respond_tagged(req, &writer);
}

enum step meta_contract(struct request *req)
{
    respond_etag(req, arena_printf(req->arena, "\"%s\"", contract_hash));
    return respond_json(req, 200, contract_json);
}

/* -- problems ---------------------------------------------------------------------------------- */

static void write_problem(struct request *req, struct writer *writer, enum problem problem)
{
    const struct problem_row *row = problem_row(problem);

    writer_object(writer);
    writer_key_cstr(writer, "slug", row->slug);
    writer_key_text(writer, "type", arena_printf(req->arena, "/api/v1/problems/%s", row->slug));
    writer_key_cstr(writer, "title", row->title);
    writer_key_int(writer, "status", row->status);
    writer_key_cstr(writer, "detail", row->page);
    writer_object_end(writer);
}

/* Browsers put text/html first; programs that take anything get JSON. */
static bool wants_page(const struct request *req)
{
    struct str accept = request_header(req, "Accept");
    return str_contains(accept, STR("text/html"));
}

static enum step respond_problem_page(struct request *req, enum problem from, enum problem to)
{
    bool is_one = (int)to - (int)from == 1;
    struct str page = arena_printf(req->arena,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>%s</title>%s",
        is_one ? problem_row(from)->title : "Problems", is_one ? "" : "<h1>Problems</h1>");

    for (int p = (int)from; p < (int)to; p++) {
        const struct problem_row *row = problem_row((enum problem)p);
        page = arena_printf(req->arena,
            "%.*s<h%d>%d %s</h%d><p><a href=\"/api/v1/problems/%s\"><code>/api/v1/problems/%s"
            "</code></a></p><p>%s</p>",
            STR_ARG(page), is_one ? 1 : 2, row->status, row->title, is_one ? 1 : 2, row->slug,
            row->slug, row->page);
    }
    if (is_one)
        page = arena_printf(
            req->arena, "%.*s<p><a href=\"/api/v1/problems\">All problems</a></p>", STR_ARG(page));
    tag_of_bytes(req, page);
    return respond_bytes(req, 200, "text/html; charset=utf-8", page);
}

enum step meta_problems(struct request *req)
{
    struct writer writer;

    if (wants_page(req))
        return respond_problem_page(req, 0, PROBLEMS);
    writer_start(&writer);
    writer_object(&writer);
    writer_key(&writer, "data");
    writer_array(&writer);
    for (int p = 0; p < PROBLEMS; p++)
        write_problem(req, &writer, (enum problem)p);
    writer_array_end(&writer);
    writer_key_null(&writer, "next");
    writer_object_end(&writer);
    return respond_tagged(req, &writer);
}

enum step meta_problem(struct request *req)
{
    enum problem problem = problem_of_slug(request_param(req, 0));
    struct writer writer;

    if (problem == PROBLEMS)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (wants_page(req))
        return respond_problem_page(req, problem, problem + 1);
    writer_start(&writer);
    write_problem(req, &writer, problem);
    return respond_tagged(req, &writer);
}

/* -- health ------------------------------------------------------------------------------------ */

enum step meta_health(struct request *req)
{
    return respond_json(req, 200, STR("{\"status\":\"ok\"}"));
}

enum step meta_ready(struct request *req)
{
    if (atomic_load(&req->app->shared->draining))
        return respond_problem_detail(req, PROBLEM_UNAVAILABLE, "The server is shutting down.");
    if (!db_pool_ready(req->app->pool, DB_READ) || !db_pool_ready(req->app->pool, DB_WRITE))
        return respond_problem_detail(req, PROBLEM_UNAVAILABLE, "The database is away.");
    return respond_json(req, 200, STR("{\"status\":\"ready\"}"));
}
