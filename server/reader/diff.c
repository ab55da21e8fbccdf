/* What differs between two revisions of a text, to be read with or without scripts. */
#include "reader/about.h"
#include "reader/reader.h"

#include "documents/documents.h"
#include "reader/changes.h"
#include "sql.h"
#include "step/await.h"
#include "visibility/door.h"

struct diff {
    struct str head; /* of the page, up to the differences */
    struct uuid document, from_id, to_id;
    const struct text_index *from, *to;
    struct str shown;
    size_t count;
    bool is_all;
};

static enum step on_revisions(struct request *req, const struct db_result *res);

/* A revision that the address names; false: it names none that can be. */
static bool asked_for(const struct request *req, const char *name, struct db_param *out)
{
    struct str given = request_query(req, name);
    struct uuid id;

    *out = db_null();
    if (!str_given(given))
        return true;
    if (!typeid_read(given, "rev", &id))
        return false;
    *out = db_uuid(id);
    return true;
}

/* GET /d/{document}/diff (pageDiff) */
enum step page_diff(struct request *req)
{
    struct diff *diff = arena_new(req->arena, struct diff);
    struct db_param from, to;

    if (!typeid_read(request_param(req, 0), "doc", &diff->document) ||
        !asked_for(req, "from", &from) || !asked_for(req, "to", &to))
        return respond_not_here(req);
    req->state = diff;
    return AWAIT_ALL(req, DB_READ, on_revisions, about_call(req, diff->document),
        { &sql_reader_two_revisions,
            DB_PARAMS(db_uuid(diff->document), from, to, db_uuid(req->reader->id),
                true_pass_param(req->arena, req->reader)) });
}

/* "from revision 2 (3 March by Ann)". */
static void put_revision(struct buffer *out, struct request *req, const struct db_result *res,
    const char *word, const char *columns[4])
{
    HTML(out, "<li>{} <a href=\"/d/{}@{}\">revision {}</a>, ", str_from(word),
        request_param(req, 0), typeid_write(req->arena, "rev", db_get_uuid(res, 0, columns[0])),
        arena_printf(req->arena, "%d", db_get_int(res, 0, columns[1])));
    html_time(out, db_get_time(res, 0, columns[2]));
    HTML(out, " by <bdi>{}</bdi></li>\n", db_get_text(res, 0, columns[3]));
}

static struct str head_of(
    struct request *req, const struct db_result *about, const struct db_result *res)
{
    struct buffer out = { 0 };

    about_begin(&out, req, about, "What changed", "diff.js");
    buffer_put_cstr(&out, "<ul class=\"facts between\">\n");
    put_revision(&out, req, res, "From",
        (const char *[]){ "from_id", "from_number", "from_at", "from_author" });
    put_revision(
        &out, req, res, "to", (const char *[]){ "to_id", "to_number", "to_at", "to_author" });
    buffer_put_cstr(&out, "</ul>\n");
    if (!db_is_null(res, 0, "to_note"))
        HTML(&out, "<p class=\"why\" dir=\"auto\">{}</p>\n", db_get_text(res, 0, "to_note"));
    return buffer_finish(&out, req->arena);
}

static enum step on_from(struct request *req, const struct text_index *text);

static enum step on_revisions(struct request *req, const struct db_result *res)
{
    struct diff *diff = req->state;

    for (int i = 0; i < 2; i++)
        if (res[i].err != ERR_NONE)
            return respond_db_error(req, &res[i]);
    if (!about_admits(req, &res[0]))
        return respond_kept_out(req, &res[0]);
    if (res[1].rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    diff->head = head_of(req, &res[0], &res[1]);
    diff->from_id = db_get_uuid(&res[1], 0, "from_id");
    diff->to_id = db_get_uuid(&res[1], 0, "to_id");
    return await_text(req, diff->document, diff->from_id, on_from);
}

static enum step on_to(struct request *req, const struct text_index *text);

static enum step on_from(struct request *req, const struct text_index *text)
{
    struct diff *diff = req->state;

    diff->from = text;
    return await_text(req, diff->document, diff->to_id, on_to);
}

static void align(struct request *req)
{
    struct diff *diff = req->state;
    struct alignment *alignment = alignment_new(diff->from, diff->to);
    const struct change *changes;
    struct buffer out = { 0 };
    size_t count;

    alignment_differences(req->arena, alignment, &changes, &count);
    diff->count =
        html_changes(&out, req->arena, diff->from, diff->to, changes, count, &diff->is_all);
    alignment_free(alignment);
    diff->shown = buffer_finish(&out, req->arena);
}

static enum step on_aligned(struct request *req);

static enum step on_to(struct request *req, const struct text_index *text)
{
    struct diff *diff = req->state;

    diff->to = text;
    return await_text_work(
        req, text_index_text(diff->from).bytes + text_index_text(text).bytes, align, on_aligned);
}

static enum step on_aligned(struct request *req)
{
    const struct diff *diff = req->state;
    struct buffer out = { 0 };

    html_safe(&out, diff->head);
    if (diff->count == 0)
        buffer_put_cstr(&out, "<p class=\"empty\">The two read the same.</p>\n");
    else
        HTML(&out,
            "<p class=\"hint\">What was taken out is <del>crossed out</del>, what was put in is "
            "<ins>underlined</ins>. <a href=\"#c1\">{}</a></p>\n",
            diff->count == 1 ? STR("To the change") : STR("To the first change"));
    html_safe(&out, diff->shown); /* html_changes() wrote it */
    if (diff->count > 0 && !diff->is_all)
        HTML(&out,
            "<p class=\"empty\">More differs than a page can show. <a "
            "href=\"/api/v1/documents/{}/diff?from={}&amp;to={}\">All of it, as data</a></p>\n",
            request_param(req, 0), typeid_write(req->arena, "rev", diff->from_id),
            typeid_write(req->arena, "rev", diff->to_id));
    HTML(&out, "<p><a href=\"/d/{}/history\">The whole history</a></p>\n</main>\n",
        request_param(req, 0));
    return page_end(&out, req, 200);
}
