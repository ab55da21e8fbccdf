#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"
#include "visibility/door.h"

#include <stdlib.h>

#define MEMBERS_MAX 200
#define TEXTS_MAX 100
#define EVERYONE_ID "grp_00000000000000000000000001"

static enum step on_read(struct request *req, const struct db_result *res);

/* `?texts=`: how many of them come before those that are shown. */
static int passed_over(struct request *req)
{
    struct str given = request_query(req, "texts");
    long count = str_given(given) ? strtol(arena_cstr(req->arena, given), NULL, 10) : 0;

    return count > 0 && count < INT32_MAX - TEXTS_MAX ? (int)count : 0;
}

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
        { &sql_reader_group_texts,
            DB_PARAMS(db_uuid(reader->id), reads, db_uuid(id), db_int(passed_over(req)),
                db_int(TEXTS_MAX + 1)) },
        { &sql_groups_members,
            DB_PARAMS(db_uuid(id), db_uuid(reader->id), db_int(MEMBERS_MAX + 1), db_null(),
                db_null(), db_null()) });
}

/* -- what it is, in words ---------------------------------------------------------------------- */

static const char *who_reads(struct str access)
{
    if (str_eq(access, STR("open")))
        return "Open: everybody with an account here may read, write and join.";
    if (str_eq(access, STR("restricted")))
        return "Others may read along; only members write. Who wants to join asks.";
    return "Private: only its members know of it, read and write here.";
}

/* Every member is told, whatever holds. */
static const char *who_is_named(bool anonymous, bool leaders_see_through)
{
    if (anonymous)
        return leaders_see_through ? "Members write under other names: they do not see who is "
                                     "behind one, those who lead the group do."
                                   : "Members write under other names: nobody in the group sees "
                                     "who is behind one, those who lead it neither.";
    return leaders_see_through
        ? "Members see each other’s names. Who takes another name here is still known to those who "
          "lead the group."
        : "Members see each other’s names. Who takes another name here is known to nobody in it.";
}

void html_group_rules(struct buffer *out, const struct db_result *res)
{
    HTML(out, "<ul class=\"rules\">\n<li>{}</li>\n<li>{}</li>\n",
        str_from(who_reads(db_get_text(res, 0, "access"))),
        str_from(who_is_named(
            db_get_bool(res, 0, "anonymous"), db_get_bool(res, 0, "leaders_see_through"))));
    if (db_get_bool(res, 0, "premoderated"))
        buffer_put_cstr(out,
            "<li>What members write is looked at by who leads the group before others see "
            "it.</li>\n");
    buffer_put_cstr(out, "</ul>\n");
}

/* -- the page ---------------------------------------------------------------------------------- */

/* "when you have written 3 notes of your own, or when it is opened for all". Leaders see
 * everything, so to them it is said of the members. */
static void put_ways(
    struct buffer *out, struct request *req, const struct db_result *res, int row, bool leads)
{
    struct str who = leads ? STR("they") : STR("you");

    if (!db_is_null(res, row, "own_count")) {
        int32_t own = db_get_int(res, row, "own_count");
        HTML(out, "when {} have written {} of {} own, ", who,
            own == 1 ? STR("a note") : arena_printf(req->arena, "%d notes", (int)own),
            leads ? STR("their") : STR("your"));
    }
    if (db_get_bool(res, row, "by_reader"))
        HTML(out, "when {} say that {} have read it, ", who, who);
    if (!db_is_null(res, row, "due_at")) {
        buffer_put_cstr(out, "on ");
        html_time(out, db_get_time(res, row, "due_at"));
        buffer_put_cstr(out, ", ");
    }
}

static void put_reading(
    struct buffer *out, struct request *req, const struct db_result *res, int row, bool leads)
{
    bool other_ways = !db_is_null(res, row, "own_count") || db_get_bool(res, row, "by_reader") ||
        !db_is_null(res, row, "due_at");

    HTML(out, "<p class=\"facts sealed\">Each reads it for themselves first. {} see what {} wrote ",
        leads ? STR("Members") : STR("You"), leads ? STR("the others") : STR("others"));
    put_ways(out, req, res, row, leads);
    buffer_put_cstr(out, other_ways ? "or " : "");
    buffer_put_cstr(out, "when who leads the group opens it for all.</p>");
}

static void put_text(
    struct buffer *out, struct request *req, const struct db_result *res, int row, bool leads)
{
    struct str id = typeid_write(req->arena, "doc", db_get_uuid(res, row, "id"));

    HTML(out, "<li data-text=\"{}\" data-reading=\"{}\"{}>", id,
        db_get_bool(res, row, "sealed")         ? STR("sealed")
            : db_get_bool(res, row, "revealed") ? STR("revealed")
                                                : STR("together"),
        db_get_bool(res, row, "at_home") ? STR(" data-home") : STR(""));
    HTML(out, "<a class=\"title\" href=\"/d/{}\" dir=\"auto\">{}</a><p class=\"facts\">{} · ", id,
        db_get_text(res, row, "title"), putter_called(req, res, row));
    html_time(out, db_get_time(res, row, "updated_at"));
    buffer_put_cstr(out, "</p>");
    if (db_get_bool(res, row, "sealed"))
        put_reading(out, req, res, row, leads);
    buffer_put_cstr(out, "</li>\n");
}

