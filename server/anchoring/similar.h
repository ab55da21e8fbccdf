/* The passage of a text that is most like a quote which stands nowhere in it: to be shown, never to
 * be taken for the quote. */
#ifndef GLOSS_ANCHORING_SIMILAR_H
#define GLOSS_ANCHORING_SIMILAR_H

#include "anchoring/match.h"

struct similar {
    struct match match;
    double score; /* 1 - edit distance / length of the quote; below 1 */
};

/* False if nothing is like it enough. Of several best ones the first at or after near_byte, else
 * the last before. Time: text length times at most SIMILAR_WORDS machine words. */
#define SIMILAR_WORDS 8
bool similar_find(struct str text, const struct folded *quote, size_t count, size_t near_byte,
    struct similar *out);

#endif
