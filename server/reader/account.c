#include "http/router.h"
#include "reader/page.h"
#include "reader/reader.h"
#include "sql.h"
#include "step/await.h"

static enum step on_tokens(struct request *req, const struct db_result *res);

/* GET /account (pageAccount) */
enum step page_account(struct request *req)
{
    if (!is_signed_in(req))
        return respond_sign_in_first(req);
    return await_query(req, &sql_reader_tokens, on_tokens, DB_PARAMS(db_uuid(req->reader->id)));
}

static void put_profile(struct buffer *out, const struct reader *reader)
{
    HTML(out,
        "<div class=\"card\"><h2>Name</h2>\n<form id=\"profile\" class=\"fields\">\n"
        "<label>As others see it<input type=\"text\" name=\"display_name\" required "
        "maxlength=\"100\" dir=\"auto\" value=\"{}\"></label>\n"
        "<p class=\"note\">You sign in as <strong>{}</strong>.</p>\n"
        "<p class=\"fault\" role=\"alert\" hidden></p><p class=\"done\" role=\"status\"></p>\n"
        "<button type=\"submit\" class=\"main\">Save</button>\n</form></div>\n",
        reader->display_name, reader->name);
}

static void put_password(struct buffer *out, const struct reader *reader)
{
    /* the name goes with it for password managers */
    HTML(out,
        "<div class=\"card\"><h2>Password</h2>\n<form id=\"password\" class=\"fields\">\n"
        "<input type=\"text\" name=\"name\" value=\"{}\" autocomplete=\"username\" hidden>\n"
        "<label>The one you have now<input type=\"password\" name=\"current\" required "
        "autocomplete=\"current-password\"></label>\n"
        "<label>A new one<input type=\"password\" name=\"new\" required minlength=\"8\" "
        "autocomplete=\"new-password\"></label>\n"
        "<label>The new one again<input type=\"password\" name=\"again\" required minlength=\"8\" "
        "autocomplete=\"new-password\"></label>\n"
        "<p class=\"note\">Other browsers where you are signed in are signed out.</p>\n"
        "<p class=\"fault\" role=\"alert\" hidden></p><p class=\"done\" role=\"status\"></p>\n"
        "<button type=\"submit\" class=\"main\">Change it</button>\n</form></div>\n",
        reader->name);
}

static void put_token(struct buffer *out, struct request *req, const struct db_result *res, int row)
{
    HTML(out,
        "<li><span dir=\"auto\">{}</span><button type=\"button\" class=\"quiet js-only\" "
        "data-revoke=\"{}\">Revoke</button><p class=\"facts\">made ",
        db_get_text(res, row, "name"),
        typeid_write(req->arena, "tok", db_get_uuid(res, row, "id")));
    html_time(out, db_get_time(res, row, "created_at"));
    if (!db_is_null(res, row, "expires_at")) {
        buffer_put_cstr(out, " · until ");
        html_time(out, db_get_time(res, row, "expires_at"));
    }
    buffer_put_cstr(out, " · ");
    if (db_is_null(res, row, "last_used_at")) {
        buffer_put_cstr(out, "never used");
    } else {
        buffer_put_cstr(out, "last used ");
        html_time(out, db_get_time(res, row, "last_used_at"));
    }
    buffer_put_cstr(out, "</p></li>\n");
}

static void put_scopes(struct buffer *out)
{
    static const struct {
        const char *scope, *words;
    } scopes[] = { { "documents:read", "read texts" }, { "documents:write", "put texts in" },
        { "annotations:read", "read annotations" }, { "annotations:write", "write annotations" },
        { "groups:admin", "groups and invitations" }, { "export", "take everything out" } };

    buffer_put_cstr(out, "<fieldset><legend>It may</legend>\n");
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
        HTML(out,
            "<label class=\"inline\"><input type=\"checkbox\" name=\"scope\" value=\"{}\" checked> "
            "{}</label>\n",
            str_from(scopes[i].scope), str_from(scopes[i].words));
    buffer_put_cstr(out, "</fieldset>\n");
}

