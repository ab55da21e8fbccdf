/* Takes a long text apart into lines, holding no more of it than the longest line that is taken. */
#ifndef GLOSS_STEP_LINE_READER_H
#define GLOSS_STEP_LINE_READER_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Bytes of the text from `at` on; 0 at its end. */
typedef size_t line_source(void *context, uint64_t at, char *out, size_t room);

struct line_reader {
    line_source *source;
    void *context;
    size_t max_bytes; /* of a line */
    uint64_t at;      /* how much of the text has been asked for */
    uint64_t number;  /* of the latest line, from 1 */
    char *buffer;
    size_t room, from, to;
};

enum line { LINE, LINE_TOO_LONG, LINE_NONE };

/* The next line that holds more than white space, without its end and the white space around it;
 * valid until the next call. LINE_TOO_LONG: it was passed over. LINE_NONE: there is none. */
enum line line_next(struct line_reader *reader, struct str *line);

void line_reader_drop(struct line_reader *reader);

#endif
