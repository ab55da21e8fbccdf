#include "reader/about.h"

#include "groups/groups.h"
#include "reader/reader.h"
#include "sql.h"
#include "visibility/door.h"

#define ABOUT_PARAMS 5

struct db_call about_call(struct request *req, struct uuid document)
{
    const struct reader *reader = req->reader;
    struct db_param *params = arena_array(req->arena, struct db_param, ABOUT_PARAMS);

    params[0] = db_uuid(reader->id);
    params[1] = reads_param(req->arena, reader);
    params[2] = db_uuid(document);
    params[3] = true_pass_param(req->arena, reader);
    params[4] = deed_roles(req->arena, DEED_MANAGE_TEXTS);
    return (struct db_call){ &sql_reader_about, { params, ABOUT_PARAMS } };
}

bool about_admits(const struct request *req, const struct db_result *res)
{
    return res->rows && door_admits_text(req->reader, res, 0) == DOOR_ADMITTED;
}

enum step respond_kept_out(struct request *req, const struct db_result *res)
{
    bool is_broken = res->rows && door_admits_text(req->reader, res, 0) == DOOR_BROKEN;

    return is_broken ? respond_problem(req, PROBLEM_INTERNAL) : respond_not_here(req);
}

/* By which the scripts know text and reader. */
static void put_data(struct buffer *out, struct request *req, const struct db_result *about)
{
    HTML(out, " data-document=\"{}\" data-revision=\"{}\" data-me=\"{}\"{}", request_param(req, 0),
        typeid_write(req->arena, "rev", db_get_uuid(about, 0, "current_revision_id")),
        is_signed_in(req) ? typeid_write(req->arena, "usr", req->reader->id) : STR(""),
        db_get_bool(about, 0, "may_edit") ? STR(" data-may-edit") : STR(""));
}

void about_begin(struct buffer *out, struct request *req, const struct db_result *about,
    const char *heading, const char *script)
{
    struct str title = db_get_text(about, 0, "title");
    struct str group = typeid_write(req->arena, "grp", db_get_uuid(about, 0, "group_id"));

    page_begin(out, req,
        &(struct page){ .title = arena_printf(req->arena, "%s: %.*s", heading, STR_ARG(title)),
            .script = script,
            .where = group_title(
                db_get_text(about, 0, "group_kind"), db_get_text(about, 0, "group_name")),
            .where_link = arena_printf(req->arena, "/g/%.*s", STR_ARG(group)) });
    buffer_put_cstr(out, "<main id=\"main\" class=\"page wide\"");
    put_data(out, req, about);
    HTML(out, ">\n<h1>{}</h1>\n<p class=\"lead\"><a href=\"/d/{}\" dir=\"auto\">{}</a></p>\n",
        str_from(heading), request_param(req, 0), title);
}
