/* A document's text, as it comes in and as readers see it (DESIGN.md "Text"): source bytes become
 * canonical text, the HTML of the reading page, an outline, and a map back to the source. Pure: no
 * I/O; may take long for a large source, so it runs off the loop. */
#ifndef GLOSS_FORMATS_TEXT_H
#define GLOSS_FORMATS_TEXT_H

#include "base/arena.h"
#include "base/str.h"

#define TEXT_SOURCE_MAX_BYTES (8u << 20)

enum text_format { TEXT_PLAIN, TEXT_MARKDOWN };

enum text_fault {
    TEXT_OK,
    TEXT_UNKNOWN_CHARSET, /* the charset that was named does not exist here */
    TEXT_NOT_IN_CHARSET,  /* bytes that the charset does not have, at fault_byte */
    TEXT_HAS_NUL,         /* U+0000 at fault_byte */
    TEXT_EMPTY,           /* nothing that a reader would see */
    TEXT_TOO_LARGE
};

struct text_prepared {
    struct str canonical; /* UTF-8; blocks separated by one newline */
    size_t chars;
    struct str html;    /* blocks stamped with data-o, their start in characters of `canonical` */
    struct str toc;     /* JSON: [{"level":1,"text":"…","start":0},…] */
    struct str map;     /* canonical text to source bytes; opaque, text_map_source() reads it */
    struct str charset; /* the charset that was decoded from, e.g. "UTF-8" */
    struct str title;   /* the first heading, or STR_NONE */
    size_t fault_byte;
};

/* Decodes `source` (`charset` STR_NONE: a byte order mark decides, else UTF-8) and prepares it.
 * On any fault only fault_byte is set. */
enum text_fault text_prepare(struct arena *arena, enum text_format format, struct str source,
    struct str charset, struct text_prepared *out);

/* Where in the source the bytes [from, to) of the canonical text come from. `contiguous`: nothing
 * else stands between them there, so that replacing those source bytes replaces just this text.
 * False where nothing of the range was copied from the source (a separator between blocks). */
struct text_source {
    size_t from_byte, to_byte;
    bool contiguous;
};
bool text_map_source(struct str map, size_t from_bytes, size_t to_bytes, struct text_source *out);

/* A body of an annotation (Markdown as written) as safe HTML: raw HTML is shown as text, links are
 * http, https or mailto with rel="nofollow noopener ugc", images become links. Linear in its input.
 * The version changes with every change of the output, so that stored HTML can be made again. */
#define BODY_RENDERER_VERSION 1
struct str body_html(struct arena *arena, struct str markdown);

#endif
