/* The reading page: the text as it is stored, for the scripts to put the margin beside it. */
#include "base/utf8.h"
#include "base/writer.h"
#include "reader/page.h"
#include "reader/reader.h"
#include "reader/endnotes.h"
#include "formats/script.h"
#include "groups/groups.h"
#include "sql.h"
#include "step/await.h"
#include "visibility/door.h"

#define ENDNOTES_MAX 1000
/* More annotations than these the scripts do not load all at once: what is near the screen first.
 */
#define MANY 200

static enum step on_text(struct request *req, const struct db_result *res);

/* `revision`: which one; null: the text as it is now. */
static enum step read_text(struct request *req, struct db_param revision)
{
    const struct reader *reader = req->reader;
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "doc", &id))
        return respond_not_here(req);
    struct db_param none = db_null();
    return AWAIT_ALL(req, DB_SLOW, on_text,
        { &sql_reader_document,
            DB_PARAMS(db_uuid(reader->id), reads_param(req->arena, reader), db_uuid(id),
                true_pass_param(req->arena, reader), deed_roles(req->arena, DEED_MANAGE_TEXTS),
                revision) },
        { &sql_annotations_list_of_document,
            DB_PARAMS(db_uuid(reader->id), reads_param(req->arena, reader),
                db_int(ENDNOTES_MAX + 1), none, none, none, none, none, none, none, none,
                muted_param(req->arena, reader), none, db_uuid(id), none, none, revision) },
        { &sql_reader_groups_of_text,
            DB_PARAMS(db_uuid(reader->id), true_pass_param(req->arena, reader), db_uuid(id)) });
}

/* GET /d/{document} (pageReader) */
enum step page_reader(struct request *req)
{
    return read_text(req, db_null());
}

/* GET /d/{document}@{revision} (pageRevision): the text as it was, and the notes as they stood. */
enum step page_revision(struct request *req)
{
    struct uuid revision;

    if (!typeid_read(request_param(req, 1), "rev", &revision))
        return respond_not_here(req);
    return read_text(req, db_uuid(revision));
}

/* Is a revision shown, and not whatever the text is now? */
static bool shows_revision(const struct request *req)
{
    return str_given(request_param(req, 1));
}

/* What is for its owner alone, and what for all who may change it. */
static void put_owners_tools(struct buffer *out, struct request *req, const struct db_result *res)
{
    if (shows_revision(req))
        return;
    if (db_get_bool(res, 0, "may_edit"))
        HTML(out, "<li><a href=\"/d/{}/edit\">Edit</a></li>", request_param(req, 0));
    if (uuid_eq(db_get_uuid(res, 0, "owner_id"), req->reader->id))
        buffer_put_cstr(out,
            "<li class=\"js-only\"><button type=\"button\" class=\"quiet\" data-text=\"rename\">"
            "Rename</button></li><li class=\"js-only\"><button type=\"button\" class=\"quiet\" "
            "data-text=\"annotating\">Who may write on it</button></li>"
            "<li class=\"js-only\"><button type=\"button\" class=\"quiet\" data-text=\"move\">"
            "Move to another group</button></li>"
            "<li class=\"js-only\"><button type=\"button\" class=\"quiet\" "
            "data-text=\"delete\">Delete</button></li>");
}

/* What one may do with the text as a whole. */
static void put_tools(struct buffer *out, struct request *req, const struct db_result *res)
{
    struct str document = request_param(req, 0);

    buffer_put_cstr(out, "<div class=\"row about\">");
    if (is_signed_in(req) && !shows_revision(req))
        buffer_put_cstr(out,
            "<button type=\"button\" id=\"about-whole\" class=\"quiet js-only\">Write about the "
            "whole text</button>");
    HTML(out,
        "<details class=\"menu\"><summary>More</summary><ul>"
        "<li><a href=\"/d/{}/history\">History</a></li>"
        "<li><a href=\"/api/v1/documents/{}/export.md\">Text and notes as Markdown</a></li>"
        "<li><a href=\"/api/v1/documents/{}/original\">The text as it was put in</a></li>",
        document, document, document);
    put_owners_tools(out, req, res);
    buffer_put_cstr(out, "</ul></details></div>");
}

/* Where the owner does not let all its readers write on it. */
static void put_limits(struct buffer *out, const struct db_result *res)
{
    struct str annotating = db_get_text(res, 0, "annotating");

    if (str_eq(annotating, STR("none")))
        buffer_put_cstr(out,
            "<p class=\"limits\">Its owner has switched notes off. What you write here, you alone "
            "read.</p>");
    else if (str_eq(annotating, STR("groups")))
        buffer_put_cstr(
            out, "<p class=\"limits\">Its owner lets only some groups write notes on it.</p>");
}

