/* Words of a text replaced in its source (DESIGN.md "Text"): readers point at canonical text, and
 * the bytes that it was made from are changed. Nothing is believed: the new source is prepared
 * anew, and must read as the old text with the replacements done. Pure; slow for a large text, so
 * it runs off the loop. */
#ifndef GLOSS_FORMATS_APPLY_H
#define GLOSS_FORMATS_APPLY_H

#include "formats/text.h"

struct replacement {
    size_t from_bytes, to_bytes; /* of the canonical text: at least one character */
    struct str words;            /* instead of them, plain; no bytes: nothing */
    /* set by text_apply(): where they are in the new canonical text. They may be fewer than
     * `words`: without what no text holds, and in Markdown empty lines are not lines of their own.
     */
    size_t start_chars, end_chars;
};

enum apply_fault {
    APPLY_OK,
    APPLY_STALE,   /* the source does not read as `canonical` */
    APPLY_CROSSES, /* markup, or the end of a block, stands between the words to be replaced */
    APPLY_READS_OTHERWISE, /* there, the new words would read as something else */
    APPLY_EMPTY,           /* nothing that a reader would see would be left */
    APPLY_TOO_LARGE,
    APPLY_TOO_MUCH /* too many at once for a text of this size */
};

struct applied {
    struct str source, charset;
    bool is_recoded; /* the charset it had cannot say the new words; it is UTF-8 now */
    struct text_prepared text;
    size_t faulty; /* of APPLY_CROSSES and APPLY_READS_OTHERWISE: which replacement */
};

/* `source` in `charset` (as its revision has it) reads as `canonical`. The replacements are in the
 * order of the text and do not overlap. On any fault only out->faulty is set. */
enum apply_fault text_apply(struct arena *arena, enum text_format format, struct str source,
    struct str charset, struct str canonical, struct replacement *replacements, size_t count,
    struct applied *out);

#endif
