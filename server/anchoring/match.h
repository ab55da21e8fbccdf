/* All places of a quote in a text, one after the other. Overlapping ones count: "aa" is twice in
 * "aaa". Linear in text and quote, however often it matches. */
#ifndef GLOSS_ANCHORING_MATCH_H
#define GLOSS_ANCHORING_MATCH_H

#include "anchoring/fold.h"

struct match {
    size_t from_byte, to_byte;
};

typedef void match_found(void *user, struct match match);

/* Letter for letter. */
void match_exact(struct str text, struct str quote, match_found *found, void *user);
/* As fold.h compares. */
void match_folded(
    struct str text, const struct folded *quote, size_t count, match_found *found, void *user);

#endif
