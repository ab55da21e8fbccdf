/* A text's revisions: what was changed when and by whom, any two of them to be compared. */
#include "reader/about.h"
#include "reader/reader.h"

#include "sql.h"
#include "step/await.h"
#include "visibility/door.h"

#include <stdlib.h>

#define REVISIONS_MAX 100

static enum step on_history(struct request *req, const struct db_result *res);

/* `?before=`: the number of the revision below which the list goes on. */
static struct db_param before(struct request *req)
{
    struct str given = request_query(req, "before");
    long number = str_given(given) ? strtol(arena_cstr(req->arena, given), NULL, 10) : 0;

    return number > 0 && number < INT32_MAX ? db_int((int)number) : db_null();
}

/* GET /d/{document}/history (pageHistory) */
enum step page_history(struct request *req)
{
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "doc", &id))
        return respond_not_here(req);
    return AWAIT_ALL(req, DB_READ, on_history, about_call(req, id),
        { &sql_documents_revisions,
            DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader), db_uuid(id),
                before(req), db_int(REVISIONS_MAX + 1)) });
}

/* Which two to compare; at first, the last change. */
static void put_pair(struct buffer *out, struct request *req, struct str id, int number, int row)
{
    static const char *const names[] = { "from", "to" }, *const words[] = { "From", "To" };

    buffer_put_cstr(out, "<span class=\"pair\">");
    for (int i = 0; i < 2; i++)
        HTML(out,
            "<label class=\"inline\"><input type=\"radio\" name=\"{}\" value=\"{}\"{} required> "
            "<span>{}<span class=\"unseen\"> revision {}</span></span></label>",
            str_from(names[i]), id, row == 1 - i ? STR(" checked") : STR(""), str_from(words[i]),
            arena_printf(req->arena, "%d", number));
    buffer_put_cstr(out, "</span>");
}

/* Is it the first of those credited to its author? */
static bool is_first_of(const struct credits *credits, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (uuid_eq(credits->at[i].author.id, credits->at[at].author.id))
            return false;
    return true;
}

/* "With 3 suggestions by Ann, Ben": whose they were, each by the name that this reader may know. */
static void put_credits(struct buffer *out, struct request *req, const struct credits *credits)
{
    bool any = false;

    if (credits->count == 0)
        return;
    HTML(out, "<p class=\"credit\">With {} {} by ", arena_printf(req->arena, "%zu", credits->count),
        credits->count == 1 ? STR("suggestion") : STR("suggestions"));
    for (size_t i = 0; i < credits->count; i++) {
        const struct author *author = &credits->at[i].author;
        if (!is_first_of(credits, i))
            continue;
        HTML(out, "{}<a href=\"/n/{}\"><bdi>{}</bdi></a>", any ? STR(", ") : STR(""),
            typeid_write(req->arena, "ann", credits->at[i].annotation), author->display_name);
        any = true;
    }
    buffer_put_cstr(out, "</p>");
}

static void put_revision(struct buffer *out, struct request *req, const struct db_result *res,
    int row, const struct credits *credits, bool is_now)
{
    struct str id = typeid_write(req->arena, "rev", db_get_uuid(res, row, "id"));
    int number = db_get_int(res, row, "number");

    HTML(out, "<li data-revision=\"{}\"><a class=\"title\" href=\"/d/{}@{}\">Revision {}</a>", id,
        request_param(req, 0), id, arena_printf(req->arena, "%d", number));
    if (res->rows > 1)
        put_pair(out, req, id, number, row);
    buffer_put_cstr(out, "<p class=\"facts\">");
    html_time(out, db_get_time(res, row, "created_at"));
    HTML(out, " · <bdi>{}</bdi> · {} characters{}</p>", putter_called(req, res, row),
        arena_printf(req->arena, "%d", db_get_int(res, row, "chars")),
        is_now ? STR(" · as it is now") : STR(""));
    if (!db_is_null(res, row, "note"))
        HTML(out, "<p class=\"why\" dir=\"auto\">{}</p>", db_get_text(res, row, "note"));
    put_credits(out, req, credits);
    buffer_put_cstr(out, "</li>\n");
}

/* False: what was read of the credits is not for this reader. */
static bool put_list(struct buffer *out, struct request *req, const struct db_result *about,
    const struct db_result *res)
{
    struct uuid now = db_get_uuid(about, 0, "current_revision_id");
    int rows = res->rows > REVISIONS_MAX ? REVISIONS_MAX : res->rows;

    HTML(out,
        "<form id=\"compare\" action=\"/d/{}/diff\" method=\"get\">\n<ol class=\"list revisions\" "
        "reversed>\n",
        request_param(req, 0));
    for (int row = 0; row < rows; row++) {
        struct credits credits;
        if (door_credits(req->arena, req->reader, res, row, &credits) != DOOR_ADMITTED)
            return false;
        put_revision(out, req, res, row, &credits, uuid_eq(now, db_get_uuid(res, row, "id")));
    }
    buffer_put_cstr(out, "</ol>\n<div class=\"row\">");
    if (rows > 1)
        buffer_put_cstr(out, "<button type=\"submit\" class=\"main\">Compare the two</button>");
    if (rows < res->rows)
        HTML(out, "<a class=\"button\" href=\"/d/{}/history?before={}\">Older ones</a>",
            request_param(req, 0),
            arena_printf(req->arena, "%d", db_get_int(res, rows - 1, "number")));
    buffer_put_cstr(out, "</div>\n</form>\n");
    return true;
}

static enum step on_history(struct request *req, const struct db_result *res)
{
    struct buffer out = { 0 };

    for (int i = 0; i < 2; i++)
        if (res[i].err != ERR_NONE)
            return respond_db_error(req, &res[i]);
    if (!about_admits(req, &res[0]))
        return respond_kept_out(req, &res[0]);
    about_begin(&out, req, &res[0], "History", "history.js");
    if (!put_list(&out, req, &res[0], &res[1])) {
        buffer_drop(&out);
        return respond_problem(req, PROBLEM_INTERNAL);
    }
    buffer_put_cstr(&out, "</main>\n");
    return page_end(&out, req, 200);
}
