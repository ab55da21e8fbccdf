/* Files of notes, written piece by piece: begin, then for each document its heading and its notes
 * in the order of reading (formats/notes.h), then end. */
#ifndef GLOSS_FORMATS_NOTES_FILE_H
#define GLOSS_FORMATS_NOTES_FILE_H

#include "base/buffer.h"
#include "formats/notes.h"
#include "model/document.h"

#include <jansson.h>

/* What the writers know of the whole file. */
struct notes_file {
    struct str base_url, address; /* the server's; the file's own path */
    struct str title;             /* of the whole */
    bool is_of_document;          /* one document; else all that somebody has said */
    int64_t at_us;
    size_t count;          /* notes written so far */
    enum note_place place; /* of the latest thread */
};

struct notes_format {
    const char *suffix, *media_type;
    /* each may be NULL; `doc` NULL: one that the reader can no longer read */
    void (*begin)(
        struct buffer *out, const struct notes_file *file, const struct document *of_document);
    void (*heading)(struct buffer *out, const struct notes_file *file, const struct document *doc);
    void (*note)(struct buffer *out, struct notes_file *file, const struct document *doc,
        const struct note *note);
    void (*end)(struct buffer *out, const struct notes_file *file);
};

extern const struct notes_format notes_markdown, notes_plain, notes_html, notes_csv, notes_jsonld;

/* -- what several of them need ------------------------------------------------------------------
 */

/* The parts of an annotation's `shown`, which the server has made. Texts are borrowed from it. */
struct note_words {
    json_t *shown;
    struct str kind, body, body_html, exact, prefix, suffix; /* STR_NONE where there is none */
    const json_t *tags, *selectors;
};
struct note_words note_words(const struct annotation *it);
void note_words_drop(struct note_words *words);
struct str note_tag(const json_t *tags, size_t index);

/* A title for every document. */
struct str note_title(const struct document *doc);
/* "ann_…" */
void note_put_id(struct buffer *out, const char *prefix, struct uuid id);
/* "https://…/n/ann_…", "https://…/d/doc_…" */
void note_put_address(struct buffer *out, struct str base_url, const struct annotation *it);
void note_put_document(struct buffer *out, struct str base_url, struct uuid id);
/* "2026-03-01 09:30 UTC" */
void note_put_time(struct buffer *out, int64_t us);
/* The heading that comes before this note and after the one before, NULL: none. */
const char *note_heading(
    struct notes_file *file, const struct document *doc, const struct note *note);

#endif
