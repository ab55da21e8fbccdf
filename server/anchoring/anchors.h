/* The parts of two texts that are the same in the same order. */
#ifndef GLOSS_ANCHORING_ANCHORS_H
#define GLOSS_ANCHORING_ANCHORS_H

#include "anchoring/alignment.h"

/* Pairs up tokens, each with one of the same word, in ascending order on both sides. */
void anchors_pair(struct alignment *it);

#endif