/* A text that begins with its own title needs no other heading. */
static void put_heading(struct buffer *out, struct request *req, const struct db_result *res)
{
    bool has_own = str_starts(db_get_text(res, 0, "html"), STR("<h1"));

    buffer_put_cstr(out, "<header>");
    if (!has_own)
        HTML(out, "<h1 dir=\"auto\">{}</h1>", db_get_text(res, 0, "title"));
    HTML(out, "<p>{} · put in by <span dir=\"auto\">{}</span> · ",
        group_title(db_get_text(res, 0, "group_kind"), db_get_text(res, 0, "group_name")),
        putter_called(req, res, 0));
    html_time(out, db_get_time(res, 0, "created_at"));
    buffer_put_cstr(out, "<span id=\"count\"></span></p>");
    if (!shows_revision(req))
        put_limits(out, res);
    put_tools(out, req, res);
    buffer_put_cstr(out, "</header>\n");
}

/* Plain text whose lines were ended at a typewriter's width, not where its author meant an end:
 * most lines that another follows are nearly as long as a line of print. Verse is shorter. */
static bool is_hard_wrapped(struct str html)
{
    struct str line, rest = html;
    size_t inside = 0, full = 0;

    while (str_cut(rest, '\n', &line, &rest)) {
        if (str_ends(line, STR("</p>")) || line.bytes == 0)
            continue;
        size_t opening = str_starts(line, STR("<p ")) ? str_find(line, STR(">"), 0) + 1 : 0;
        size_t chars = utf8_chars(str_slice(line, opening, line.bytes));
        inside++;
        full += chars >= 45 && chars <= 100;
    }
    return inside >= 5 && full * 10 >= inside * 8;
}

static struct str body_class(const struct db_result *res)
{
    if (!str_eq(db_get_text(res, 0, "format"), STR("text/plain")))
        return STR("rich");
    return is_hard_wrapped(db_get_text(res, 0, "html")) ? STR("wrapped") : STR("plain");
}

/* As its owner says, else as its script does. */
static struct str language_of(const struct db_result *res)
{
    struct str said = db_get_text(res, 0, "language");

    return str_given(said) ? said : script_of_html(db_get_text(res, 0, "html")).language;
}

static void put_text(struct buffer *out, struct request *req, const struct db_result *res,
    const struct blocks *blocks, const struct endnotes *notes)
{
    struct str language = language_of(res);

    buffer_put_cstr(out, "<article id=\"text\" class=\"text\" tabindex=\"-1\"");
    if (str_given(language))
        HTML(out, " lang=\"{}\"", language);
    buffer_put_cstr(out, ">");
    put_heading(out, req, res);
    HTML(out, "<div id=\"body\" class=\"{}\">\n", body_class(res));
    html_text_with_notes(out, req->arena, blocks, notes);
    buffer_put_cstr(out, "</div>\n</article>\n");
}

/* The groups of reader/groups_of_text.sql, as JSON for the scripts. */
static struct str groups_json(struct arena *arena, const struct db_result *res)
{
    struct writer json;

    writer_start(&json);
    writer_array(&json);
    for (int row = 0; row < res->rows; row++) {
        bool own = str_eq(db_get_text(res, row, "kind"), STR("personal"));
        writer_object(&json);
        writer_key_text(&json, "id", typeid_write(arena, "grp", db_get_uuid(res, row, "id")));
        writer_key_text(&json, "kind", own ? STR("mine") : db_get_text(res, row, "kind"));
        writer_key_text(&json, "name", db_get_text(res, row, "name"));
        writer_key_bool(&json, "reads", db_get_int(res, row, "rank") < 2);
        writer_key_bool(&json, "writes", db_get_bool(res, row, "may_write"));
        writer_key_bool(&json, "independent", db_get_bool(res, row, "independent"));
        writer_object_end(&json);
    }
    writer_array_end(&json);
    return writer_finish(&json, arena);
}

