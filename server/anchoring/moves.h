/* Passages that went past others. */
#ifndef GLOSS_ANCHORING_MOVES_H
#define GLOSS_ANCHORING_MOVES_H

#include "anchoring/alignment.h"

/* Pairs up, among what has no partner yet, runs that stand once on both sides, in any order. */
void moves_find(struct alignment *it, uint32_t least_chars);

#endif
