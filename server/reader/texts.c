#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"
#include "visibility/door.h"

#define TEXTS_MAX 100

static enum step on_read(struct request *req, const struct db_result *res);

/* GET / (pageTexts) */
enum step page_texts(struct request *req)
{
    const struct reader *reader = req->reader;

    return AWAIT_ALL(req, DB_READ, on_read,
        { &sql_reader_texts,
            DB_PARAMS(db_uuid(reader->id), reads_param(req->arena, reader), db_long(TEXTS_MAX),
                true_pass_param(req->arena, reader)) },
        { &sql_reader_groups, DB_PARAMS(db_uuid(reader->id)) });
}

static void put_text(struct buffer *out, struct request *req, const struct db_result *res, int row)
{
    struct str group =
        group_title(db_get_text(res, row, "group_kind"), db_get_text(res, row, "group_name"));

    HTML(out,
        "<li><a class=\"title\" href=\"/d/{}\" dir=\"auto\">{}</a><p class=\"facts\">{} · {} · ",
        typeid_write(req->arena, "doc", db_get_uuid(res, row, "id")),
        db_get_text(res, row, "title"), group, putter_called(req, res, row));
    html_time(out, db_get_time(res, row, "updated_at"));
    buffer_put_cstr(out, "</p></li>\n");
}

static void put_texts(struct buffer *out, struct request *req, const struct db_result *res)
{
    if (res->rows == 0) {
        buffer_put_cstr(out,
            "<p class=\"empty\">No texts yet. Put one in, make a group below, or ask a friend for "
            "the link of theirs.</p>\n");
        return;
    }
    buffer_put_cstr(out, "<ul class=\"list\">\n");
    for (int row = 0; row < res->rows; row++)
        if (door_admits_text(req->reader, res, row) == DOOR_ADMITTED)
            put_text(out, req, res, row);
    buffer_put_cstr(out, "</ul>\n");
    if (res->rows == TEXTS_MAX)
        buffer_put_cstr(out, "<p class=\"hint\">Older ones are found through their groups.</p>\n");
}

static void put_group(struct buffer *out, struct request *req, const struct db_result *res, int row)
{
    struct str role = db_get_text(res, row, "role"), kind = db_get_text(res, row, "kind");
    int64_t members = db_get_long(res, row, "members");

    HTML(out, "<li><a class=\"title\" href=\"/g/{}\" dir=\"auto\">{}</a>",
        typeid_write(req->arena, "grp", db_get_uuid(res, row, "id")),
        db_get_text(res, row, "name"));
    if (str_eq(kind, STR("group")))
        HTML(out, "<p class=\"facts\">{}{}</p>",
            members == 1 ? STR("only you")
                         : arena_printf(req->arena, "%lld members", (long long)members),
            str_eq(role, STR("member"))
                ? STR("")
                : arena_printf(req->arena, " · you are its %.*s", STR_ARG(role)));
    buffer_put_cstr(out, "</li>\n");
}

static void put_groups(struct buffer *out, struct request *req, const struct db_result *res)
{
    buffer_put_cstr(out, "<section id=\"groups\">\n<h2>Groups</h2>\n<ul class=\"list groups\">\n");
    for (int row = 0; row < res->rows; row++)
        if (!str_eq(db_get_text(res, row, "kind"), STR("personal")))
            put_group(out, req, res, row);
    buffer_put_cstr(out, "</ul>\n");
}

/* A group can be made before there is a text for it. */
static void put_founding(struct buffer *out)
{
    buffer_put_cstr(out,
        "<form id=\"found\" class=\"js-only\"><h3>Make a group</h3>"
        "<p class=\"hint\">You invite others and put texts in afterwards. Only its members know of "
        "it, until you say otherwise.</p><p class=\"fault\" role=\"alert\" hidden></p>"
        "<div class=\"link-row\"><input type=\"text\" name=\"name\" required maxlength=\"100\" "
        "dir=\"auto\" autocomplete=\"off\" aria-label=\"The name of a new group\" "
        "placeholder=\"The name of a new group\">"
        "<button type=\"submit\">Make a group</button></div></form>\n</section>\n");
}

static void put_landing(struct buffer *out, struct request *req, const struct db_result *texts)
{
    buffer_put_cstr(out,
        "<main id=\"main\" class=\"page\">\n<div class=\"hero\">\n"
        "<h1>Read together, in the margin.</h1>\n"
        "<p>Put a text in, send your group a link, and talk about it where it matters: beside the "
        "passage itself.</p>\n<p><a class=\"button main\" href=\"/signin\">Sign in</a></p>\n"
        "<p class=\"hint\">New here? Open the link that somebody from your group has sent "
        "you.</p>\n</div>\n");
    if (texts->rows > 0) {
        buffer_put_cstr(out, "<h2>Open to everybody</h2>\n");
        put_texts(out, req, texts);
    }
    buffer_put_cstr(out, "</main>\n");
}

static enum step on_read(struct request *req, const struct db_result *res)
{
    struct buffer out = { 0 };

    if (res[0].err != ERR_NONE)
        return respond_db_error(req, &res[0]);
    page_begin(&out, req, &(struct page){ .title = STR("Texts"), .script = "texts.js" });
    if (!is_signed_in(req)) {
        put_landing(&out, req, &res[0]);
        return page_end(&out, req, 200);
    }
    buffer_put_cstr(&out,
        "<main id=\"main\" class=\"page\">\n<header class=\"split\"><h1>Texts</h1>"
        "<p class=\"row\"><a class=\"button\" href=\"#groups\">Groups</a>"
        "<a class=\"button main\" href=\"/new\">Put a text in</a></p></header>\n");
    put_texts(&out, req, &res[0]);
    put_groups(&out, req, &res[1]);
    put_founding(&out);
    buffer_put_cstr(&out, "</main>\n");
    return page_end(&out, req, 200);
}
