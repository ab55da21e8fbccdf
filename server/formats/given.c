#include "formats/given.h"

#include "base/utf8.h"

#include <assert.h>
#include <string.h>

const char *given_pointer(const struct given *given, const char *name)
{
    size_t at = strlen(given->pointer);
    char *pointer = arena_alloc(given->arena, at + 2 * strlen(name) + 2);

    memcpy(pointer, given->pointer, at);
    pointer[at++] = '/';
    for (; *name; name++) {
        if (*name == '~' || *name == '/') {
            pointer[at++] = '~';
            pointer[at++] = *name == '~' ? '0' : '1';
        } else {
            pointer[at++] = *name;
        }
    }
    return pointer;
}

bool given_fault(
    const struct given *given, const char *name, const char *code, const char *detail_format, ...)
{
    va_list args;

    va_start(args, detail_format);
    struct str detail = arena_vprintf(given->arena, detail_format, args);
    va_end(args);
    return invalid_add(
        given->why, given->arena, given_pointer(given, name), code, "%.*s", STR_ARG(detail));
}

static bool is_one_of(struct str word, const char *words)
{
    struct str rest = str_from(words), one;

    while (rest.bytes > 0) {
        str_cut(rest, ' ', &one, &rest);
        if (str_eq(one, word))
            return true;
    }
    return false;
}

#define NAME_SHOWN_CHARS 60

void given_only(const struct given *given, const char *names)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)given->object, name, value)
    {
        if (is_one_of(str_from(name), names))
            continue;
        /* a name may be long and is only shown in part, without cutting a character in two */
        struct str shown = utf8_head(str_from(name), NAME_SHOWN_CHARS);
        given_fault(given, name, "unknown-field", "`%.*s` is not known here; these are: %s.",
            STR_ARG(shown), names);
    }
}

bool given_has(const struct given *given, const char *name)
{
    return json_object_get(given->object, name) != NULL;
}

bool given_is_null(const struct given *given, const char *name)
{
    return json_is_null(json_object_get(given->object, name));
}

static bool read_text(const struct given *given, const char *name, const json_t *value,
    size_t min_chars, size_t max_chars, struct str *out)
{
    if (!value)
        return false;
    if (!json_is_string(value))
        return given_fault(given, name, "type", "`%s` is a text.", name);
    struct str text = { json_string_value(value), json_string_length(value) };
    size_t chars = utf8_chars(text);
    if (chars < min_chars)
        return given_fault(given, name, "empty", "`%s` may not be empty.", name);
    if (chars > max_chars)
        return given_fault(given, name, "too-long", "`%s` has %zu characters; %zu are the most.",
            name, chars, max_chars);
    *out = text;
    return true;
}

bool given_text(const struct given *given, const char *name, size_t min_chars, size_t max_chars,
    struct str *out)
{
    const json_t *value = json_object_get(given->object, name);
    return read_text(given, name, value, min_chars, max_chars, out);
}

bool given_item(const struct given *given, const char *name, size_t index, size_t min_chars,
    size_t max_chars, struct str *out)
{
    const json_t *value = json_array_get(json_object_get(given->object, name), index);
    struct given array = { given->arena, given->why, NULL, given_pointer(given, name) };
    const char *number = arena_printf(given->arena, "%zu", index).at;
    return read_text(&array, number, value, min_chars, max_chars, out);
}

bool given_int(const struct given *given, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const json_t *value = json_object_get(given->object, name);

    if (!value)
        return false;
    if (!json_is_integer(value))
        return given_fault(given, name, "type", "`%s` is a whole number.", name);
    if (json_integer_value(value) < min || json_integer_value(value) > max)
        return given_fault(given, name, "range", "`%s` is %lld; it goes from %lld to %lld.", name,
            (long long)json_integer_value(value), (long long)min, (long long)max);
    *out = json_integer_value(value);
    return true;
}

bool given_bool(const struct given *given, const char *name, bool *out)
{
    const json_t *value = json_object_get(given->object, name);

    if (!value)
        return false;
    if (!json_is_boolean(value))
        return given_fault(given, name, "type", "`%s` is true or false.", name);
    *out = json_is_true(value);
    return true;
}

