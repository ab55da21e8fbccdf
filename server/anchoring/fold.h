/* Text as it is compared, not as it is shown: white space is one blank, typographic quotation marks
 * and dashes are the plain ones, what cannot be seen is left out, and composed and decomposed
 * letters are the same (NFC). Each folded character knows the bytes that it was made from. */
#ifndef GLOSS_ANCHORING_FOLD_H
#define GLOSS_ANCHORING_FOLD_H

#include "base/str.h"

struct folded {
    uint32_t c;
    size_t from_byte, to_byte;
};

/* Reads a text forwards in constant memory. */
struct folder {
    struct str text;
    size_t at;
    struct folded ready[64]; /* of a cluster that was folded as a whole */
    size_t ready_at, ready_count;
};

struct folder folder_of(struct str text);
bool fold_next(struct folder *folder, struct folded *out);

/* The folded characters of a text without the blanks at its ends; free() is the caller's. */
struct folded *fold_all(struct str text, size_t *count);

#endif
