#include "step/line_reader.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define STEP_BYTES 16384

/* Puts more behind what is left. False: there is no more, or the buffer is as large as it gets. */
static bool fill(struct line_reader *reader)
{
    size_t room_max = reader->max_bytes + STEP_BYTES;

    if (reader->from > 0) {
        memmove(reader->buffer, reader->buffer + reader->from, reader->to - reader->from);
        reader->to -= reader->from;
        reader->from = 0;
    }
    if (reader->room - reader->to < STEP_BYTES && reader->room < room_max) {
        size_t wanted = reader->room * 2 > 4 * STEP_BYTES ? reader->room * 2 : 4 * STEP_BYTES;
        reader->room = wanted < room_max ? wanted : room_max;
        reader->buffer = mem_grow(reader->buffer, reader->room);
    }
    size_t count = reader->room == reader->to
        ? 0
        : reader->source(
              reader->context, reader->at, reader->buffer + reader->to, reader->room - reader->to);
    reader->at += count;
    reader->to += count;
    return count > 0;
}

/* Where the line ends that begins at `from`; SIZE_MAX: not in the buffer. */
static size_t line_end(const struct line_reader *reader, size_t seen)
{
    const char *at = reader->buffer + reader->from + seen;
    size_t left = reader->to - reader->from - seen;
    const char *end = left > 0 ? memchr(at, '\n', left) : NULL;

    return end ? (size_t)(end - reader->buffer) : SIZE_MAX;
}

/* The rest of a line that is too long. */
static void pass_over(struct line_reader *reader)
{
    size_t end;

    do {
        end = line_end(reader, 0);
        reader->from = end == SIZE_MAX ? reader->to : end + 1;
    } while (end == SIZE_MAX && fill(reader));
}

/* Blank lines, of which a body may have millions: counted a byte at a time. */
static void pass_blank(struct line_reader *reader)
{
    size_t at = reader->from;

    for (;; at++) {
        if (at == reader->to) {
            size_t seen = at - reader->from;
            if (!fill(reader))
                return;
            at = reader->from + seen;
        }
        char c = reader->buffer[at];
        if (c == '\n') {
            reader->number++;
            reader->from = at + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
    }
}

static enum line take(struct line_reader *reader, struct str *line)
{
    size_t seen = 0, end;

    while ((end = line_end(reader, seen)) == SIZE_MAX) {
        seen = reader->to - reader->from;
        if (seen > reader->max_bytes) {
            reader->number++;
            pass_over(reader);
            return LINE_TOO_LONG;
        }
        if (!fill(reader))
            break;
    }
    if (end == SIZE_MAX && reader->from == reader->to)
        return LINE_NONE;
    size_t to = end == SIZE_MAX ? reader->to : end;
    *line = (struct str){ reader->buffer + reader->from, to - reader->from };
    reader->from = end == SIZE_MAX ? to : to + 1;
    reader->number++;
    return line->bytes > reader->max_bytes ? LINE_TOO_LONG : LINE;
}

enum line line_next(struct line_reader *reader, struct str *line)
{
    enum line kind;

    do {
        pass_blank(reader);
        kind = take(reader, line);
        if (kind == LINE)
            *line = str_trim(*line);
    } while (kind == LINE && line->bytes == 0);
    return kind;
}

void line_reader_drop(struct line_reader *reader)
{
    free(reader->buffer);
    reader->buffer = NULL;
    reader->room = reader->from = reader->to = 0;
}
