#include "base/writer.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void writer_start(struct writer *writer)
{
    *writer = (struct writer){ .room = 512, .at = mem_alloc(512) };
}

void writer_drop(struct writer *writer)
{
    free(writer->at);
    *writer = (struct writer){ 0 };
}

struct str writer_finish(struct writer *writer, struct arena *arena)
{
    assert(writer->depth == 0 && !writer->after_key);
    struct str text = { writer->at, writer->bytes };
    arena_own(arena, writer->at, free);
    *writer = (struct writer){ 0 };
    return text;
}

static char *reserve(struct writer *writer, size_t bytes)
{
    if (writer->room - writer->bytes < bytes) {
        size_t room = writer->room * 2;
        while (room - writer->bytes < bytes)
            room *= 2;
        writer->at = mem_grow(writer->at, room);
        writer->room = room;
    }
    return writer->at + writer->bytes;
}

static void put(struct writer *writer, const char *text, size_t bytes)
{
    memcpy(reserve(writer, bytes), text, bytes);
    writer->bytes += bytes;
}

static void put_char(struct writer *writer, char c)
{
    *reserve(writer, 1) = c;
    writer->bytes++;
}

static void before_value(struct writer *writer)
{
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (writer->comma[writer->depth])
        put_char(writer, ',');
    writer->comma[writer->depth] = true;
}

static void open_level(struct writer *writer, char bracket)
{
    before_value(writer);
    put_char(writer, bracket);
    writer->depth++;
    assert(writer->depth < WRITER_DEPTH_MAX);
    writer->comma[writer->depth] = false;
}

static void close_level(struct writer *writer, char bracket)
{
    assert(writer->depth > 0 && !writer->after_key);
    writer->depth--;
    put_char(writer, bracket);
}

void writer_object(struct writer *writer)
{
    open_level(writer, '{');
}

void writer_object_end(struct writer *writer)
{
    close_level(writer, '}');
}

void writer_array(struct writer *writer)
{
    open_level(writer, '[');
}

void writer_array_end(struct writer *writer)
{
    close_level(writer, ']');
}

void writer_line_end(struct writer *writer)
{
    assert(writer->depth == 0 && !writer->after_key);
    put_char(writer, '\n');
}

void writer_key(struct writer *writer, const char *key)
{
    assert(!writer->after_key);
    if (writer->comma[writer->depth])
        put_char(writer, ',');
    writer->comma[writer->depth] = true;
    put_char(writer, '"');
    put(writer, key, strlen(key));
    put(writer, "\":", 2);
    writer->after_key = true;
}

/* Bytes that cannot stand as they are: besides what RFC 8259 demands, `<`, `>`, `&` and U+2028/9,
 * so that the text is safe wherever somebody puts it into a page. 0xE2 begins the last two. */
static const bool is_special[256] = { [0] = true,
    [1] = true,
    [2] = true,
    [3] = true,
    [4] = true,
    [5] = true,
    [6] = true,
    [7] = true,
    [8] = true,
    [9] = true,
    [10] = true,
    [11] = true,
    [12] = true,
    [13] = true,
    [14] = true,
    [15] = true,
    [16] = true,
    [17] = true,
    [18] = true,
    [19] = true,
    [20] = true,
    [21] = true,
    [22] = true,
    [23] = true,
    [24] = true,
    [25] = true,
    [26] = true,
    [27] = true,
    [28] = true,
    [29] = true,
    [30] = true,
    [31] = true,
    [0x7F] = true,
    ['"'] = true,
    ['\\'] = true,
    ['<'] = true,
    ['>'] = true,
    ['&'] = true,
    [0xE2] = true };

static void put_escape(struct writer *writer, unsigned code_point)
{
    static const char hex[] = "0123456789abcdef";
    char escape[6] = { '\\', 'u', hex[code_point >> 12], hex[code_point >> 8 & 15],
        hex[code_point >> 4 & 15], hex[code_point & 15] };
    put(writer, escape, sizeof escape);
}

static void put_escaped(struct writer *writer, struct str text)
{
    const unsigned char *at = (const unsigned char *)text.at;
    size_t clean = 0;

    for (size_t i = 0; i < text.bytes; i++) {
        if (!is_special[at[i]])
            continue;
        unsigned char c = at[i];
        bool is_separator =
            c == 0xE2 && i + 2 < text.bytes && at[i + 1] == 0x80 && (at[i + 2] & 0xFE) == 0xA8;
        if (c == 0xE2 && !is_separator)
            continue;
        put(writer, text.at + clean, i - clean);
        if (c == '"' || c == '\\')
            put(writer, (char[]){ '\\', (char)c }, 2);
        else if (c == '\n')
            put(writer, "\\n", 2);
        else if (c == '\t')
            put(writer, "\\t", 2);
        else
            put_escape(writer, is_separator ? 0x2000u + at[i + 2] - 0x80u : c);
        i += is_separator ? 2 : 0;
        clean = i + 1;
    }
    if (text.bytes > clean)
        put(writer, text.at + clean, text.bytes - clean);
}

void writer_text(struct writer *writer, struct str text)
{
    if (!text.at) {
        writer_null(writer);
        return;
    }
    before_value(writer);
    put_char(writer, '"');
    put_escaped(writer, text);
    put_char(writer, '"');
}

void writer_cstr(struct writer *writer, const char *text)
{
    writer_text(writer, str_from(text));
}

void writer_int(struct writer *writer, int64_t number)
{
    char text[24], *at = text + sizeof text;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        *--at = '-';
    before_value(writer);
    put(writer, at, (size_t)(text + sizeof text - at));
}

void writer_double(struct writer *writer, double number)
{
    char text[32];

    assert(isfinite(number));
    if (number == 0 || number == 1) { /* most scores */
        writer_int(writer, number == 1);
        return;
    }
    int bytes = snprintf(text, sizeof text, "%.6g", number);
    before_value(writer);
    put(writer, text, (size_t)bytes);
}

void writer_bool(struct writer *writer, bool value)
{
    before_value(writer);
    if (value)
        put(writer, "true", 4);
    else
        put(writer, "false", 5);
}

void writer_null(struct writer *writer)
{
    before_value(writer);
    put(writer, "null", 4);
}

void writer_raw(struct writer *writer, struct str value)
{
    assert(value.bytes > 0);
    before_value(writer);
    put(writer, value.at, value.bytes);
}

void writer_raw_members(struct writer *writer, struct str members)
{
    if (members.bytes == 0)
        return;
    before_value(writer);
    put(writer, members.at, members.bytes);
}

void writer_key_text(struct writer *writer, const char *key, struct str text)
{
    writer_key(writer, key);
    writer_text(writer, text);
}

void writer_key_cstr(struct writer *writer, const char *key, const char *text)
{
    writer_key(writer, key);
    writer_cstr(writer, text);
}

void writer_key_int(struct writer *writer, const char *key, int64_t number)
{
    writer_key(writer, key);
    writer_int(writer, number);
}

void writer_key_bool(struct writer *writer, const char *key, bool value)
{
    writer_key(writer, key);
    writer_bool(writer, value);
}

void writer_key_null(struct writer *writer, const char *key)
{
    writer_key(writer, key);
    writer_null(writer);
}
