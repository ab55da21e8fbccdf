/* Places that are as good as the one an alignment happens to have: of "so so" that became "so", who
 * can say which is left? */
#ifndef GLOSS_ANCHORING_TIES_H
#define GLOSS_ANCHORING_TIES_H

#include "anchoring/alignment.h"

/* The quote stands in the new text word for word. Is there a change beside it that could as well
 * have been on its other side, so that it would stand elsewhere, or nowhere? */
bool is_tied(const struct alignment *it, struct span old);

/* The quote was taken out. Could as well an equal passage beside it have been, and this is it? */
bool is_tied_with(const struct alignment *it, struct span old, struct span *now);

/* The quote is torn by a change that could as well be beside it: the place where it is whole. Sets
 * *tied if there are two. */
bool is_whole_at(const struct alignment *it, struct span old, struct span *now, bool *tied);

#endif
