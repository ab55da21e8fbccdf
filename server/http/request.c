#include "http/request.h"

#include "http/connection.h"

#include <string.h>

struct str request_header(const struct request *req, const char *name)
{
    const char *value = NULL;
    size_t bytes = 0;

    if (req->outer || !req->connection) {
        for (size_t i = 0; i < req->kept_count; i++)
            if (str_eq_nocase(req->kept[i].name, str_from(name)))
                return req->kept[i].value;
        return STR_NONE;
    }
    if (MHD_lookup_connection_value_n(
            req->connection->mhd, MHD_HEADER_KIND, name, strlen(name), &value, &bytes) != MHD_YES)
        return STR_NONE;
    return (struct str){ value ? value : "", bytes };
}

struct str request_cookie(const struct request *req, const char *name)
{
    struct str rest = request_header(req, "Cookie"), pair, key, value;

    while (rest.bytes > 0) {
        str_cut(rest, ';', &pair, &rest);
        if (str_cut(str_trim(pair), '=', &key, &value) && str_eq(key, str_from(name)))
            return value;
    }
    return STR_NONE;
}

struct str request_query(const struct request *req, const char *name)
{
    for (size_t i = 0; i < req->query_count; i++)
        if (str_eq(req->query[i].name, str_from(name)))
            return req->query[i].value;
    return STR_NONE;
}

struct str request_param(const struct request *req, size_t index)
{
    return req->params[index];
}

/* What proxies add. Who sends it directly gains nothing by it. */
static bool was_forwarded(const struct request *req)
{
    static const char *const names[] = { "Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
        "X-Forwarded-Proto", "X-Real-IP", "Via" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_given(request_header(req, names[i])))
            return true;
    return false;
}

bool request_comes_from(const struct request *req, const struct address_list *list)
{
    return req->client.known && (!req->client.is_peer || !was_forwarded(req)) &&
        address_list_has(list, req->client.address);
}