bool given_word(const struct given *given, const char *name, const char *words, struct str *out)
{
    const json_t *value = json_object_get(given->object, name);

    if (!value)
        return false;
    struct str text = { json_string_value(value), json_string_length(value) };
    if (!json_is_string(value) || !is_one_of(text, words))
        return given_fault(given, name, json_is_string(value) ? "unknown" : "type",
            "`%s` is one of: %s.", name, words);
    *out = text;
    return true;
}

bool given_id(const struct given *given, const char *name, const char *prefix, struct uuid *out)
{
    const json_t *value = json_object_get(given->object, name);

    if (!value)
        return false;
    struct str text = { json_string_value(value), json_string_length(value) };
    if (!json_is_string(value) || !typeid_read(text, prefix, out))
        return given_fault(given, name, json_is_string(value) ? "id" : "type",
            "`%s` is an id that begins with %s_.", name, prefix);
    return true;
}

bool given_object(const struct given *given, const char *name, struct given *out)
{
    const json_t *value = json_object_get(given->object, name);

    if (!value)
        return false;
    if (!json_is_object(value))
        return given_fault(given, name, "type", "`%s` is an object.", name);
    *out = (struct given){ given->arena, given->why, value, given_pointer(given, name) };
    return true;
}

bool given_array(const struct given *given, const char *name, size_t max, const json_t **out)
{
    const json_t *value = json_object_get(given->object, name);

    if (!value)
        return false;
    if (!json_is_array(value))
        return given_fault(given, name, "type", "`%s` is an array.", name);
    if (json_array_size(value) > max)
        return given_fault(given, name, "too-many", "`%s` has %zu items; %zu are the most.", name,
            json_array_size(value), max);
    *out = value;
    return true;
}

/* -- as it was sent ---------------------------------------------------------------------------- */

/* The end of the JSON text (a string, or anything up to the comma or bracket after it) at `at`. */
static size_t value_end(struct str text, size_t at)
{
    size_t depth = 0;

    for (bool in_text = false; at < text.bytes; at++) {
        char c = text.at[at];
        if (in_text) {
            if (c == '\\')
                at++;
            else if (c == '"')
                in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '[' || c == '{') {
            depth++;
        } else if (c == ',' || c == ':' || c == ']' || c == '}') {
            if (depth == 0)
                return at;
            depth -= c == ']' || c == '}';
        }
    }
    return at;
}

static struct str without_white(struct arena *arena, struct str json)
{
    char *out = arena_alloc(arena, json.bytes);
    size_t bytes = 0;

    for (size_t i = 0, in_text = 0; i < json.bytes; i++) {
        char c = json.at[i];
        if (!in_text && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
            continue;
        out[bytes++] = c;
        if (in_text && c == '\\' && i + 1 < json.bytes)
            out[bytes++] = json.at[++i];
        else if (c == '"')
            in_text = !in_text;
    }
    return (struct str){ out, bytes };
}

/* `key` is a JSON string; its letters may be written as escapes. */
static bool is_key(struct str key, const char *name)
{
    json_t *text = json_loadb(key.at, key.bytes, JSON_DECODE_ANY, NULL);
    bool same =
        str_eq((struct str){ json_string_value(text), json_string_length(text) }, str_from(name));

    json_decref(text);
    return same;
}

struct str given_as_sent(struct arena *arena, struct str object_text, const char *name)
{
    size_t at = str_find(object_text, STR("{"), 0);

    while (at < object_text.bytes && object_text.at[at] != '}') {
        size_t key_end = value_end(object_text, ++at);
        if (key_end >= object_text.bytes || object_text.at[key_end] != ':')
            return STR_NONE; /* an empty object */
        size_t end = value_end(object_text, key_end + 1);
        if (is_key(str_slice(object_text, at, key_end), name))
            return without_white(arena, str_slice(object_text, key_end + 1, end));
        at = end;
    }
    return STR_NONE;
}
