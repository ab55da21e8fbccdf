/* The best pairing of two passages that have words in common, but no run of them that stands only
 * once: by dynamic programming where they are small, else by their shortest edit script, if it is
 * short. */
#ifndef GLOSS_ANCHORING_WEAVE_H
#define GLOSS_ANCHORING_WEAVE_H

#include "anchoring/alignment.h"

struct weaver;

struct weaver *weaver_new(struct alignment *it);
void weaver_free(struct weaver *weaver);

/* Pairs up words of the spans, both unpaired so far, in ascending order. What costs too much is
 * left as it is: a weaver does work in proportion to the texts, and no more. */
void weave(struct weaver *weaver, struct span a, struct span b);

/* In the same way, but with words that are only alike, too, and into like_of. The new words are
 * those of b, and after them those of c. */
void weave_alike(struct weaver *weaver, struct span a, struct span b, struct span c);

#endif
