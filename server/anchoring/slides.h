/* A change that could as well be said of the words beside it: of "so, so" that became "so", either
 * was taken out. It slides as far as the text repeats itself. */
#ifndef GLOSS_ANCHORING_SLIDES_H
#define GLOSS_ANCHORING_SLIDES_H

#include "anchoring/alignment.h"

/* So far a slide is followed; what repeats itself all the way is taken to do so for ever. */
#define SLIDE_MAX 20000

/* How well a text is divided before the token: at blanks, lines, or paragraphs. */
unsigned seam(const struct tokens *tokens, uint32_t i);
static inline unsigned seams(const struct tokens *tokens, struct span gap)
{
    return seam(tokens, gap.from) + seam(tokens, gap.to);
}

/* How far the gap slides in the direction, 1 or -1, at most `most`. */
uint32_t slide_length(const struct tokens *tokens, struct span gap, int step, uint32_t most);

/* Slides what was only put in or only taken out to where the text is divided best: whole lines and
 * paragraphs come and go. */
void gaps_slide(struct alignment *it);

#endif
