/* Documents and what was said about them as Markdown, for people and their note programs. */
#ifndef GLOSS_FORMATS_NOTES_MARKDOWN_H
#define GLOSS_FORMATS_NOTES_MARKDOWN_H

#include "base/buffer.h"
#include "formats/notes.h"
#include "model/document.h"

/* YAML between two lines of dashes: title, source, addresses, language, how many. */
void notes_front_matter(struct buffer *out, struct str base_url, const struct document *doc,
    size_t count, int64_t now_us);

/* "# Title". `doc` NULL: a document that the reader can no longer read. */
void notes_heading(struct buffer *out, const struct document *doc);
/* Where it is read, on a line of its own; nothing for what is not read here. */
void notes_source(struct buffer *out, struct str base_url, const struct document *doc);

/* The notes of one document: quote, who, when, what, replies indented. */
void notes_write(struct buffer *out, struct str base_url, const struct document *doc,
    const struct note *notes, size_t count);

#endif
