#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_start(struct json *json)
{
    *json = (struct json){ .room = 512, .at = mem_alloc(512) };
}

void json_drop(struct json *json)
{
    free(json->at);
    *json = (struct json){ 0 };
}

struct str json_finish(struct json *json, struct arena *arena)
{
    assert(json->depth == 0 && !json->after_key);
    struct str text = { json->at, json->bytes };
    arena_own(arena, json->at, free);
    *json = (struct json){ 0 };
    return text;
}

static char *reserve(struct json *json, size_t bytes)
{
    if (json->room - json->bytes < bytes) {
        size_t room = json->room * 2;
        while (room - json->bytes < bytes)
            room *= 2;
        json->at = mem_grow(json->at, room);
        json->room = room;
    }
    return json->at + json->bytes;
}

static void put(struct json *json, const char *text, size_t bytes)
{
    memcpy(reserve(json, bytes), text, bytes);
    json->bytes += bytes;
}

static void put_char(struct json *json, char c)
{
    *reserve(json, 1) = c;
    json->bytes++;
}

static void before_value(struct json *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->comma[json->depth])
        put_char(json, ',');
    json->comma[json->depth] = true;
}

static void open_level(struct json *json, char bracket)
{
    before_value(json);
    put_char(json, bracket);
    json->depth++;
    assert(json->depth < JSON_DEPTH_MAX);
    json->comma[json->depth] = false;
}

static void close_level(struct json *json, char bracket)
{
    assert(json->depth > 0 && !json->after_key);
    json->depth--;
    put_char(json, bracket);
}

void json_object(struct json *json)
{
    open_level(json, '{');
}

void json_object_end(struct json *json)
{
    close_level(json, '}');
}

void json_array(struct json *json)
{
    open_level(json, '[');
}

void json_array_end(struct json *json)
{
    close_level(json, ']');
}

void json_key(struct json *json, const char *key)
{
    assert(!json->after_key);
    if (json->comma[json->depth])
        put_char(json, ',');
    json->comma[json->depth] = true;
    put_char(json, '"');
    put(json, key, strlen(key));
    put(json, "\":", 2);
    json->after_key = true;
}

/* Besides what RFC 8259 demands, `<`, `>`, `&` and U+2028/9 are escaped: the text is then safe
 * wherever somebody puts it into a page. */
static void put_escaped(struct json *json, struct str text)
{
    size_t clean = 0;
    for (size_t i = 0; i < text.bytes; i++) {
        unsigned char c = (unsigned char)text.at[i];
        size_t bytes = 1;
        char escape[7];
        int length;

        if (c == 0xE2 && i + 2 < text.bytes && (unsigned char)text.at[i + 1] == 0x80 &&
            ((unsigned char)text.at[i + 2] & 0xFE) == 0xA8) {
            bytes = 3;
            length = snprintf(escape, sizeof escape, "\\u20%02x",
                (unsigned)((unsigned char)text.at[i + 2] - 0x80));
        } else if (c == '"' || c == '\\') {
            length = snprintf(escape, sizeof escape, "\\%c", c);
        } else if (c == '\n') {
            length = snprintf(escape, sizeof escape, "\\n");
        } else if (c == '\t') {
            length = snprintf(escape, sizeof escape, "\\t");
        } else if (c < 0x20 || c == 0x7F || c == '<' || c == '>' || c == '&') {
            length = snprintf(escape, sizeof escape, "\\u%04x", c);
        } else {
            continue;
        }
        put(json, text.at + clean, i - clean);
        put(json, escape, (size_t)length);
        i += bytes - 1;
        clean = i + 1;
    }
    if (text.bytes > clean)
        put(json, text.at + clean, text.bytes - clean);
}

void json_text(struct json *json, struct str text)
{
    if (!text.at) {
        json_null(json);
        return;
    }
    before_value(json);
    put_char(json, '"');
    put_escaped(json, text);
    put_char(json, '"');
}

void json_cstr(struct json *json, const char *text)
{
    json_text(json, str_from(text));
}

void json_int(struct json *json, int64_t number)
{
    char text[24];
    int bytes = snprintf(text, sizeof text, "%lld", (long long)number);
    before_value(json);
    put(json, text, (size_t)bytes);
}

void json_double(struct json *json, double number)
{
    char text[32];
    assert(isfinite(number));
    int bytes = snprintf(text, sizeof text, "%.6g", number);
    before_value(json);
    put(json, text, (size_t)bytes);
}

void json_bool(struct json *json, bool value)
{
    before_value(json);
    if (value)
        put(json, "true", 4);
    else
        put(json, "false", 5);
}

void json_null(struct json *json)
{
    before_value(json);
    put(json, "null", 4);
}

void json_raw(struct json *json, struct str value)
{
    assert(value.bytes > 0);
    before_value(json);
    put(json, value.at, value.bytes);
}

void json_raw_members(struct json *json, struct str members)
{
    if (members.bytes == 0)
        return;
    before_value(json);
    put(json, members.at, members.bytes);
}

void json_key_text(struct json *json, const char *key, struct str text)
{
    json_key(json, key);
    json_text(json, text);
}

void json_key_cstr(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_cstr(json, text);
}

void json_key_int(struct json *json, const char *key, int64_t number)
{
    json_key(json, key);
    json_int(json, number);
}

void json_key_bool(struct json *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}

void json_key_null(struct json *json, const char *key)
{
    json_key(json, key);
    json_null(json);
}
