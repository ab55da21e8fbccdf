#include "reader/page.h"

#include "base/clock.h"
#include "reader/reader.h"
#include "visibility/door.h"

#include <string.h>

/* No inline script or style anywhere, so no nonces. `gloss` is the one policy by which a script
 * makes markup (assets/safe.js). */
#define CONTENT_SECURITY_POLICY                                                                   \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src " \
    "'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "    \
    "require-trusted-types-for 'script'; trusted-types gloss"

bool is_signed_in(const struct request *req)
{
    return req->reader && !reader_is_nobody(req->reader);
}

struct str group_title(struct str kind, struct str name)
{
    return str_eq(kind, STR("personal")) ? STR("Only me") : name;
}

struct str putter_called(struct request *req, const struct db_result *res, int row)
{
    struct author putter;

    if (db_get_bool(res, row, "putter_erased"))
        return STR("a deleted reader");
    if (door_putter(req->reader, res, row, &putter) != DOOR_ADMITTED || uuid_is_nil(putter.id))
        return STR("a member");
    return putter.display_name;
}

static void bar(struct buffer *out, struct request *req, const struct page *page)
{
    buffer_put_cstr(
        out, "<header class=\"top\"><a class=\"home\" href=\"/\">Gloss</a><p class=\"where\">");
    if (str_given(page->where_link)) {
        HTML(out, "<a href=\"{}\">{}</a> · ", page->where_link, page->where);
        HTML(out, "{}", page->title);
    }
    buffer_put_cstr(out, "</p><nav aria-label=\"Gloss\">");
    if (page->reads)
        buffer_put_cstr(out,
            "<button type=\"button\" id=\"filter-button\" class=\"quiet js-only\" "
            "aria-expanded=\"false\" aria-controls=\"filter\">Filter</button>"
            "<button type=\"button\" class=\"quiet sign keys-button js-only\" data-keys-button "
            "aria-label=\"Keys\" title=\"Keys (?)\">⌨</button>");
    buffer_put_cstr(
        out, "<button type=\"button\" class=\"quiet sign js-only\" data-theme-button>◐</button>");
    if (!req->reader) {
        /* who asks for what has no route was not looked up */
        buffer_put_cstr(out, "<a class=\"who\" href=\"/account\">Account</a>");
    } else if (is_signed_in(req)) {
        HTML(out, "<a class=\"who\" href=\"/account\" dir=\"auto\">{}</a>",
            req->reader->display_name);
        if (!page->reads)
            buffer_put_cstr(out, "<a class=\"who\" href=\"/signout\">Sign out</a>");
    } else {
        buffer_put_cstr(out, "<a class=\"who\" href=\"/signin\">Sign in</a>");
    }
    buffer_put_cstr(out, "</nav></header>\n");
}

void page_begin(struct buffer *out, struct request *req, const struct page *page)
{
    HTML(out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1, "
        "interactive-widget=resizes-content\">\n"
        "<title>{} · Gloss</title>\n<link rel=\"icon\" href=\"{}\">\n"
        "<link rel=\"stylesheet\" href=\"{}\">\n",
        page->title, asset_path(req->arena, "icon.svg"), asset_path(req->arena, "gloss.css"));
    HTML(out, "<script type=\"module\" src=\"{}\"></script>\n</head>\n<body>\n",
        asset_path(req->arena, page->script));
    buffer_put_cstr(out,
        page->reads ? "<a class=\"skip\" href=\"#text\">Skip to the text</a>\n"
                    : "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n");
    bar(out, req, page);
}

enum step page_end(struct buffer *out, struct request *req, int status)
{
    buffer_put_cstr(out,
        "<p id=\"said\" class=\"unseen\" role=\"status\" aria-live=\"polite\"></p>\n"
        "</body>\n</html>\n");
    respond_header(req, "Content-Security-Policy", STR(CONTENT_SECURITY_POLICY));
    /* with no-referrer, forms would be sent with `Origin: null` */
    respond_header(req, "Referrer-Policy", STR("same-origin"));
    respond_header(req, "Cross-Origin-Opener-Policy", STR("same-origin"));
    return respond_bytes(req, status, "text/html; charset=utf-8", buffer_finish(out, req->arena));
}

void html_time(struct buffer *out, int64_t us)
{
    char text[TIME_TEXT_BYTES + 1];

    time_format(us, text);
    HTML(out, "<time datetime=\"{}\">{}</time>", str_from(text),
        str_slice(str_from(text), 0, strlen("2026-03-01")));
}

