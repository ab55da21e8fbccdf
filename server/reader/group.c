#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"
#include "visibility/door.h"

#define EVERYONE_ID "grp_00000000000000000000000001"

static enum step on_read(struct request *req, const struct db_result *res);

/* GET /g/{group} (pageGroup) */
enum step page_group(struct request *req)
{
    const struct reader *reader = req->reader;
    struct str name = request_param(req, 0);
    struct uuid id;

    if (str_eq(name, STR("everyone")))
        name = STR(EVERYONE_ID);
    if (!typeid_read(name, "grp", &id))
        return respond_not_here(req);
    struct db_param reads = reads_param(req->arena, reader);
    return AWAIT_ALL(req, DB_READ, on_read,
        { &sql_reader_group,
            DB_PARAMS(db_uuid(reader->id), true_pass_param(req->arena, reader), db_uuid(id)) },
        { &sql_reader_group_texts, DB_PARAMS(reads, db_uuid(id)) },
        { &sql_reader_group_members, DB_PARAMS(db_uuid(reader->id), db_uuid(id)) });
}

static void put_texts(struct buffer *out, struct request *req, const struct db_result *res)
{
    if (res->rows == 0) {
        buffer_put_cstr(out, "<p class=\"empty\">No texts here yet.</p>\n");
        return;
    }
    buffer_put_cstr(out, "<ul class=\"list\">\n");
    for (int row = 0; row < res->rows; row++) {
        if (door_admits_text(req->reader, res, row) != DOOR_ADMITTED)
            continue;
        HTML(out,
            "<li><a class=\"title\" href=\"/d/{}\" dir=\"auto\">{}</a><p class=\"facts\">{} · ",
            typeid_write(req->arena, "doc", db_get_uuid(res, row, "id")),
            db_get_text(res, row, "title"), db_get_text(res, row, "owner_name"));
        html_time(out, db_get_time(res, row, "updated_at"));
        buffer_put_cstr(out, "</p></li>\n");
    }
    buffer_put_cstr(out, "</ul>\n");
}

static void put_link(struct buffer *out, struct request *req, const struct db_result *res)
{
    struct str path = arena_printf(req->arena, "/join/%.*s", STR_ARG(db_get_text(res, 0, "code")));

    HTML(out,
        "<div class=\"link-row\"><input type=\"text\" id=\"join-link\" readonly "
        "aria-label=\"Join link\" value=\"{}\">"
        "<button type=\"button\" class=\"js-only\" data-copy=\"join-link\">Copy</button>"
        "<button type=\"button\" class=\"quiet js-only\" data-end-link=\"{}\">End "
        "it</button></div>\n",
        app_url(req->arena, req->app, path),
        typeid_write(req->arena, "inv", db_get_uuid(res, 0, "invitation_id")));
    buffer_put_cstr(out,
        "<p class=\"hint\">Whoever has this link can join, also somebody who left or was removed. "
        "End it when all are here.</p>\n");
}

/* The link when there is one, else the button that makes it. */
static void put_invitation(struct buffer *out, struct request *req, const struct db_result *res)
{
    buffer_put_cstr(out, "<h2>Invite others</h2>\n");
    if (!db_is_null(res, 0, "code"))
        put_link(out, req, res);
    else
        buffer_put_cstr(out,
            "<form id=\"invite\"><p class=\"fault\" role=\"alert\" hidden></p>"
            "<button type=\"submit\">Make a join link</button></form>\n");
}

/* What an owner may do with another member. */
static void put_member_buttons(struct buffer *out, struct str user, bool is_owner)
{
    if (!is_owner)
        HTML(out,
            "<button type=\"button\" class=\"quiet js-only\" data-make-owner=\"{}\">"
            "Make owner</button>",
            user);
    HTML(out,
        "<button type=\"button\" class=\"quiet js-only\" data-remove-member=\"{}\">"
        "Remove</button>",
        user);
}

static void put_member(
    struct buffer *out, struct request *req, const struct db_result *res, int row, bool owns)
{
    struct uuid id = db_get_uuid(res, row, "id");
    bool is_owner = str_eq(db_get_text(res, row, "role"), STR("owner"));

