/* The reading page: the text as it is stored, for the scripts to put the margin beside it. */
#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"

static enum step on_text(struct request *req, const struct db_result *res);

/* GET /d/{document} (pageReader) */
enum step page_reader(struct request *req)
{
    const struct reader *reader = req->reader;
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "doc", &id))
        return is_signed_in(req) ? respond_problem(req, PROBLEM_NOT_FOUND)
                                 : respond_sign_in_first(req);
    return await_slow(req, &sql_reader_document, on_text,
        DB_PARAMS(db_uuid(reader->id), db_ints(req->arena, reader->pass.reads, reader->pass.count),
            db_uuid(id)));
}

/* A text that begins with its own title needs no other heading. */
static void put_heading(struct buffer *out, const struct db_result *res)
{
    bool has_own = str_starts(db_get_text(res, 0, "html"), STR("<h1"));

    buffer_put_cstr(out, "<header>");
    if (!has_own)
        HTML(out, "<h1 dir=\"auto\">{}</h1>", db_get_text(res, 0, "title"));
    HTML(out, "<p>{} · put in by <span dir=\"auto\">{}</span> · ",
        group_title(db_get_text(res, 0, "group_kind"), db_get_text(res, 0, "group_name")),
        db_get_text(res, 0, "owner_name"));
    html_time(out, db_get_time(res, 0, "created_at"));
    buffer_put_cstr(out, "<span id=\"count\"></span></p></header>\n");
}

static void put_text(struct buffer *out, const struct db_result *res)
{
    struct str language = db_get_text(res, 0, "language");

    buffer_put_cstr(out, "<article id=\"text\" class=\"text\" tabindex=\"-1\"");
    if (str_given(language))
        HTML(out, " lang=\"{}\"", language);
    buffer_put_cstr(out, ">");
    put_heading(out, res);
    HTML(out, "<div id=\"body\"{}>\n",
        str_eq(db_get_text(res, 0, "format"), STR("text/plain")) ? STR(" class=plain") : STR(""));
    html_safe(out, db_get_text(res, 0, "html")); /* formats/text.h wrote it */
    buffer_put_cstr(out, "</div>\n</article>\n");
}

/* What the scripts need to know; `group-name` is empty where nobody else could read a note. */
static void put_main(struct buffer *out, struct request *req, const struct db_result *res)
{
    struct arena *arena = req->arena;
    bool alone = str_eq(db_get_text(res, 0, "group_kind"), STR("personal"));

    HTML(out, "<main id=\"reader\" data-document=\"{}\" data-revision=\"{}\" data-me=\"{}\" ",
        request_param(req, 0),
        typeid_write(arena, "rev", db_get_uuid(res, 0, "current_revision_id")),
        is_signed_in(req) ? typeid_write(arena, "usr", req->reader->id) : STR(""));
    HTML(out, "data-group=\"{}\" data-group-name=\"{}\">\n",
        typeid_write(arena, "grp", db_get_uuid(res, 0, "group_id")),
        alone ? STR("") : db_get_text(res, 0, "group_name"));
}

static enum step on_text(struct request *req, const struct db_result *res)
{
    struct buffer out = { 0 };

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return is_signed_in(req) ? respond_problem(req, PROBLEM_NOT_FOUND)
                                 : respond_sign_in_first(req);
    struct str group = typeid_write(req->arena, "grp", db_get_uuid(res, 0, "group_id"));
    page_begin(&out, req,
        &(struct page){ .title = db_get_text(res, 0, "title"),
            .script = "reader.js",
            .where =
                group_title(db_get_text(res, 0, "group_kind"), db_get_text(res, 0, "group_name")),
            .where_link = arena_printf(req->arena, "/g/%.*s", STR_ARG(group)),
            .reads = true });
    buffer_put_cstr(&out,
        "<p id=\"state\" role=\"status\" hidden></p>\n<p id=\"text-changed\" hidden>This text has "
        "a new revision. <a href=\"\">Show it</a></p>\n");
    put_main(&out, req, res);
    put_text(&out, res);
    buffer_put_cstr(&out,
        "<aside id=\"margin\" class=\"margin\" aria-label=\"Notes\"><h2>Notes</h2>\n"
        "<p id=\"no-notes\" hidden>Nothing here yet. Select a passage to write about it.</p>\n"
        "<ol id=\"threads\"></ol></aside>\n</main>\n");
    return page_end(&out, req, 200);
}
