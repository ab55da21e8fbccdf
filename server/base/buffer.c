#include "base/buffer.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *reserve(struct buffer *buffer, size_t bytes)
{
    if (buffer->room - buffer->bytes < bytes) {
        size_t room = buffer->room ? buffer->room * 2 : 256;
        while (room - buffer->bytes < bytes)
            room *= 2;
        buffer->at = mem_grow(buffer->at, room);
        buffer->room = room;
    }
    return buffer->at + buffer->bytes;
}

void buffer_put(struct buffer *buffer, struct str text)
{
    if (text.bytes == 0)
        return;
    memcpy(reserve(buffer, text.bytes), text.at, text.bytes);
    buffer->bytes += text.bytes;
}

void buffer_put_char(struct buffer *buffer, char c)
{
    *reserve(buffer, 1) = c;
    buffer->bytes++;
}

void buffer_put_cstr(struct buffer *buffer, const char *text)
{
    buffer_put(buffer, str_from(text));
}

void buffer_put_number(struct buffer *buffer, size_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%zu", number);
    buffer_put(buffer, (struct str){ digits, (size_t)length });
}

void buffer_put_utf8(struct buffer *buffer, uint32_t code_point)
{
    buffer->bytes += utf8_put(reserve(buffer, 4), code_point);
}

struct str buffer_text(const struct buffer *buffer)
{
    return (struct str){ buffer->at ? buffer->at : "", buffer->bytes };
}

struct str buffer_finish(struct buffer *buffer, struct arena *arena)
{
    struct str text = buffer_text(buffer);
    if (buffer->at)
        arena_own(arena, buffer->at, free);
    *buffer = (struct buffer){ 0 };
    return text;
}

void buffer_drop(struct buffer *buffer)
{
    free(buffer->at);
    *buffer = (struct buffer){ 0 };
}
