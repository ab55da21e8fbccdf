/* What makes an alignment read as an editor would have said it. */
#ifndef GLOSS_ANCHORING_TIDY_H
#define GLOSS_ANCHORING_TIDY_H

#include "anchoring/alignment.h"

/* Parts pairs that stand alone between changes that are longer than they are: words that both
 * passages happen to have. */
void islands_part(struct alignment *it);

/* Says of words without a partner what took their place: where both texts have some between the
 * same neighbours. */
void gaps_liken(struct alignment *it);

#endif