static void put_tokens(struct buffer *out, struct request *req, const struct db_result *res)
{
    buffer_put_cstr(out,
        "<div class=\"card\"><h2>Tokens</h2>\n<p class=\"note\">For curl, scripts and other "
        "programs: a token stands in for your password.</p>\n<ul class=\"list members\">\n");
    for (int row = 0; row < res->rows; row++)
        put_token(out, req, res, row);
    buffer_put_cstr(out,
        "</ul>\n<div id=\"token-made\" hidden><p>This is shown only now. Keep it where only you "
        "can read it.</p><div class=\"link-row\"><input type=\"text\" id=\"token-text\" readonly "
        "aria-label=\"The new token\"><button type=\"button\" "
        "data-copy=\"token-text\">Copy</button>"
        "</div></div>\n<h2>A new token</h2>\n<form id=\"token\" class=\"fields\">\n"
        "<label>What for<input type=\"text\" name=\"name\" required maxlength=\"100\" "
        "placeholder=\"laptop\" dir=\"auto\"></label>\n"
        "<label>Ends after days<input type=\"number\" name=\"days\" min=\"1\" max=\"3650\" "
        "placeholder=\"never\"></label>\n");
    put_scopes(out);
    buffer_put_cstr(out,
        "<p class=\"fault\" role=\"alert\" hidden></p>"
        "<button type=\"submit\" class=\"main\">Make a token</button>\n</form></div>\n");
}

/* Asked of the API: whom it names may be a mask. */
static void put_muted(struct buffer *out)
{
    buffer_put_cstr(out,
        "<div class=\"card js-only\" id=\"muted\"><h2 tabindex=\"-1\">Whom you do not read</h2>\n"
        "<p class=\"note\">What they write is left out for you. They do not learn of it.</p>\n"
        "<ul class=\"list members\"></ul></div>\n");
}

static void put_erasing(struct buffer *out)
{
    buffer_put_cstr(out,
        "<div class=\"card js-only\"><h2>Erase your account</h2>\n<p class=\"note\">At once, and "
        "for "
        "good:</p>\n<ul class=\"note\">"
        "<li>What you wrote is emptied, in every group. Where others have answered, “a deleted "
        "reader” stands in its place, so that their answers stay.</li>"
        "<li>Your texts that only you read go. Texts that a group reads stay there without your "
        "name.</li>"
        "<li>A group that only you own goes to another of its members. If there is none, it is "
        "deleted.</li>"
        "<li>Nobody can sign in as you any more, and your tokens end.</li></ul>\n"
        "<p><a href=\"/api/v1/me/export.md\">Take out all that you have written</a> first, if you "
        "want "
        "to keep it.</p>\n"
        "<form id=\"erase\" class=\"fields\">\n<label>Your password<input type=\"password\" "
        "name=\"password\" required autocomplete=\"current-password\"></label>\n"
        "<label class=\"inline\"><input type=\"checkbox\" name=\"sure\" required> I know that this "
        "cannot be undone.</label>\n"
        "<p class=\"fault\" role=\"alert\" hidden></p>"
        "<button type=\"submit\" class=\"danger\">Erase my account</button>\n</form></div>\n");
}

static enum step on_tokens(struct request *req, const struct db_result *res)
{
    struct buffer out = { 0 };

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    page_begin(&out, req, &(struct page){ .title = STR("Account"), .script = "account.js" });
    buffer_put_cstr(&out, "<main id=\"main\" class=\"page narrow\">\n<h1>Your account</h1>\n");
    put_profile(&out, req->reader);
    put_password(&out, req->reader);
    put_muted(&out);
    put_tokens(&out, req, res);
    put_erasing(&out);
    buffer_put_cstr(&out,
        "<p><a href=\"/api/v1/me/export.md\">Take out all that you have written</a> · "
        "<a href=\"/signout\">Sign out</a></p>\n</main>\n");
    return page_end(&out, req, 200);
}
