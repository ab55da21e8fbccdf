#include "anchoring/ends.h"

#include "anchoring/likeness.h"
#include "anchoring/sentences.h"
#include "base/arena.h"

#include <stdlib.h>

#define REACH_TOKENS 40 /* and half the quote: so far from where they are ends are looked for */
#define STAY 0.01       /* by how much another end has to be better */
#define TORN 0.1        /* what it costs not to be a sentence's end */
#define SPREAD 0.05     /* and what it costs to be of more paragraphs than the quote was */
#define CANDIDATES_MAX 64

/* A word of the quote and where it is. */
struct fixed {
    uint32_t i, j;
    uint32_t distance; /* of all up to here from those after the first one */
};

struct fit {
    const struct alignment *it;
    struct span old, window;
    struct fixed *fixed;
    uint32_t count;
    uint32_t *old_chars, *now_chars;  /* before each token of the quote, of the window */
    uint32_t *now_breaks, old_breaks; /* paragraphs' beginnings up to each token of the window */
};

static uint32_t width(const struct token *token)
{
    return (token->chars + (token->space != SPACE_NONE ? 1u : 0u)) * LIKENESS_SAME;
}

static uint32_t *sums_of(const struct tokens *tokens, struct span span)
{
    uint32_t *sums = mem_alloc((span_length(span) + 1) * sizeof *sums);

    sums[0] = 0;
    for (uint32_t n = 0; n < span_length(span); n++)
        sums[n + 1] = sums[n] + width(&tokens->at[span.from + n]);
    return sums;
}

