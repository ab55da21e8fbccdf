/* The form in which a text is edited: its source, as it was put in. What is sent goes to the API as
 * a new revision (assets/edit.js), and every note is carried to where its words went. */
#include "reader/about.h"
#include "reader/reader.h"

#include "formats/charset.h"
#include "sql.h"
#include "step/await.h"

struct edit {
    struct str head; /* of the page, up to the text */
    struct uuid document, revision;
    struct str source, charset, format;
    struct str text; /* as a form holds it */
    enum text_fault fault;
};

static enum step on_about(struct request *req, const struct db_result *res);

/* GET /d/{document}/edit (pageEdit) */
enum step page_edit(struct request *req)
{
    struct edit *edit = arena_new(req->arena, struct edit);

    if (!typeid_read(request_param(req, 0), "doc", &edit->document))
        return respond_not_here(req);
    req->state = edit;
    struct db_call about = about_call(req, edit->document);
    return await_query(req, about.statement, on_about, about.params);
}

static enum step on_source(struct request *req, const struct db_result *res);

static enum step on_about(struct request *req, const struct db_result *res)
{
    struct edit *edit = req->state;
    struct buffer out = { 0 };

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (!about_admits(req, res))
        return respond_kept_out(req, res);
    if (!db_get_bool(res, 0, "may_edit"))
        return is_signed_in(req) ? respond_problem(req, PROBLEM_NOT_ALLOWED)
                                 : respond_sign_in_first(req);
    edit->revision = db_get_uuid(res, 0, "current_revision_id");
    about_begin(&out, req, res, "Edit", "edit.js");
    edit->head = buffer_finish(&out, req->arena);
    return await_slow(req, &sql_documents_original, on_source,
        DB_PARAMS(db_uuid(edit->document), db_uuid(edit->revision)));
}

/* Off the loop: it may be a book. */
static void prepare(struct request *req)
{
    struct edit *edit = req->state;
    struct decoded decoded;
    struct buffer out = { 0 };

    edit->fault = charset_decode(req->arena, edit->source, edit->charset, &decoded);
    if (edit->fault != TEXT_OK)
        return;
    HTML(&out, "{}", decoded.text);
    map_drop(&decoded.runs);
    edit->text = buffer_finish(&out, req->arena);
}

static enum step on_prepared(struct request *req);

static enum step on_source(struct request *req, const struct db_result *res)
{
    struct edit *edit = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    edit->source = arena_dup(req->arena, db_get_bytes(res, 0, "source"));
    edit->charset = arena_dup(req->arena, db_get_text(res, 0, "charset"));
    edit->format = arena_dup(req->arena, db_get_text(res, 0, "format"));
    return await_work(req, prepare, on_prepared);
}

/* The line break behind <textarea> is none of the text's. */
static void put_form(struct buffer *out, const struct edit *edit)
{
    HTML(out,
        "<div id=\"faster\" class=\"notice\" role=\"status\" hidden></div>\n"
        "<form id=\"edit\" class=\"fields\" data-type=\"{}\">\n"
        "<label>The text, as it was put in<textarea name=\"text\" rows=\"24\" dir=\"auto\" "
        "required "
        "disabled>\n",
        edit->format);
    html_safe(out, edit->text); /* prepare() escaped it */
    buffer_put_cstr(out,
        "</textarea></label>\n<label>What you changed, and why<input type=\"text\" name=\"note\" "
        "maxlength=\"1000\" dir=\"auto\" autocomplete=\"off\"><span class=\"note\">Readers see it "
        "in "
        "the text's history; it can be left empty.</span></label>\n"
        "<p id=\"saving\" hidden><progress aria-labelledby=\"saving-words\"></progress> "
        "<span id=\"saving-words\"></span> <span class=\"note\">It goes on if you leave this "
        "page.</span></p>\n"
        "<p class=\"fault\" role=\"alert\" hidden></p>\n"
        "<p class=\"note\">Every note stays with its words, wherever they go. The text as it is "
        "now "
        "stays readable in its history.</p>\n"
        "<div class=\"row\"><button type=\"submit\" class=\"main\" disabled>Save</button>");
}

static enum step on_prepared(struct request *req)
{
    const struct edit *edit = req->state;
    struct buffer out = { 0 };

    if (edit->fault != TEXT_OK)
        return respond_problem(req, PROBLEM_INTERNAL); /* it was read when it was put in */
    html_safe(&out, edit->head);
    put_form(&out, edit);
    HTML(&out,
        "<a class=\"button\" href=\"/d/{}\">Back to the text</a></div>\n</form>\n"
        "<noscript><p>This form needs scripts. With curl: <code>curl -H 'Content-Type: {}' -H "
        "'If-Match: \"{}\"' --data-binary @essay.md …/api/v1/documents/{}/revisions</code></p>"
        "</noscript>\n</main>\n",
        request_param(req, 0), edit->format, typeid_write(req->arena, "rev", edit->revision),
        request_param(req, 0));
    return page_end(&out, req, 200);
}
