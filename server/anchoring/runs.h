/* Runs: what is the same on both sides, as far as it goes. */
#ifndef GLOSS_ANCHORING_RUNS_H
#define GLOSS_ANCHORING_RUNS_H

#include "anchoring/alignment.h"

/* Lets long runs take what continues them from short ones: of an entry of a list that moved, all
 * that it has in common with the one that now stands where it stood. */
void runs_widen(struct alignment *it);

/* Sets the alignment's runs, and says which words moved: those that are not in the heaviest of all
 * sets of runs that kept their order. */
void runs_mark_moved(struct alignment *it);

/* The run that the old token is in, or NULL. */
const struct run *run_of(const struct alignment *it, uint32_t i);

#endif
