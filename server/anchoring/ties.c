#include "anchoring/ties.h"

/* So many tokens beside a quote are looked at; what is the same all the way is context enough. */
#define LOOK_MAX 512

/* A tie takes two passages on one side and one on the other: each word is there three times. */
static bool may_be_tied(const struct alignment *it, struct span old)
{
    for (uint32_t i = old.from; i < old.to; i++)
        if (it->seen[it->tokens.from.at[i].word] < 3)
            return false;
    return true;
}

static uint32_t word_at(const struct tokens *tokens, uint32_t i)
{
    return tokens->at[i].word;
}

/* The words [from, to) are those `back` words before them. */
static bool repeats(const struct tokens *tokens, uint32_t from, uint32_t to, uint32_t back)
{
    for (uint32_t i = from; i < to; i++)
        if (word_at(tokens, i) != word_at(tokens, i - back))
            return false;
    return true;
}

/* Tokens without a partner right before `at`, or right behind it. */
static struct span free_before(const uint32_t *partner, uint32_t at)
{
    struct span span = { at, at };
    while (span.from > 0 && partner[span.from - 1] == NOWHERE && span_length(span) < LOOK_MAX)
        span.from--;
    return span;
}

static struct span free_behind(const uint32_t *partner, uint32_t at, uint32_t count)
{
    struct span span = { at, at };
    while (span.to < count && partner[span.to] == NOWHERE && span_length(span) < LOOK_MAX)
        span.to++;
    return span;
}

static bool tied_before(const struct alignment *it, struct span old, struct span now)
{
    uint32_t i = old.from, j = now.from;

    while (i > 0 && j > 0 && it->to_of[i - 1] == j - 1 && old.from - i < LOOK_MAX)
        i--, j--;
    uint32_t gone = span_length(free_before(it->to_of, i));
    uint32_t come = span_length(free_before(it->from_of, j));
    if (gone > 0 && come == 0)
        return repeats(&it->tokens.from, i, old.to, gone);
    return gone == 0 && come > 0 && repeats(&it->tokens.to, j, now.to, come);
}

static bool tied_behind(const struct alignment *it, struct span old, struct span now)
{
    uint32_t n = it->tokens.from.count, m = it->tokens.to.count, i = old.to, j = now.to;

    while (i < n && j < m && it->to_of[i] == j && i - old.to < LOOK_MAX)
        i++, j++;
    uint32_t gone = span_length(free_behind(it->to_of, i, n));
    uint32_t come = span_length(free_behind(it->from_of, j, m));
    if (gone > 0 && come == 0)
        return repeats(&it->tokens.from, old.from + gone, i + gone, gone);
    return gone == 0 && come > 0 && repeats(&it->tokens.to, now.from + come, j + come, come);
}

bool is_tied(const struct alignment *it, struct span old, struct span now)
{
    return may_be_tied(it, old) && (tied_before(it, old, now) || tied_behind(it, old, now));
}

/* The passage that stands where `old` does, moved by so many words, has partners one after the
 * other. */
static bool lives(const struct alignment *it, uint32_t from, uint32_t count, struct span *now)
{
    uint32_t j = it->to_of[from];

    for (uint32_t k = 0; k < count; k++)
        if (it->to_of[from + k] == NOWHERE || it->to_of[from + k] != j + k)
            return false;
    *now = (struct span){ j, j + count };
    return true;
}

bool is_tied_with(const struct alignment *it, struct span old, struct span *now)
{
    uint32_t n = it->tokens.from.count;

    if (!may_be_tied(it, old))
        return false;
    struct span before = free_before(it->to_of, old.from);
    struct span behind = free_behind(it->to_of, old.to, n);
    uint32_t gap = behind.to - before.from;
    if (old.to + gap <= n && repeats(&it->tokens.from, before.from + gap, old.to + gap, gap) &&
        lives(it, old.from + gap, span_length(old), now))
        return true;
    return old.from >= gap && repeats(&it->tokens.from, old.from, behind.to, gap) &&
        lives(it, old.from - gap, span_length(old), now);
}

/* Word for word, on words that are free, or the quote's own, or that the quote lost to a passage
 * that is as good. */
static bool stands_at(const struct alignment *it, struct span old, uint32_t at)
{
    uint32_t length = span_length(old);

    if (at + length > it->tokens.to.count)
        return false;
    for (uint32_t k = 0; k < length; k++) {
        uint32_t claimed = it->from_of[at + k];
        bool own = claimed == NOWHERE || (claimed >= old.from && claimed < old.to) ||
            it->to_of[old.from + k] == NOWHERE;
        if (!own || !same_word(it, old.from + k, at + k))
            return false;
    }
    return true;
}

bool is_whole_at(const struct alignment *it, struct span old, struct span *now, bool *tied)
{
    uint32_t first = it->to_of[old.from], last = it->to_of[old.to - 1], length = span_length(old);
    bool at_first = first != NOWHERE && stands_at(it, old, first);
    bool at_last = last != NOWHERE && last + 1 >= length && stands_at(it, old, last + 1 - length);

    if (at_first)
        *now = (struct span){ first, first + length };
    else if (at_last)
        *now = (struct span){ last + 1 - length, last + 1 };
    *tied = at_first && at_last;
    return at_first || at_last;
}
