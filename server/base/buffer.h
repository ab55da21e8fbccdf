/* Bytes that grow as they are written, for output whose size nobody knows beforehand. The buffer
 * owns its memory until buffer_finish() hands it to an arena or buffer_drop() frees it. */
#ifndef GLOSS_BASE_BUFFER_H
#define GLOSS_BASE_BUFFER_H

#include "base/arena.h"
#include "base/str.h"

/* All zero is an empty buffer. */
struct buffer {
    char *at;
    size_t bytes;
    size_t room;
};

void buffer_put(struct buffer *buffer, struct str text);
void buffer_put_char(struct buffer *buffer, char c);
void buffer_put_cstr(struct buffer *buffer, const char *text);
void buffer_put_number(struct buffer *buffer, size_t number);
/* One code point as UTF-8. */
void buffer_put_utf8(struct buffer *buffer, uint32_t code_point);

/* What was written so far; valid until the next write. */
struct str buffer_text(const struct buffer *buffer);
/* The text, which the arena owns from now on; the buffer is empty again. */
struct str buffer_finish(struct buffer *buffer, struct arena *arena);
void buffer_drop(struct buffer *buffer);

#endif