void html_sign_up(struct buffer *out, const char *button)
{
    HTML(out,
        "<form id=\"signup\" class=\"fields\">\n"
        "<label>Your name, as others see it<input type=\"text\" name=\"display_name\" "
        "maxlength=\"100\" autocomplete=\"name\" dir=\"auto\"></label>\n"
        "<label>Name to sign in with<input type=\"text\" name=\"name\" required "
        "maxlength=\"39\" pattern=\"[a-z0-9][a-z0-9._\\-]*\" title=\"Small letters, digits, dots "
        "and dashes\" autocapitalize=\"none\" "
        "autocomplete=\"username\" spellcheck=\"false\">"
        "<span class=\"note\">Small letters, digits, dots and dashes.</span></label>\n"
        "<label>Password<input type=\"password\" name=\"password\" required minlength=\"8\" "
        "maxlength=\"1024\" autocomplete=\"new-password\">"
        "<span class=\"note\">Eight characters or more.</span></label>\n"
        "<p class=\"fault\" role=\"alert\" hidden></p>\n"
        "<button type=\"submit\" class=\"main\">{}</button>\n</form>\n",
        str_from(button));
}

/* A path as the value of a query parameter. */
static struct str percent_encode(struct arena *arena, struct str path)
{
    static const char hex[] = "0123456789ABCDEF";
    char *text = arena_alloc(arena, path.bytes * 3);
    size_t bytes = 0;

    for (size_t i = 0; i < path.bytes; i++) {
        unsigned char c = (unsigned char)path.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            c == '/' || c == '-' || c == '_' || c == '.';
        if (plain) {
            text[bytes++] = (char)c;
        } else {
            text[bytes++] = '%';
            text[bytes++] = hex[c >> 4];
            text[bytes++] = hex[c & 15];
        }
    }
    return (struct str){ text, bytes };
}

void html_sign_in(struct buffer *out, struct request *req, struct str next)
{
    struct str action = str_given(next)
        ? arena_printf(req->arena, "/signin?next=%.*s", STR_ARG(percent_encode(req->arena, next)))
        : STR("/signin");
    HTML(out,
        "<form id=\"signin\" class=\"fields\" method=\"post\" action=\"{}\">\n"
        "<label>Name<input type=\"text\" name=\"name\" required maxlength=\"100\" "
        "autocapitalize=\"none\" autocomplete=\"username\" spellcheck=\"false\"></label>\n"
        "<label>Password<input type=\"password\" name=\"password\" required maxlength=\"1024\" "
        "autocomplete=\"current-password\"></label>\n"
        "<p class=\"fault\" role=\"alert\" hidden></p>\n"
        "<button type=\"submit\" class=\"main\">Sign in</button>\n</form>\n",
        action);
}

void html_no_account(struct buffer *out, const struct request *req)
{
    buffer_put_cstr(out,
        req->app->settings->signup == SIGNUP_OPEN
            ? "<p class=\"hint\">No account yet? <a href=\"/signin\">Make one</a>.</p>\n"
            : "<p class=\"hint\">No account yet? Open the link that somebody from your group has "
              "sent you.</p>\n");
}

static enum step respond_sign_in(struct request *req, struct str lead, struct str next)
{
    struct buffer out = { 0 };

    page_begin(&out, req, &(struct page){ .title = STR("Sign in"), .script = "enter.js" });
    HTML(&out,
        "<main id=\"main\" class=\"page narrow\">\n<h1>Sign in</h1>\n"
        "<p class=\"lead\">{}.</p>\n<div class=\"card\">\n",
        lead);
    html_sign_in(&out, req, next);
    buffer_put_cstr(&out, "</div>\n");
    html_no_account(&out, req);
    buffer_put_cstr(&out, "</main>\n");
    return page_end(&out, req, 401);
}

enum step respond_sign_in_first(struct request *req)
{
    bool leads_back = str_eq(req->method, STR("GET")) && !str_starts(req->path, STR("/sign"));

    return respond_sign_in(
        req, STR("What is here is for its readers"), leads_back ? req->target : STR_NONE);
}

enum step respond_not_here(struct request *req)
{
    return is_signed_in(req) ? respond_problem(req, PROBLEM_NOT_FOUND) : respond_sign_in_first(req);
}

enum step page_problem(struct request *req, enum problem problem, struct str detail)
{
    const struct problem_row *row = problem_row(problem);
    struct buffer out = { 0 };

    if (problem == PROBLEM_UNAUTHORIZED)
        return respond_sign_in_first(req);
    if (problem == PROBLEM_WRONG_PASSWORD)
        return respond_sign_in(req, str_from(row->title), request_query(req, "next"));
    page_begin(&out, req, &(struct page){ .title = str_from(row->title), .script = "page.js" });
    HTML(&out,
        "<main id=\"main\" class=\"page narrow\">\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n"
        "<p><a class=\"button\" href=\"/\">To the texts</a></p>\n"
        "<p class=\"hint\">Request {}</p>\n</main>\n",
        str_from(row->title), str_given(detail) ? detail : str_from(row->page), req->id);
    return page_end(&out, req, row->status);
}
