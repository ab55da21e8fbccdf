/* Markdown (CommonMark with tables, strikethrough and bare links; raw HTML is text) as canonical
 * text and as HTML of our own. The parser is md4c; nothing of its HTML writer is used. */
#ifndef GLOSS_FORMATS_MARKDOWN_H
#define GLOSS_FORMATS_MARKDOWN_H

#include "base/buffer.h"
#include "formats/source_map.h"

/* A text to read has its blocks stamped, its canonical text and map written, its headings listed;
 * of a body only the HTML is made. */
enum markdown_use { MARKDOWN_TEXT, MARKDOWN_BODY };

struct heading {
    unsigned level;
    size_t start_chars, from_byte, to_byte; /* of the canonical text */
};

/* All zero before; markdown_drop() after. */
struct markdown {
    struct buffer html, canonical;
    size_t chars;         /* of canonical */
    struct map_runs runs; /* canonical text to `source` */
    struct heading *headings;
    size_t heading_count, heading_room;
};

/* `source` is valid UTF-8 with LF line ends. Time and output are linear in its length. */
void markdown_render(struct str source, enum markdown_use use, struct markdown *out);
void markdown_drop(struct markdown *markdown);

#endif
