#include "http/router.h"

#include "base/utf8.h"

#include <string.h>

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0'
        : c >= 'a' && c <= 'f'  ? c - 'a' + 10
        : c >= 'A' && c <= 'F'  ? c - 'A' + 10
                                : -1;
}

bool percent_decode(struct arena *arena, struct str raw, bool plus_is_space, struct str *out)
{
    char *text = arena_alloc(arena, raw.bytes + 1);
    size_t bytes = 0;

    for (size_t i = 0; i < raw.bytes; i++) {
        char c = raw.at[i];
        if (c == '%') {
            int high = i + 2 < raw.bytes ? hex_value(raw.at[i + 1]) : -1;
            int low = i + 2 < raw.bytes ? hex_value(raw.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return false;
        text[bytes++] = c;
    }
    struct str decoded = { text, bytes };
    if (!utf8_valid(decoded))
        return false;
    *out = decoded;
    return true;
}

static bool add_parameter(struct request *req, struct str pair, struct str *why)
{
    struct str raw_name, raw_value;
    struct field field;

    str_cut(pair, '=', &raw_name, &raw_value);
    if (!percent_decode(req->arena, raw_name, true, &field.name) ||
        !percent_decode(req->arena, raw_value, true, &field.value)) {
        *why = STR("The query holds an escape that is not UTF-8, or U+0000.");
        return false;
    }
    if (str_given(request_query(req, field.name.at))) {
        *why = arena_printf(req->arena, "`%.*s` is given twice.", STR_ARG(field.name));
        return false;
    }
    if (req->query_count == QUERY_MAX) {
        *why = STR("There are too many query parameters.");
        return false;
    }
    req->query[req->query_count++] = field;
    return true;
}

bool query_parse(struct request *req, struct str *why)
{
    struct str path, rest, pair;

    str_cut(req->target, '?', &path, &rest);
    while (rest.bytes > 0) {
        str_cut(rest, '&', &pair, &rest);
        if (pair.bytes > 0 && !add_parameter(req, pair, why))
            return false;
    }
    return true;
}
