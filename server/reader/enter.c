/* The ways in and out: signing in and out, joining a group, becoming the admin of a new server. */
#include "http/router.h"
#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"
#include "users/users.h"

/* GET /signin (pageSignIn) */
enum step page_sign_in(struct request *req)
{
    struct buffer out = { 0 };

    page_begin(&out, req, &(struct page){ .title = STR("Sign in"), .script = "enter.js" });
    buffer_put_cstr(
        &out, "<main id=\"main\" class=\"page narrow\">\n<h1>Sign in</h1>\n<div class=\"card\">\n");
    html_sign_in(&out, req, request_query(req, "next"));
    buffer_put_cstr(&out, "</div>\n");
    if (req->app->settings->signup == SIGNUP_OPEN) {
        buffer_put_cstr(&out, "<div class=\"card\">\n<h2>I am new here</h2>\n");
        html_sign_up(&out, "Make an account");
        buffer_put_cstr(&out, "</div>\n");
    } else {
        html_no_account(&out, req);
    }
    buffer_put_cstr(&out, "</main>\n");
    return page_end(&out, req, 200);
}

/* GET /signout (pageSignOut): asks; a link alone signs nobody out. */
enum step page_sign_out(struct request *req)
{
    struct buffer out = { 0 };

    page_begin(&out, req, &(struct page){ .title = STR("Sign out"), .script = "page.js" });
    HTML(&out,
        "<main id=\"main\" class=\"page narrow\">\n<h1>Sign out</h1>\n"
        "<form id=\"signout\" class=\"fields\" method=\"post\" action=\"/signout\" data-me=\"{}\">"
        "<p class=\"note\">What you have sent stays.</p>"
        "<div class=\"row\"><button type=\"submit\" class=\"main\">Sign out</button></div>"
        "</form>\n</main>\n",
        is_signed_in(req) ? typeid_write(req->arena, "usr", req->reader->id) : STR_NONE);
    return page_end(&out, req, 200);
}

static enum step on_setup(struct request *req, const struct db_result *res);

/* GET /setup/{code} (pageSetup) */
enum step page_setup(struct request *req)
{
    respond_secret(req);
    return await_query(req, &sql_reader_setup, on_setup, DB_PARAMS(db_text(request_param(req, 0))));
}

static enum step on_setup(struct request *req, const struct db_result *res)
{
    struct buffer out = { 0 };

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (!db_get_bool(res, 0, "open"))
        return respond_problem_detail(req, PROBLEM_GONE,
            "This link was used, or a later one took its place. Whoever has an account signs in; "
            "while nobody is admin, the server prints a new link each time it starts.");
    page_begin(&out, req, &(struct page){ .title = STR("Welcome"), .script = "enter.js" });
    HTML(&out,
        "<main id=\"main\" class=\"page narrow\" data-setup=\"{}\">\n<h1>Welcome to Gloss</h1>\n"
        "<p class=\"lead\">This link makes the first account, which runs this server.</p>\n"
        "<div class=\"card\">\n",
        request_param(req, 0));
    html_sign_up(&out, "Make my account");
    buffer_put_cstr(&out, "</div>\n</main>\n");
    return page_end(&out, req, 200);
}

/* -- the forms, where scripts do not run --------------------------------------------------------
 */

static void release_json(void *json)
{
    json_decref(json);
}

/* A form's fields as the API would have got them. What cannot be decoded is left out. */
static json_t *form_json(struct request *req)
{
    json_t *fields = json_object();
    struct str rest = req->body, pair, name, value;

    while (rest.bytes > 0) {
        str_cut(rest, '&', &pair, &rest);
        str_cut(pair, '=', &name, &value);
        if (percent_decode(req->arena, name, true, &name) &&
            percent_decode(req->arena, value, true, &value))
            json_object_set_new(
                fields, arena_cstr(req->arena, name), json_stringn(value.at, value.bytes));
    }
    arena_own(req->arena, fields, release_json);
    return fields;
}

/* POST /signin (formSignIn) */
enum step form_sign_in(struct request *req)
{
    req->json = form_json(req);
    return session_create(req);
}

/* POST /signout (formSignOut) */
enum step form_sign_out(struct request *req)
{
    return session_delete(req);
}

/* -- invitations --------------------------------------------------------------------------------
 */

static enum step on_invitation(struct request *req, const struct db_result *res);

/* GET /join/{code} (pageJoin) */
enum step page_join(struct request *req)
{
    respond_secret(req);
    return await_query(req, &sql_reader_invitation, on_invitation,
        DB_PARAMS(db_text(request_param(req, 0)), db_uuid(req->reader->id)));
}

static void put_accept(struct buffer *out, struct request *req)
{
    HTML(out,
        "<form id=\"accept\" class=\"fields\"><p class=\"note\">You are signed in as {}.</p>"
        "<p class=\"fault\" role=\"alert\" hidden></p>"
        "<button type=\"submit\" class=\"main\">Join the group</button></form>\n",
        req->reader->display_name);
}

static void put_forms(struct buffer *out, struct request *req)
{
    if (req->app->settings->signup != SIGNUP_CLOSED) {
        buffer_put_cstr(out, "<h2>I am new here</h2>\n");
        html_sign_up(out, "Make an account and join");
        buffer_put_cstr(out, "</div>\n<div class=\"card\">\n");
    }
    buffer_put_cstr(out, "<h2>I have an account</h2>\n");
    html_sign_in(out, req, req->target);
}

static enum step on_invitation(struct request *req, const struct db_result *res)
{
    struct buffer out = { 0 };

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem_detail(
            req, PROBLEM_NOT_FOUND, "There is no such invitation. Is the link whole?");
    struct str group = typeid_write(req->arena, "grp", db_get_uuid(res, 0, "id"));
    if (db_get_bool(res, 0, "is_member"))
        return respond_redirect(req, 302, arena_printf(req->arena, "/g/%.*s", STR_ARG(group)));
    if (!db_get_bool(res, 0, "open"))
        return respond_problem_detail(
            req, PROBLEM_GONE, "This invitation has ended. Ask whoever sent it for a new one.");

    page_begin(&out, req, &(struct page){ .title = STR("Join"), .script = "enter.js" });
    HTML(&out,
        "<main id=\"main\" class=\"page narrow\" data-code=\"{}\" data-group=\"{}\">\n"
        "<p class=\"hint\"><span dir=\"auto\">{}</span> invites you to read with</p>\n"
        "<h1 dir=\"auto\">{}</h1>\n"
        "<p class=\"lead\" dir=\"auto\">{}</p>\n",
        request_param(req, 0), group,
        db_is_null(res, 0, "author_name") ? STR("Somebody") : db_get_text(res, 0, "author_name"),
        db_get_text(res, 0, "name"), db_get_text(res, 0, "description"));
    html_group_rules(&out, res);
    buffer_put_cstr(&out, "<div class=\"card\">\n");
    if (is_signed_in(req))
        put_accept(&out, req);
    else
        put_forms(&out, req);
    buffer_put_cstr(&out, "</div>\n</main>\n");
    return page_end(&out, req, 200);
}
