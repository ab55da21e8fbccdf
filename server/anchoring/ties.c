#include "anchoring/ties.h"

#include "anchoring/runs.h"
#include "anchoring/slides.h"

/* A tie takes two passages on one side and one on the other: each word is there three times. */
static bool may_be_tied(const struct alignment *it, struct span old)
{
    for (uint32_t i = old.from; i < old.to; i++)
        if (it->seen[it->tokens.from.at[i].word] < 3)
            return false;
    return true;
}

/* Tokens without a partner right before `at`, or right behind it. */
static struct span free_before(const uint32_t *partner, uint32_t at)
{
    struct span span = { at, at };
    while (span.from > 0 && partner[span.from - 1] == NOWHERE && span_length(span) < SLIDE_MAX)
        span.from--;
    return span;
}

static struct span free_behind(const uint32_t *partner, uint32_t at, uint32_t count)
{
    struct span span = { at, at };
    while (span.to < count && partner[span.to] == NOWHERE && span_length(span) < SLIDE_MAX)
        span.to++;
    return span;
}

/* Does the gap slide by `least` or more, at most by `most`, to where it divides the text as well as
 * where it is? */
static bool slides_as_well(
    const struct tokens *tokens, struct span gap, int step, uint32_t least, uint32_t most)
{
    if (span_length(gap) == 0 || span_length(gap) >= SLIDE_MAX || least > most)
        return false;
    uint32_t length = slide_length(tokens, gap, step, most < SLIDE_MAX ? most : SLIDE_MAX);
    if (length == SLIDE_MAX)
        return true;
    for (uint32_t n = least; n <= length; n++) {
        uint32_t by = step > 0 ? n : 0 - n;
        if (seams(tokens, (struct span){ gap.from + by, gap.to + by }) >= seams(tokens, gap))
            return true;
    }
    return false;
}

static bool tied_before(const struct alignment *it, const struct run *run, struct span old)
{
    struct span gone = free_before(it->to_of, run->i), come = free_before(it->from_of, run->j);
    uint32_t past = old.to - run->i;

    if (span_length(gone) > 0 && span_length(come) > 0)
        return false;
    return slides_as_well(&it->tokens.from, gone, 1, past, run->length) ||
        slides_as_well(&it->tokens.to, come, 1, past, run->length);
}

static bool tied_behind(const struct alignment *it, const struct run *run, struct span old)
{
    uint32_t end = run->i + run->length, past = end - old.from;
    struct span gone = free_behind(it->to_of, end, it->tokens.from.count);
    struct span come = free_behind(it->from_of, run->j + run->length, it->tokens.to.count);

    if (span_length(gone) > 0 && span_length(come) > 0)
        return false;
    return slides_as_well(&it->tokens.from, gone, -1, past, run->length) ||
        slides_as_well(&it->tokens.to, come, -1, past, run->length);
}

bool is_tied(const struct alignment *it, struct span old)
{
    const struct run *run = may_be_tied(it, old) ? run_of(it, old.from) : NULL;

    if (!run || old.to > run->i + run->length)
        return false;
    return tied_before(it, run, old) || tied_behind(it, run, old);
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
    struct span before = free_before(it->to_of, old.from), gap = free_behind(it->to_of, old.to, n);
    gap.from = before.from;
    uint32_t length = span_length(gap);
    if (slides_as_well(&it->tokens.from, gap, 1, old.to - gap.from, n - gap.to) &&
        lives(it, old.from + length, span_length(old), now))
        return true;
    return slides_as_well(&it->tokens.from, gap, -1, gap.to - old.from, gap.from) &&
        lives(it, old.from - length, span_length(old), now);
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
