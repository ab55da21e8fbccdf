/* How much alike two words are. */
#ifndef GLOSS_ANCHORING_LIKENESS_H
#define GLOSS_ANCHORING_LIKENESS_H

#include "anchoring/tokens.h"

#define LIKENESS_SAME 16

/* What is compared of a word, gathered beforehand: most pairs differ in all of it. */
struct outline {
    const char *text;
    uint32_t at, word; /* at: which token it is */
    uint8_t bytes, kind, space, capitals;
    uint8_t first, last; /* byte, of letters without case */
};

struct outline outline_of(const struct tokens *tokens, uint32_t i);

/* False: they are not alike at all. Cheaper to ask first. */
static inline bool may_be_like(const struct outline *a, const struct outline *b)
{
    return a->word == b->word ||
        ((a->first == b->first || a->last == b->last) && a->kind == TOKEN_WORD &&
            b->kind == TOKEN_WORD);
}

/* 0 to LIKENESS_SAME: the share of what begins or ends both, letters without case; less than half
 * counts as nothing. Signs are the same or not. One less if only capitals differ. */
unsigned likeness(const struct outline *a, const struct outline *b);

#endif
