#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"

static enum step on_groups(struct request *req, const struct db_result *res);

/* GET /new (pageNew) */
enum step page_new(struct request *req)
{
    if (!is_signed_in(req))
        return respond_sign_in_first(req);
    return await_query(req, &sql_reader_groups, on_groups, DB_PARAMS(db_uuid(req->reader->id)));
}

static void put_audience(
    struct buffer *out, struct str value, struct str name, const char *note, bool checked)
{
    HTML(out,
        "<label class=\"inline\"><input type=\"radio\" name=\"for\" value=\"{}\"{}> "
        "<span dir=\"auto\">{}</span> <span class=\"hint\">{}</span></label>\n",
        value, checked ? STR(" checked") : STR(""), name, str_from(note));
}

/* `?group=` in the address chooses beforehand: the button on a group's page leads here. */
static void put_audiences(struct buffer *out, struct request *req, const struct db_result *res)
{
    struct str wanted = request_query(req, "group");

    buffer_put_cstr(out, "<fieldset><legend>For whom?</legend>\n");
    for (int row = 0; row < res->rows; row++) {
        struct str id = typeid_write(req->arena, "grp", db_get_uuid(res, row, "id"));
        bool this_one = str_eq(id, wanted);
        struct str kind = db_get_text(res, row, "kind");
        bool mine = str_eq(kind, STR("personal"));
        const char *note = mine             ? "you can share it later"
            : str_eq(kind, STR("everyone")) ? "all who have an account here"
                                            : "";
        put_audience(out, id, group_title(kind, db_get_text(res, row, "name")), note,
            this_one || (mine && wanted.bytes == 0));
    }
    put_audience(out, STR("new"), STR("A new group"), "you get a link to send around", false);
    buffer_put_cstr(out,
        "</fieldset>\n<label id=\"group-name\" hidden>The group's name<input type=\"text\" "
        "name=\"group_name\" maxlength=\"100\" dir=\"auto\"></label>\n");
}

static void put_done(struct buffer *out)
{
    buffer_put_cstr(out,
        "<section id=\"done\" class=\"card\" tabindex=\"-1\" hidden>\n<h2>It is in.</h2>\n"
        "<p>Send this link to those who read with you. Whoever opens it can join the group.</p>\n"
        "<div class=\"link-row\"><input type=\"text\" id=\"join-link\" readonly "
        "aria-label=\"Join link\"><button type=\"button\" "
        "data-copy=\"join-link\">Copy</button></div>\n"
        "<p><a class=\"button main\" href=\"/\">Open the text</a></p>\n</section>\n");
}

static enum step on_groups(struct request *req, const struct db_result *res)
{
    struct buffer out = { 0 };

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    page_begin(&out, req, &(struct page){ .title = STR("Put a text in"), .script = "new.js" });
    buffer_put_cstr(&out,
        "<main id=\"main\" class=\"page\">\n<h1>Put a text in</h1>\n"
        "<form id=\"new-text\" class=\"fields\">\n"
        "<label>The text<textarea name=\"text\" required dir=\"auto\" "
        "placeholder=\"Paste it here, or drop a file.\"></textarea></label>\n"
        "<label>Or a file<input type=\"file\" name=\"file\" "
        "accept=\".txt,.md,.markdown,text/plain,text/markdown\"></label>\n"
        "<label>Title<input type=\"text\" name=\"title\" maxlength=\"500\" dir=\"auto\">"
        "<span class=\"note\">Without one, the first heading is taken, or the first "
        "words.</span></label>\n"
        "<fieldset><legend>It is</legend>"
        "<label class=\"inline\"><input type=\"radio\" name=\"format\" value=\"markdown\" checked> "
        "Markdown</label><label class=\"inline\"><input type=\"radio\" name=\"format\" "
        "value=\"plain\"> plain text</label></fieldset>\n");
    put_audiences(&out, req, res);
    buffer_put_cstr(&out,
        "<p class=\"fault\" role=\"alert\" hidden></p>\n"
        "<button type=\"submit\" class=\"main\">Put it in</button>\n</form>\n");
    put_done(&out);
    buffer_put_cstr(&out,
        "<noscript><p>This form needs scripts. With curl: <code>curl -H 'Content-Type: "
        "text/markdown' --data-binary @essay.md …/api/v1/documents</code></p></noscript>\n"
        "</main>\n");
    return page_end(&out, req, 200);
}
