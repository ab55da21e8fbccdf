/* Which word of the old text is which of the new one. */
#ifndef GLOSS_ANCHORING_ALIGNMENT_H
#define GLOSS_ANCHORING_ALIGNMENT_H

#include "anchoring/carry.h"
#include "anchoring/tokens.h"

#define NOWHERE UINT32_MAX

/* Tokens [from, to). */
struct span {
    uint32_t from, to;
};

static inline uint32_t span_length(struct span span)
{
    return span.to - span.from;
}

/* Pairs that follow each other on both sides. */
struct run {
    uint32_t i, j, length, weight;
};

struct alignment {
    const struct text_index *from, *to;
    struct token_pair tokens;
    uint32_t *to_of, *from_of; /* of each token its partner, or NOWHERE */
    uint32_t *like_of;         /* of old tokens without one, what took their place; or NOWHERE */
    uint8_t *likeness;         /* and how much it is like them, in LIKENESS_SAMEths */
    struct run *runs;          /* all pairs, in the order of the old text */
    uint32_t run_count;
    uint8_t *moved; /* of each old token: found by moves_find() */
    uint32_t *seen; /* of each word, how often it stands in both texts */
};

static inline bool same_word(const struct alignment *it, uint32_t i, uint32_t j)
{
    return same_token(&it->tokens.from.at[i], &it->tokens.to.at[j]);
}

/* Or one of them has capitals: a heading, or where a sentence begins. */
static inline bool same_letters(const struct alignment *it, uint32_t i, uint32_t j)
{
    return it->tokens.from.at[i].word == it->tokens.to.at[j].word;
}

static inline void pair_up(struct alignment *it, uint32_t i, uint32_t j)
{
    it->to_of[i] = j;
    it->from_of[j] = i;
}

static inline void part(struct alignment *it, uint32_t i)
{
    it->from_of[it->to_of[i]] = NOWHERE;
    it->to_of[i] = NOWHERE;
}

static inline void like_up(struct alignment *it, uint32_t i, uint32_t j, unsigned likeness)
{
    it->like_of[i] = j;
    it->likeness[i] = (uint8_t)likeness;
}

/* The partner, or what took its place. */
static inline uint32_t image_of(const struct alignment *it, uint32_t i)
{
    return it->to_of[i] != NOWHERE ? it->to_of[i] : it->like_of[i];
}

/* What a word is worth as evidence that two passages are the same: rare and long ones most. */
unsigned word_weight(const struct alignment *it, const struct token *token);

#endif