static uint32_t *breaks_of(const struct tokens *tokens, struct span span)
{
    uint32_t *breaks = mem_zero(span_length(span) + 1, sizeof *breaks), count = 0;

    for (uint32_t n = 0; n < span_length(span); n++)
        breaks[n] = count += tokens->at[span.from + n].space == SPACE_PARAGRAPH;
    return breaks;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t old_between(const struct fit *f, uint32_t from, uint32_t to)
{
    return f->old_chars[to - f->old.from] - f->old_chars[from - f->old.from];
}

static uint32_t now_between(const struct fit *f, uint32_t from, uint32_t to)
{
    return f->now_chars[to - f->window.from] - f->now_chars[from - f->window.from];
}

/* The words of the quote that are in the window, in ascending order on both sides. */
static void fix_words(struct fit *f)
{
    const struct alignment *it = f->it;

    f->fixed = mem_alloc((span_length(f->old) + 1) * sizeof *f->fixed);
    for (uint32_t i = f->old.from; i < f->old.to; i++) {
        uint32_t j = image_of(it, i), distance = 0;
        if (j == NOWHERE || j < f->window.from || j >= f->window.to)
            continue;
        if (f->count > 0) {
            const struct fixed *last = &f->fixed[f->count - 1];
            if (j <= last->j)
                continue;
            distance = last->distance +
                larger(old_between(f, last->i + 1, i), now_between(f, last->j + 1, j));
        }
        if (it->to_of[i] == NOWHERE)
            distance +=
                width(&it->tokens.from.at[i]) * (LIKENESS_SAME - it->likeness[i]) / LIKENESS_SAME;
        f->fixed[f->count++] = (struct fixed){ i, j, distance };
    }
}

/* How many fixed words stand before the new token. */
static uint32_t fixed_before(const struct fit *f, uint32_t j)
{
    uint32_t low = 0, high = f->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (f->fixed[middle].j < j)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* 1 less the distance of the words, as their letters count, by the longer one's length. */
static double alike(const struct fit *f, struct span span)
{
    uint32_t first = fixed_before(f, span.from), last = fixed_before(f, span.to);
    uint32_t longer =
        larger(old_between(f, f->old.from, f->old.to), now_between(f, span.from, span.to));

    if (first == last)
        return 0;
    const struct fixed *a = &f->fixed[first], *b = &f->fixed[last - 1];
    uint32_t distance = b->distance - a->distance;
    distance += larger(old_between(f, f->old.from, a->i), now_between(f, span.from, a->j));
    distance += larger(old_between(f, b->i + 1, f->old.to), now_between(f, b->j + 1, span.to));
    return 1 - (double)distance / longer;
}

/* The new words are of more paragraphs than the old ones. */
static bool is_spread(const struct fit *f, struct span span)
{
    const uint32_t *breaks = f->now_breaks;
    uint32_t first = span.from - f->window.from, last = span.to - 1 - f->window.from;

    return breaks[last] - breaks[first] > f->old_breaks;
}

struct ends {
    uint32_t at[CANDIDATES_MAX], count;
};

/* The end as it is first. */
static struct ends candidates(
    const struct fit *f, uint32_t stay, bool is_free, bool starts, uint32_t reach)
{
    struct ends ends = { .at = { stay }, .count = 1 };

    if (!is_free)
        return ends;
    for (uint32_t n = 1; n <= reach && ends.count + 2 <= CANDIDATES_MAX; n++) {
        bool (*is_end)(const struct tokens *, uint32_t) = starts ? sentence_starts : sentence_ends;
        if (stay >= f->window.from + n && is_end(&f->it->tokens.to, stay - n))
            ends.at[ends.count++] = stay - n;
        if (stay + n <= f->window.to && is_end(&f->it->tokens.to, stay + n))
            ends.at[ends.count++] = stay + n;
    }
    return ends;
}

/* The word is there as it was: one that lost its capital has something before it now. */
static bool stands(const struct alignment *it, uint32_t i, uint32_t j)
{
    return it->to_of[i] == j && same_word(it, i, j);
}

static struct span best_ends(const struct fit *f, struct span now, bool starts, bool ends)
{
    const struct tokens *to = &f->it->tokens.to;
    uint32_t reach = REACH_TOKENS + span_length(f->old) / 2;
    struct ends left = candidates(f, now.from, starts, true, reach);
    struct ends right = candidates(f, now.to, ends, false, reach);
    struct span best = now;
    bool is_torn_left =
        starts && !sentence_starts(to, now.from) && !stands(f->it, f->old.from, now.from);
    bool is_torn_right =
        ends && !sentence_ends(to, now.to) && !stands(f->it, f->old.to - 1, now.to - 1);
    double best_score = -1;

    for (uint32_t l = 0; l < left.count; l++) {
        for (uint32_t r = 0; r < right.count; r++) {
            struct span span = { left.at[l], right.at[r] };
            if (span.from >= span.to)
                continue;
            double score = alike(f, span) + (l == 0 && r == 0 ? STAY : 0);
            score -= is_spread(f, span) ? SPREAD : 0;
            score -= (l == 0 && is_torn_left ? TORN : 0) + (r == 0 && is_torn_right ? TORN : 0);
            if (score > best_score) {
                best_score = score;
                best = span;
            }
        }
    }
    return best;
}

struct span ends_fit(const struct alignment *it, struct span old, struct span now)
{
    struct fit f = { .it = it, .old = old };
    bool starts = sentence_starts(&it->tokens.from, old.from);
    bool ends = sentence_ends(&it->tokens.from, old.to);
    uint32_t reach = REACH_TOKENS + span_length(old) / 2, count = it->tokens.to.count;

    if (!starts && !ends)
        return now;
    f.window = (struct span){ now.from > reach ? now.from - reach : 0,
        count - now.to > reach ? now.to + reach : count };
    f.old_chars = sums_of(&it->tokens.from, old);
    f.now_chars = sums_of(&it->tokens.to, f.window);
    uint32_t *old_breaks = breaks_of(&it->tokens.from, old);
    f.old_breaks = old_breaks[span_length(old) - 1] - old_breaks[0];
    free(old_breaks);
    f.now_breaks = breaks_of(&it->tokens.to, f.window);
    fix_words(&f);
    now = best_ends(&f, now, starts, ends);
    free(f.old_chars);
    free(f.now_chars);
    free(f.now_breaks);
    free(f.fixed);
    return now;
}
