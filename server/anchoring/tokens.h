/* A text as the words that it is compared by. A word is a run of letters, digits and their marks, a
 * name with underscores is one; a character of a script that is written without blanks, and any
 * other sign, is one by itself. White space is none: reflowed lines have the same words. Words are
 * the same as fold.h compares, and each has a number, which it shares with its equals in both
 * texts, written with capitals or without. */
#ifndef GLOSS_ANCHORING_TOKENS_H
#define GLOSS_ANCHORING_TOKENS_H

#include "base/str.h"

/* What stands before a token. */
enum space { SPACE_NONE, SPACE_BLANK, SPACE_LINE, SPACE_PARAGRAPH };
enum token_kind { TOKEN_WORD, TOKEN_LETTER, TOKEN_SIGN };

#define TOKEN_MAX_BYTES 240 /* a longer word is several */
#define CAPITALS_MANY 3

struct token {
    uint32_t byte, first_char;
    uint32_t word; /* its number, from 0 on */
    uint8_t bytes, chars;
    uint8_t space : 2, kind : 2; /* enum space, enum token_kind */
    uint8_t capitals : 2;        /* how many; CAPITALS_MANY: or more */
};

struct tokens {
    struct str text;
    struct token *at;
    uint32_t count;
};

struct token_pair {
    struct tokens from, to;
    uint32_t words;
    uint64_t seed; /* for hashes: nobody can know it beforehand */
};

/* Both texts with one numbering. tokens_free() ends them. */
void tokens_read(struct token_pair *out, struct str from, struct str to);
void tokens_free(struct token_pair *pair);

struct str token_text(const struct tokens *tokens, uint32_t i);

/* The same word, and with capitals or without on both sides. */
static inline bool same_token(const struct token *a, const struct token *b)
{
    return a->word == b->word && a->capitals == b->capitals;
}

static inline uint32_t token_end_char(const struct token *token)
{
    return token->first_char + token->chars;
}

#endif
