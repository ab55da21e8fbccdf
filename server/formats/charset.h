/* Bytes from outside become UTF-8 with LF line ends. What no reader sees and no document should
 * hold goes: the byte order mark, wherever it stands, and control characters but tab and newline.
 * All else stays to the letter, damaged characters too. */
#ifndef GLOSS_FORMATS_CHARSET_H
#define GLOSS_FORMATS_CHARSET_H

#include "formats/source_map.h"
#include "formats/text.h"

struct decoded {
    struct str text;      /* borrowed from the source where nothing had to change */
    struct map_runs runs; /* text to source; map_drop() is the caller's */
    bool same;            /* text is source, byte for byte, and runs is empty */
    struct str charset;
    size_t fault_byte;
};

/* A byte order mark decides, then `charset`, else it is UTF-8. On a fault there is nothing to drop.
 */
enum text_fault charset_decode(
    struct arena *arena, struct str source, struct str charset, struct decoded *out);

/* `text` in a charset that charset_decode() named, without a byte order mark. False: the charset
 * has not all of these characters. */
bool charset_encode(struct arena *arena, struct str text, struct str charset, struct str *out);

#endif
