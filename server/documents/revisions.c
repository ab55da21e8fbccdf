#include "documents/read.h"

#include "base/tag.h"
#include "formats/v1_documents.h"
#include "sql.h"
#include "step/paging.h"
#include "visibility/door.h"

#define IMMUTABLE STR("private, max-age=31536000, immutable")

bool revision_read(struct request *req, const struct db_result *res, int row, struct revision *out)
{
    struct author author;
    struct credits credits;

    if (door_putter(req->reader, res, row, &author) != DOOR_ADMITTED ||
        door_credits(req->arena, req->reader, res, row, &credits) != DOOR_ADMITTED)
        return false;
    if (db_get_bool(res, row, "putter_erased")) /* a deleted reader is nobody */
        author = (struct author){ 0 };
    *out = (struct revision){
        .id = db_get_uuid(res, row, "id"),
        .document = db_get_uuid(res, row, "document_id"),
        .parent = db_get_uuid(res, row, "parent_id"),
        .number = db_get_int(res, row, "number"),
        .author = author,
        .credits = credits,
        .note = db_get_text(res, row, "note"),
        .format = db_get_text(res, row, "format"),
        .sha256 = db_get_bytes(res, row, "sha256"),
        .chars = db_get_int(res, row, "chars"),
        .created_us = db_get_time(res, row, "created_at"),
    };
    return true;
}

static struct str kept(struct arena *arena, struct str text)
{
    return str_given(text) ? arena_dup(arena, text) : STR_NONE;
}

bool revision_read_copy(
    struct request *req, const struct db_result *res, int row, struct revision *out)
{
    struct arena *arena = req->arena;
    struct credit *credits;

    if (!revision_read(req, res, row, out))
        return false;
    out->author.name = kept(arena, out->author.name);
    out->author.display_name = kept(arena, out->author.display_name);
    out->author.mask = kept(arena, out->author.mask);
    credits = arena_array(arena, struct credit, out->credits.count);
    for (size_t i = 0; i < out->credits.count; i++) {
        credits[i] = out->credits.at[i];
        credits[i].author.name = kept(arena, credits[i].author.name);
        credits[i].author.display_name = kept(arena, credits[i].author.display_name);
    }
    out->credits.at = credits;
    out->note = kept(arena, out->note);
    out->format = kept(arena, out->format);
    out->sha256 = kept(arena, out->sha256);
    return true;
}

/* -- the list ---------------------------------------------------------------------------------- */

struct revision_page {
    struct paging paging;
    struct uuid current;
};

/* The current one, for If-Match, and what is told of them: names and credits are not for ever. */
static struct str tag_of_revisions(struct arena *arena, struct uuid current, struct str shown)
{
    struct str hash = tag_of(arena, shown);

    return arena_printf(arena, "\"%s.%s", typeid_write(arena, "rev", current).at,
        str_slice(hash, 1, hash.bytes).at);
}

static enum step on_list(struct request *req, const struct db_result *res)
{
    const struct revision_page *page = req->state;
    struct revision revision = { 0 };
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    int rows = paging_rows(&page->paging, res->rows);
    paging_begin(&writer);
    for (int row = 0; row < rows; row++) {
        if (!revision_read(req, res, row, &revision))
            return respond_problem(req, PROBLEM_INTERNAL);
        v1_write_revision_in_full(&writer, req->arena, &revision);
    }
    respond_etag(
        req, tag_of_revisions(req->arena, page->current, (struct str){ writer.at, writer.bytes }));
    struct cursor next = { .order = CURSOR_NUMBER, .time_us = revision.number, .id = revision.id };
    return respond_paging(req, &writer, paging_has_next(&page->paging, res->rows) ? &next : NULL);
}

static enum step on_list_target(struct request *req, const struct target_document *target)
{
    struct revision_page *page = req->state;