/* To the texts before these, and to those behind them. */
static void put_ways_on(struct buffer *out, struct request *req, bool goes_on)
{
    int here = passed_over(req), before = here > TEXTS_MAX ? here - TEXTS_MAX : 0;

    if (here == 0 && !goes_on)
        return;
    buffer_put_cstr(out, "<p class=\"row ways\">");
    if (here > 0)
        HTML(out, "<a class=\"button\" rel=\"prev\" href=\"/g/{}?texts={}\">Texts before these</a>",
            request_param(req, 0), arena_printf(req->arena, "%d", before));
    if (goes_on)
        HTML(out, "<a class=\"button\" rel=\"next\" href=\"/g/{}?texts={}\">More texts</a>",
            request_param(req, 0), arena_printf(req->arena, "%d", here + TEXTS_MAX));
    buffer_put_cstr(out, "</p>\n");
}

static void put_texts(struct buffer *out, struct request *req, const struct db_result *group,
    const struct db_result *res)
{
    struct str role = db_get_text(group, 0, "role");
    bool leads = str_given(role) && !str_eq(role, STR("member"));

    buffer_put_cstr(out, "<section id=\"texts\" class=\"part\">\n<h2 tabindex=\"-1\">Texts</h2>\n");
    if (res->rows == 0)
        buffer_put_cstr(out, "<p class=\"empty\">No texts here yet.</p>\n");
    HTML(out, "<ol class=\"list texts\"{} start=\"{}\">\n",
        passed_over(req) ? STR(" data-later") : STR(""),
        arena_printf(req->arena, "%d", passed_over(req) + 1));
    for (int row = 0; row < res->rows && row < TEXTS_MAX; row++)
        if (door_admits_text(req->reader, res, row) == DOOR_ADMITTED)
            put_text(out, req, res, row, leads);
    buffer_put_cstr(out, "</ol>\n");
    put_ways_on(out, req, res->rows > TEXTS_MAX);
    buffer_put_cstr(out, "</section>\n");
}

/* As they are named to this reader: by a mask, where they wear one that the reader does not see
 * through. The statement shows them to members alone. */
static void put_members(struct buffer *out, const struct db_result *res)
{
    if (res->rows == 0)
        return;
    buffer_put_cstr(out,
        "<section id=\"members\" class=\"part\">\n<h2 tabindex=\"-1\">Members</h2>\n"
        "<div class=\"fill\"><ul class=\"list members\">\n");
    for (int row = 0; row < res->rows && row < MEMBERS_MAX; row++)
        HTML(out,
            "<li><span class=\"name\" dir=\"auto\">{}</span><span class=\"facts "
            "role\">{}</span></li>\n",
            db_get_text(res, row, "display_name"),
            str_eq(db_get_text(res, row, "role"), STR("member")) ? STR("")
                                                                 : db_get_text(res, row, "role"));
    buffer_put_cstr(out, "</ul>");
    if (res->rows > MEMBERS_MAX)
        buffer_put_cstr(out, "<p class=\"hint\">And others, whom it takes scripts to see.</p>");
    buffer_put_cstr(out, "</div>\n</section>\n");
}

static struct str title_of(const struct db_result *res)
{
    return group_title(db_get_text(res, 0, "kind"), db_get_text(res, 0, "name"));
}

static void put_group(struct buffer *out, struct request *req, const struct db_result *res)
{
    struct str id = typeid_write(req->arena, "grp", db_get_uuid(&res[0], 0, "id"));
    bool writes = str_given(db_get_text(&res[0], 0, "role")) ||
        (is_signed_in(req) && str_eq(db_get_text(&res[0], 0, "access"), STR("open")));

    HTML(out,
        "<main id=\"main\" class=\"page group\" data-group=\"{}\" data-me=\"{}\">\n"
        "<header class=\"split\"><h1 dir=\"auto\">{}</h1>",
        id, is_signed_in(req) ? typeid_write(req->arena, "usr", req->reader->id) : STR_NONE,
        title_of(&res[0]));
    if (writes)
        HTML(out, "<a class=\"button main\" href=\"/new?group={}\">Put a text in</a>", id);
    buffer_put_cstr(out, "</header>\n");
    if (str_given(db_get_text(&res[0], 0, "description")))
        HTML(
            out, "<p class=\"lead\" dir=\"auto\">{}</p>\n", db_get_text(&res[0], 0, "description"));
    if (str_eq(db_get_text(&res[0], 0, "kind"), STR("group")))
        html_group_rules(out, &res[0]);
    if (str_eq(db_get_text(&res[0], 0, "kind"), STR("pair")))
        buffer_put_cstr(out,
            "<p class=\"hint\">For notes between you two, open any text that both of you read and "
            "choose “Just with …” below a new note. A text that is put in here is read by you two "
            "alone.</p>\n");
    buffer_put_cstr(out,
        "<p id=\"group-fault\" class=\"fault\" role=\"alert\" hidden></p>\n"
        "<nav class=\"parts js-only\" aria-label=\"In this group\" hidden><ul></ul></nav>\n");
    put_texts(out, req, &res[0], &res[1]);
    if (str_eq(db_get_text(&res[0], 0, "kind"), STR("group")))
        put_members(out, &res[2]);
    buffer_put_cstr(out,
        "<noscript><p class=\"hint\">Invitations and settings need scripts; all of it "
        "is in the API too.</p></noscript>\n</main>\n");
}

static enum step on_read(struct request *req, const struct db_result *res)
{
    struct buffer out = { 0 };

    if (res[0].err != ERR_NONE)
        return respond_db_error(req, &res[0]);
    if (res[0].rows == 0)
        return respond_not_here(req);
    page_begin(&out, req, &(struct page){ .title = title_of(&res[0]), .script = "group.js" });
    put_group(&out, req, res);
    return page_end(&out, req, 200);
}
