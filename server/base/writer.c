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

/* Besides what RFC 8259 demands, `<`, `>`, `&` and U+2028/9 are escaped: the text is then safe
 * wherever somebody puts it into a page. */
static void put_escaped(struct writer *writer, struct str text)
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
        put(writer, text.at + clean, i - clean);
        put(writer, escape, (size_t)length);
        i += bytes - 1;
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
    char text[24];
    int bytes = snprintf(text, sizeof text, "%lld", (long long)number);
    before_value(writer);
    put(writer, text, (size_t)bytes);
}

void writer_double(struct writer *writer, double number)
{
    char text[32];
    assert(isfinite(number));
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
