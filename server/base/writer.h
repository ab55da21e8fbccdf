/* Writes JSON into one growing buffer, in order, with commas and escapes looked after. Nesting is
 * checked by assertion: a writer that was left open is our own bug. Reading is jansson's work. */
#ifndef GLOSS_BASE_WRITER_H
#define GLOSS_BASE_WRITER_H

#include "base/arena.h"
#include "base/str.h"

#include <stdint.h>

#define WRITER_DEPTH_MAX 64

struct writer {
    char *at; /* malloc'd; writer_finish() hands it over */
    size_t bytes;
    size_t room;
    int depth;
    bool comma[WRITER_DEPTH_MAX];
    bool after_key;
};

void writer_start(struct writer *writer);
/* Ends the writer without an answer. */
void writer_drop(struct writer *writer);
/* The finished text, which the arena owns from now on; the writer is ended. */
struct str writer_finish(struct writer *writer, struct arena *arena);

void writer_object(struct writer *writer);
void writer_object_end(struct writer *writer);
void writer_array(struct writer *writer);
void writer_array_end(struct writer *writer);
/* A member's name; ASCII without characters to escape. Its value must follow. */
void writer_key(struct writer *writer, const char *key);

/* A line feed behind the finished text: for what is read line by line. */
void writer_line_end(struct writer *writer);

/* Values. Text must be valid UTF-8; a text that was not given is null. */
void writer_text(struct writer *writer, struct str text);
void writer_cstr(struct writer *writer, const char *text);
void writer_int(struct writer *writer, int64_t number);
void writer_double(struct writer *writer, double number);
void writer_bool(struct writer *writer, bool value);
void writer_null(struct writer *writer);
/* A complete JSON value that is already text. */
void writer_raw(struct writer *writer, struct str value);
/* Whole members (`"a":1,"b":2`) that are already text, put where a key would stand. None: nothing.
 */
void writer_raw_members(struct writer *writer, struct str members);

/* key and value in one. */
void writer_key_text(struct writer *writer, const char *key, struct str text);
void writer_key_cstr(struct writer *writer, const char *key, const char *text);
void writer_key_int(struct writer *writer, const char *key, int64_t number);
void writer_key_bool(struct writer *writer, const char *key, bool value);
void writer_key_null(struct writer *writer, const char *key);

#endif