    HTML(out, "<li><span dir=\"auto\">{}</span><span class=\"facts\">{}</span>",
        db_get_text(res, row, "display_name"), is_owner ? STR("owner") : STR(""));
    if (owns && !uuid_eq(id, req->reader->id))
        put_member_buttons(out, typeid_write(req->arena, "usr", id), is_owner);
    buffer_put_cstr(out, "</li>\n");
}

static void put_members(
    struct buffer *out, struct request *req, const struct db_result *res, bool owns)
{
    if (res->rows == 0)
        return;
    buffer_put_cstr(out, "<h2>Members</h2>\n<ul class=\"list members\">\n");
    for (int row = 0; row < res->rows; row++)
        put_member(out, req, res, row, owns);
    buffer_put_cstr(out, "</ul>\n");
}

static void put_renaming(struct buffer *out, struct str name)
{
    HTML(out,
        "<h2>Rename</h2>\n<form id=\"rename\"><p class=\"fault\" role=\"alert\" hidden></p>"
        "<div class=\"link-row\"><input type=\"text\" name=\"name\" aria-label=\"Name\" required "
        "maxlength=\"100\" dir=\"auto\" value=\"{}\"><button type=\"submit\">Rename</button></div>"
        "</form>\n",
        name);
}

static void put_leaving(struct buffer *out)
{
    buffer_put_cstr(out,
        "<h2>Leave</h2>\n<form id=\"leave\"><p class=\"fault\" role=\"alert\" hidden></p>"
        "<button type=\"submit\" class=\"danger\">Leave this group</button></form>\n");
}

static void put_dissolving(struct buffer *out)
{
    buffer_put_cstr(out,
        "<h2>Delete</h2>\n<p class=\"hint\">A group can be deleted once no text has its home "
        "there: move or delete its texts first.</p>\n"
        "<form id=\"dissolve\"><p class=\"fault\" role=\"alert\" hidden></p>"
        "<button type=\"submit\" class=\"danger\">Delete this group</button></form>\n");
}

static void put_group(struct buffer *out, struct request *req, const struct db_result *res)
{
    struct str kind = db_get_text(&res[0], 0, "kind"), role = db_get_text(&res[0], 0, "role");
    bool owns = str_eq(role, STR("owner")), common = str_eq(kind, STR("group"));
    struct str id = typeid_write(req->arena, "grp", db_get_uuid(&res[0], 0, "id"));

    HTML(out,
        "<main id=\"main\" class=\"page\" data-group=\"{}\" data-me=\"{}\">\n"
        "<header class=\"split\"><h1 dir=\"auto\">{}</h1>",
        id, is_signed_in(req) ? typeid_write(req->arena, "usr", req->reader->id) : STR_NONE,
        group_title(kind, db_get_text(&res[0], 0, "name")));
    if (str_given(role))
        HTML(out, "<a class=\"button main\" href=\"/new?group={}\">Put a text in</a>", id);
    HTML(out, "</header>\n<p class=\"lead\" dir=\"auto\">{}</p>\n",
        db_get_text(&res[0], 0, "description"));
    put_texts(out, req, &res[1]);
    if (owns && common)
        put_invitation(out, req, &res[0]);
    if (common)
        put_members(out, req, &res[2], owns);
    if (owns && common)
        put_renaming(out, db_get_text(&res[0], 0, "name"));
    if (str_given(role) && common)
        put_leaving(out);
    if (owns && common)
        put_dissolving(out);
    buffer_put_cstr(out, "</main>\n");
}

static enum step on_read(struct request *req, const struct db_result *res)
{
    struct buffer out = { 0 };

    if (res[0].err != ERR_NONE)
        return respond_db_error(req, &res[0]);
    if (res[0].rows == 0)
        return respond_not_here(req);
    page_begin(&out, req,
        &(struct page){
            .title = group_title(db_get_text(&res[0], 0, "kind"), db_get_text(&res[0], 0, "name")),
            .script = "group.js" });
    put_group(&out, req, res);
    return page_end(&out, req, 200);
}
