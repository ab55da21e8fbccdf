#include "http/router.h"

#include "base/utf8.h"

#define DEPTH_MAX 32
#define VALUES_MAX 20000

/* jansson recurses and builds a tree: what is too deep or too much is found before, in one pass. */
static const char *check_size(struct str body)
{
    size_t depth = 0, values = 1;
    bool in_text = false;

    for (size_t i = 0; i < body.bytes; i++) {
        char c = body.at[i];
        if (in_text) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_text = false;
            continue;
        }
        if (c == '"')
            in_text = true;
        else if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && depth > 0)
            depth--;
        else if (c == ',')
            values++;
        if (depth > DEPTH_MAX)
            return "The body is nested more than 32 levels deep.";
        if (values > VALUES_MAX)
            return "The body holds more than 20,000 values.";
    }
    return NULL;
}

json_t *body_parse_json(
    struct arena *arena, struct str body, enum problem *problem, struct str *why)
{
    json_error_t error;
    const char *too_much = check_size(body);

    *problem = PROBLEM_MALFORMED_JSON;
    if (too_much) {
        *why = str_from(too_much);
        return NULL;
    }
    if (!utf8_valid(body)) {
        *why = STR("The body is not UTF-8.");
        return NULL;
    }
    json_t *json = json_loadb(body.at, body.bytes, JSON_REJECT_DUPLICATES, &error);
    if (!json) {
        /* it quotes the body, cut to so many bytes */
        struct str text = str_from(error.text);
        text.bytes = utf8_valid_bytes(text);
        *why = body.bytes ? arena_printf(arena, "Line %d, column %d: %.*s.", error.line,
                                error.column, STR_ARG(text))
                          : STR("The body is empty; a JSON object is wanted.");
        return NULL;
    }
    if (!json_is_object(json)) {
        json_decref(json);
        *problem = PROBLEM_INVALID_BODY;
        *why = STR("The body must be a JSON object.");
        return NULL;
    }
    return json;
}
