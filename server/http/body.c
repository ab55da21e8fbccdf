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

/* jansson's own words name C constants and quote the body: ours go into the answer. */
static const char *fault_of(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
        return "the text is not UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "U+0000 may not stand in a text";
    case json_error_duplicate_key:
        return "a key stands twice in the same object";
    case json_error_numeric_overflow:
        return "the number is too large";
    case json_error_premature_end_of_input:
        return "the body ends before its JSON does";
    case json_error_end_of_input_expected:
        return "something follows the end of the JSON";
    default:
        break;
    }
    return str_starts(str_from(error->text), STR("invalid Unicode '"))
        ? "half of a surrogate pair stands alone"
        : "this is not JSON (names and texts stand in double quotes, and no comma before ] or })";
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
        *why = body.bytes ? arena_printf(arena, "Line %d, column %d: %s.", error.line, error.column,
                                fault_of(&error))
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
