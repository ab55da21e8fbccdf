/* Runs: pairs that follow each other on both sides. */
#ifndef GLOSS_ANCHORING_RUNS_H
#define GLOSS_ANCHORING_RUNS_H

#include "anchoring/alignment.h"

/* Lets long runs take what continues them from short ones: of an entry of a list that moved, all
 * that it has in common with the one that now stands where it stood. */
void runs_widen(struct alignment *it);

/* Says which words moved: those that are not in the heaviest of all sets of runs that kept their
 * order. */
void runs_mark_moved(struct alignment *it);

#endif