/* What the scripts need to know. A text from right to left has its margin on the left. */
static void put_main(struct buffer *out, struct request *req, const struct db_result *res,
    const struct endnotes *notes)
{
    struct arena *arena = req->arena;

    buffer_put_cstr(out,
        script_of_html(db_get_text(res, 0, "html")).is_right_to_left ? "<main dir=\"rtl\" "
                                                                     : "<main dir=\"ltr\" ");
    HTML(out, "id=\"reader\" data-document=\"{}\" data-revision=\"{}\" data-me=\"{}\" ",
        request_param(req, 0), typeid_write(arena, "rev", db_get_uuid(res, 0, "revision_id")),
        is_signed_in(req) ? typeid_write(arena, "usr", req->reader->id) : STR(""));
    HTML(out, "data-group=\"{}\" data-groups=\"{}\"{}{}{}>\n",
        typeid_write(arena, "grp", db_get_uuid(res, 0, "group_id")), groups_json(arena, &res[2]),
        notes->count + notes->reply_count > MANY ? STR(" data-many") : STR(""),
        shows_revision(req) ? STR(" data-then") : STR(""),
        db_get_bool(res, 0, "may_edit") ? STR(" data-may-edit") : STR(""));
}

static void put_margin(struct buffer *out)
{
    buffer_put_cstr(out,
        "<aside id=\"margin\" class=\"margin\" dir=\"ltr\" aria-label=\"Notes\"><h2>Notes</h2>\n"
        "<p id=\"no-notes\" hidden>Nothing here yet. Select a passage to write about it.</p>\n"
        "<ol id=\"threads\"></ol></aside>\n");
}

/* Above the text: that it is an old one, and the ways to what it became. */
static void put_then(struct buffer *out, struct request *req, const struct db_result *res)
{
    struct str document = request_param(req, 0), revision = request_param(req, 1);
    struct uuid now = db_get_uuid(res, 0, "current_revision_id");
    bool is_now = uuid_eq(now, db_get_uuid(res, 0, "revision_id"));

    HTML(out,
        "<section class=\"then\" aria-label=\"Which revision this is\"><p>This is revision {} of "
        "the "
        "text, of ",
        arena_printf(req->arena, "%d", db_get_int(res, 0, "number")));
    html_time(out, db_get_time(res, 0, "created_at"));
    HTML(out, " by <span dir=\"auto\">{}</span>{}. ", db_get_text(res, 0, "revised_by"),
        is_now ? STR(", which stands now") : STR(", with the notes as they stood then"));
    HTML(out, "<span class=\"ways\"><a href=\"/d/{}\">The text as it is now</a>", document);
    if (!is_now)
        HTML(out, " · <a href=\"/d/{}/diff?from={}&amp;to={}\">What has changed since</a>",
            document, revision, typeid_write(req->arena, "rev", now));
    HTML(out, " · <a href=\"/d/{}/history\">History</a></span></p></section>\n", document);
}

static struct str title_of(struct request *req, const struct db_result *res)
{
    struct str title = db_get_text(res, 0, "title");

    return shows_revision(req) ? arena_printf(req->arena, "%.*s (revision %d)", STR_ARG(title),
                                     db_get_int(res, 0, "number"))
                               : title;
}

static enum step respond_text(
    struct request *req, const struct db_result *res, const struct annotation_list *list)
{
    struct buffer out = { 0 };
    struct endnotes notes = endnotes_of(req->arena, list);
    struct blocks blocks = blocks_of(req->arena, db_get_text(res, 0, "html"));
    struct str group = typeid_write(req->arena, "grp", db_get_uuid(res, 0, "group_id"));

    page_begin(&out, req,
        &(struct page){ .title = title_of(req, res),
            .script = "reader.js",
            .where =
                group_title(db_get_text(res, 0, "group_kind"), db_get_text(res, 0, "group_name")),
            .where_link = arena_printf(req->arena, "/g/%.*s", STR_ARG(group)),
            .reads = true });
    buffer_put_cstr(&out, "<p id=\"state\" role=\"status\" hidden></p>\n");
    if (shows_revision(req))
        put_then(&out, req, res);
    put_main(&out, req, res, &notes);
    put_text(&out, req, res, &blocks, &notes);
    put_margin(&out);
    html_endnotes(&out, req->arena, &blocks, &notes);
    buffer_put_cstr(&out, "</main>\n");
    return page_end(&out, req, 200);
}

static enum step on_text(struct request *req, const struct db_result *res)
{
    struct annotation_list notes;

    for (int i = 0; i < 3; i++)
        if (res[i].err != ERR_NONE)
            return respond_db_error(req, &res[i]);
    enum door door = res[0].rows ? door_admits_text(req->reader, &res[0], 0) : DOOR_WITHHELD;
    if (door == DOOR_WITHHELD)
        return respond_not_here(req);
    if (door == DOOR_BROKEN ||
        !door_annotations(req->arena, req->reader, &res[1], ENDNOTES_MAX, &notes))
        return respond_problem(req, PROBLEM_INTERNAL);
    return respond_text(req, &res[0], &notes);
}
