#include "anchoring/likeness.h"

#define CASE_ONLY 15

static uint8_t without_case(char c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 32) : (uint8_t)c;
}

struct outline outline_of(const struct tokens *tokens, uint32_t i)
{
    const struct token *token = &tokens->at[i];
    const char *text = tokens->text.at + token->byte;

    return (struct outline){ text, i, token->word, token->bytes, token->kind, token->space,
        token->capitals, without_case(text[0]), without_case(text[token->bytes - 1]) };
}

/* In bytes: what two characters beyond ASCII have in common of their encoding tells little, but
 * words that differ in them have others in common. */
static unsigned parts_alike(const struct outline *a, const struct outline *b)
{
    unsigned least = a->bytes < b->bytes ? a->bytes : b->bytes;
    unsigned most = a->bytes < b->bytes ? b->bytes : a->bytes, head = 0, tail = 0;

    while (head < least && without_case(a->text[head]) == without_case(b->text[head]))
        head++;
    while (tail < least - head &&
        without_case(a->text[a->bytes - 1 - tail]) == without_case(b->text[b->bytes - 1 - tail]))
        tail++;
    unsigned share = (head + tail) * LIKENESS_SAME / most;
    if (share < LIKENESS_SAME / 2)
        return 0;
    return share < CASE_ONLY ? share : CASE_ONLY;
}

unsigned likeness(const struct outline *a, const struct outline *b)
{
    if (a->word == b->word)
        return a->capitals == b->capitals ? LIKENESS_SAME : CASE_ONLY;
    return may_be_like(a, b) ? parts_alike(a, b) : 0;
}
