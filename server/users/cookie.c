#include "users/cookie.h"

#include "http/respond.h"
#include "step/app.h"

#define SECRET_BYTES 43 /* of secret_new() without a prefix */

static bool is_https(const struct request *req)
{
    return str_starts(req->app->settings->base_url, STR("https://"));
}

/* With __Host- a browser takes the cookie from this very host and over TLS only. */
static const char *cookie_name(const struct request *req)
{
    return is_https(req) ? "__Host-sid" : "sid";
}

struct str cookie_secret(const struct request *req)
{
    struct str secret = request_cookie(req, cookie_name(req));
    return secret.bytes == SECRET_BYTES ? secret : STR_NONE;
}

static void set(struct request *req, struct str value, int seconds)
{
    respond_header(req, "Set-Cookie",
        arena_printf(req->arena, "%s=%.*s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s",
            cookie_name(req), STR_ARG(value), seconds, is_https(req) ? "; Secure" : ""));
}

void cookie_set(struct request *req, struct str secret)
{
    set(req, secret, SESSION_DAYS * 24 * 60 * 60);
}

void cookie_clear(struct request *req)
{
    set(req, STR(""), 0);
}

/* The base URL's, or that of the address by which this request has reached us. */
static bool is_own_origin(const struct request *req, struct str origin)
{
    struct str host = request_header(req, "Host"), scheme, rest;

    if (str_eq(origin, req->app->settings->base_url))
        return true;
    size_t end = str_find(origin, STR("://"), 0);
    if (end == SIZE_MAX || host.bytes == 0)
        return false;
    scheme = str_slice(origin, 0, end);
    rest = str_slice(origin, end + 3, origin.bytes);
    return str_eq(scheme, is_https(req) ? STR("https") : STR("http")) && str_eq_nocase(rest, host);
}

bool comes_from_own_page(const struct request *req)
{
    struct str site = request_header(req, "Sec-Fetch-Site");
    struct str origin = request_header(req, "Origin");

    if (str_given(site))
        return str_eq(site, STR("same-origin")) || str_eq(site, STR("none"));
    return str_given(origin) && is_own_origin(req, origin);
}

bool comes_from_elsewhere(const struct request *req)
{
    bool is_browser = str_given(request_header(req, "Sec-Fetch-Site")) ||
        str_given(request_header(req, "Origin"));
    return is_browser && !comes_from_own_page(req);
}