    if (target->found != TARGET_FOUND || uuid_is_nil(target->revision))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    page->current = target->revision;
    return await_query(req, &sql_documents_revisions, on_list,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(target->id), paging_after_number(&page->paging), paging_ask(&page->paging)));
}

/* GET /api/v1/documents/{document}/revisions (listRevisions) */
enum step revision_list(struct request *req)
{
    struct revision_page *page = arena_new(req->arena, struct revision_page);
    struct invalid why = { 0 };
    struct uuid id;

    if (!paging_read(req, CURSOR_NUMBER, &page->paging, &why))
        return respond_invalid_query(req, &why);
    if (!document_param(req, 0, &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = page;
    return await_target(req, request_param(req, 0), false, on_list_target);
}

/* -- one --------------------------------------------------------------------------------------- */

static enum step await_revision(struct request *req, after_query *next)
{
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "rev", &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_query(req, &sql_documents_revision, next,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader), db_uuid(id)));
}

/* PROBLEMS: it may be shown. */
static enum problem judge(struct request *req, const struct db_result *res)
{
    enum door door = res->rows == 0 ? DOOR_WITHHELD : door_admits_text(req->reader, res, 0);

    return door == DOOR_ADMITTED ? PROBLEMS
        : door == DOOR_WITHHELD  ? PROBLEM_NOT_FOUND
                                 : PROBLEM_INTERNAL;
}

static enum step on_revision(struct request *req, const struct db_result *res)
{
    struct revision revision;
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    enum problem problem = judge(req, res);
    if (problem != PROBLEMS)
        return respond_problem(req, problem);
    if (!revision_read(req, res, 0, &revision))
        return respond_problem(req, PROBLEM_INTERNAL);
    writer_start(&writer);
    v1_write_revision_in_full(&writer, req->arena, &revision);
    struct str json = writer_finish(&writer, req->arena);
    respond_etag(req, tag_of(req->arena, json)); /* its author may take another name */
    return respond_json(req, 200, json);
}

/* GET /api/v1/revisions/{revision} (getRevision) */
enum step revision_get(struct request *req)
{
    return await_revision(req, on_revision);
}

/* -- its words --------------------------------------------------------------------------------- */

static enum step on_words(struct request *req, const struct text_index *text)
{
    return respond_bytes(req, 200, "text/plain; charset=utf-8", text_index_text(text));
}

static enum step on_html(struct request *req, struct str html)
{
    respond_header(req, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
    return respond_bytes(req, 200, "text/html; charset=utf-8", html);
}

/* Sets the headers of what never changes; true when the client has it already. */
static bool begin_words(struct request *req, struct uuid revision, const char *form)
{
    respond_header(req, "Cache-Control", IMMUTABLE);
    respond_etag(req,
        arena_printf(req->arena, "\"%s%s\"", typeid_write(req->arena, "rev", revision).at, form));
    return respond_is_fresh(req);
}

static enum step on_text_revision(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    enum problem problem = judge(req, res);
    if (problem != PROBLEMS)
        return respond_problem(req, problem);
    struct uuid revision = db_get_uuid(res, 0, "id");
    if (begin_words(req, revision, ""))
        return respond_not_modified(req);
    return await_text(req, db_get_uuid(res, 0, "document_id"), revision, on_words);
}

/* GET /api/v1/revisions/{revision}/text (getRevisionText) */
enum step revision_get_text(struct request *req)
{
    return await_revision(req, on_text_revision);
}

static enum step on_html_revision(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    enum problem problem = judge(req, res);
    if (problem != PROBLEMS)
        return respond_problem(req, problem);
    struct uuid revision = db_get_uuid(res, 0, "id");
    if (begin_words(req, revision, ".html"))
        return respond_not_modified(req);
    return await_html(req, db_get_uuid(res, 0, "document_id"), revision, on_html);
}

/* GET /api/v1/revisions/{revision}/html (getRevisionHtml) */
enum step revision_get_html(struct request *req)
{
    return await_revision(req, on_html_revision);
}
