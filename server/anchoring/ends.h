/* Where a quote of whole sentences begins and ends now. */
#ifndef GLOSS_ANCHORING_ENDS_H
#define GLOSS_ANCHORING_ENDS_H

#include "anchoring/alignment.h"

/* The passage `now`, in which the quote `old` was found changed, with those ends of sentences near
 * by that make it read most like the quote: of both ends, or of the one at which the quote had one.
 */
struct span ends_fit(const struct alignment *it, struct span old, struct span now);

#endif
