#include "anchoring/carry.h"

#include "anchoring/alignment.h"
#include "anchoring/ends.h"
#include "anchoring/likeness.h"
#include "anchoring/ties.h"
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define EVIDENCE_PERCENT 130
#define REPLACED_CHARS 40
#define REPLACED_TIMES 3
#define BESIDE_TOKENS 12
#define SLACK_TOKENS 16 /* and half the quote: what is farther apart is torn apart */

/* One range on its way. */
struct trip {
    const struct alignment *it;
    struct range range;
    struct span old, now; /* tokens */
    uint32_t weight, kept;
    bool tied; /* other places are as good */
};

/* The first token that ends behind the character. */
static uint32_t token_behind(const struct tokens *tokens, size_t chars)
{
    uint32_t low = 0, high = tokens->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (token_end_char(&tokens->at[middle]) <= chars)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct span tokens_of(const struct tokens *tokens, struct range range)
{
    struct span span = { token_behind(tokens, range.start_chars), 0 };
    span.to = span.from;
    if (range.end_chars > 0)
        span.to = token_behind(tokens, range.end_chars - 1);
    if (span.to < tokens->count && tokens->at[span.to].first_char < range.end_chars)
        span.to++;
    if (span.to < span.from)
        span.to = span.from;
    return span;
}

/* -- where the words went -------------------------------------------------------------------------
 */

struct cluster {
    uint32_t from, to, weight, likes; /* weight of partners; of what took words' places, too */
};

struct image {
    uint32_t at, weight, likes;
};

static int ascending(const void *left, const void *right)
{
    const struct image *a = left, *b = right;
    return (a->at > b->at) - (a->at < b->at);
}

static struct image image_with_weight(const struct alignment *it, uint32_t i)
{
    uint32_t weight = word_weight(it, &it->tokens.from.at[i]) * LIKENESS_SAME;
    if (it->to_of[i] != NOWHERE)
        return (struct image){ it->to_of[i], weight, weight };
    return (struct image){ it->like_of[i], 0, weight * it->likeness[i] / LIKENESS_SAME };
}

/* The partners of the quote's words that stand together, the heaviest group of them: a quote that
 * other text was put into, more than half of its own, is where the larger part of it is. */
static struct cluster heaviest(const struct alignment *it, struct span old)
{
    struct image *images = mem_alloc((span_length(old) + 1) * sizeof *images);
    struct cluster best = { 0 }, now = { 0 };
    uint32_t count = 0, slack = SLACK_TOKENS + span_length(old) / 2;

    for (uint32_t i = old.from; i < old.to; i++)
        if (image_of(it, i) != NOWHERE)
            images[count++] = image_with_weight(it, i);
    qsort(images, count, sizeof *images, ascending);
    for (uint32_t n = 0; n < count; n++) {
        if (n == 0 || images[n].at - now.to > slack)
            now = (struct cluster){ images[n].at, images[n].at, 0, 0 };
        now.to = images[n].at + 1;
        now.weight += images[n].weight;
        now.likes += images[n].likes;
        if (now.likes > best.likes)
            best = now;
    }
    free(images);
    return best;
}

static bool is_in(const struct alignment *it, uint32_t i, const struct cluster *cluster)
{
    uint32_t j = image_of(it, i);
    return j != NOWHERE && j >= cluster->from && j < cluster->to;
}

/* How much of what stood beside the quote still does, in percent of its weight: words without a
 * partner count as far as something like them took their place. */
static unsigned company(const struct alignment *it, struct span old, const struct cluster *cluster)
{
    uint32_t all = 0, kept = 0, n = it->tokens.from.count;

    for (uint32_t k = 1; k <= BESIDE_TOKENS; k++) {
        if (old.from >= k) {
            struct image image = image_with_weight(it, old.from - k);
            all += word_weight(it, &it->tokens.from.at[old.from - k]) * LIKENESS_SAME;
            if (image.at != NOWHERE && image.at < cluster->from &&
                cluster->from - image.at <= 3 * BESIDE_TOKENS)
                kept += image.likes;
        }
        if (n - old.to >= k) {
            struct image image = image_with_weight(it, old.to + k - 1);
            all += word_weight(it, &it->tokens.from.at[old.to + k - 1]) * LIKENESS_SAME;
            if (image.at != NOWHERE && image.at >= cluster->to &&
                image.at - cluster->to <= 3 * BESIDE_TOKENS)
                kept += image.likes;
        }
    }
    return all > 0 ? kept * 100 / all : 100;
}

static uint32_t chars_in(const struct tokens *tokens, struct span span)
{
    if (span_length(span) == 0)
        return 0;
    return token_end_char(&tokens->at[span.to - 1]) - tokens->at[span.from].first_char;
}

/* Could the new words, by their length, stand for the old ones? */
static bool may_replace(const struct alignment *it, struct span old, struct span now)
{
    return chars_in(&it->tokens.to, now) <=
        REPLACED_CHARS + REPLACED_TIMES * chars_in(&it->tokens.from, old);
}

/* Where what is left of the quote starts, when its first words have no partner in the cluster. */
static uint32_t start_of(const struct trip *t, const struct cluster *cluster)
{
    const struct alignment *it = t->it;
    uint32_t first = t->old.from, gap = t->old.from;

    while (!is_in(it, first, cluster))
        first++;
    if (first == t->old.from)
        return cluster->from;
    while (gap > 0 && image_of(it, gap - 1) == NOWHERE)
        gap--;
    uint32_t before = gap > 0 ? image_of(it, gap - 1) + 1 : 0;
    if (before > cluster->from ||
        !may_replace(it, (struct span){ gap, first }, (struct span){ before, cluster->from }))
        return cluster->from;
    return before + (cluster->from - before) * (t->old.from - gap) / (first - gap);
}

static uint32_t end_of(const struct trip *t, const struct cluster *cluster)
{
    const struct alignment *it = t->it;
    uint32_t last = t->old.to - 1, gap = t->old.to, n = it->tokens.from.count;

    while (!is_in(it, last, cluster))
        last--;
    if (last == t->old.to - 1)
        return cluster->to;
    while (gap < n && image_of(it, gap) == NOWHERE)
        gap++;
    uint32_t behind = gap < n ? image_of(it, gap) : it->tokens.to.count;
    if (behind < cluster->to ||
        !may_replace(it, (struct span){ last + 1, gap }, (struct span){ cluster->to, behind }))
        return cluster->to;
    return behind - (behind - cluster->to) * (gap - t->old.to) / (gap - last - 1);
}

/* -- characters ----------------------------------------------------------------------------------
 */

static struct str text_of(const struct text_index *index, struct range range)
{
    return text_between(index, range.start_chars, range.end_chars);
}

/* The tokens' characters, with what of the blanks at the quote's ends stands there, too; inside a
 * token that is the same, the same part of it. */
static struct range chars_of(const struct trip *t)
{
    const struct token *old = t->it->tokens.from.at, *now = t->it->tokens.to.at;
    const struct token *first = &old[t->old.from], *last = &old[t->old.to - 1];
    struct range range = { now[t->now.from].first_char, token_end_char(&now[t->now.to - 1]) };
    size_t room = t->now.from > 0 ? token_end_char(&now[t->now.from - 1]) : 0;

    if (t->range.start_chars > first->first_char) {
        if (image_of(t->it, t->old.from) == t->now.from && first->chars == now[t->now.from].chars)
            range.start_chars += t->range.start_chars - first->first_char;
    } else {
        for (size_t n = first->first_char - t->range.start_chars; n > 0; n--) {
            if (range.start_chars == room)
                break;
            range.start_chars--;
        }
    }
    room = t->now.to < t->it->tokens.to.count ? now[t->now.to].first_char
                                              : text_index_chars(t->it->to);
    if (t->range.end_chars < token_end_char(last)) {
        if (image_of(t->it, t->old.to - 1) == t->now.to - 1 &&
            last->chars == now[t->now.to - 1].chars)
            range.end_chars -= token_end_char(last) - t->range.end_chars;
    } else {
        range.end_chars += t->range.end_chars - token_end_char(last);
        if (range.end_chars > room)
            range.end_chars = room;
    }
    return range;
}

static bool went_past(const struct trip *t)
{
    for (uint32_t i = t->old.from; i < t->old.to; i++)
        if (t->it->moved[i])
            return true;
    return false;
}

static void arrive(const struct trip *t, struct carried *out)
{
    out->range = range_snap(t->it->to, chars_of(t));
    bool same = str_eq(text_of(t->it->from, t->range), text_of(t->it->to, out->range));
    if (t->tied) {
        out->state = ANCHOR_AMBIGUOUS;
        out->score = same ? 0.5 : 0.4;
    } else if (same) {
        out->state = went_past(t) ? ANCHOR_MOVED : ANCHOR_EXACT;
        out->score = 1;
    } else {
        double kept = (double)t->kept / (double)t->weight;
        out->state = ANCHOR_CHANGED;
        out->score = kept < 0.99 ? kept : 0.99;
    }
}

static bool same_words(const struct trip *t)
{
    if (span_length(t->old) != span_length(t->now))
        return false;
    for (uint32_t i = 0; i < span_length(t->old); i++)
        if (!same_word(t->it, t->old.from + i, t->now.from + i))
            return false;
    return true;
}

/* -- the whole -----------------------------------------------------------------------------------
 */

/* The words went nowhere: unless those of an equal passage did, and nobody can tell which it was.
 */
static bool find_tied(struct trip *t)
{
    t->tied = is_tied_with(t->it, t->old, &t->now);
    return t->tied;
}

/* The new words, and no more, read as the quote does; one alone may do so by chance. */
static bool is_repeated(const struct trip *t, const struct cluster *cluster)
{
    return span_length(t->old) > 1 && cluster->likes == t->weight;
}

/* Is what is left enough to call it the quote? Its own words speak for it most, then those that
 * took their place, and what still stands beside it: a place that may be wrong is worse than none.
 */
static bool is_alive(const struct trip *t, const struct cluster *cluster)
{
    unsigned kept = 100 * cluster->weight / t->weight, alike = 100 * cluster->likes / t->weight;

    if (2 * kept + alike >= EVIDENCE_PERCENT || is_repeated(t, cluster))
        return true;
    return 2 * kept + alike + company(t->it, t->old, cluster) >= EVIDENCE_PERCENT;
}

static bool find(struct trip *t)
{
    const struct alignment *it = t->it;
    struct cluster cluster = heaviest(it, t->old);

    if (cluster.likes == 0)
        return find_tied(t);
    if (!is_alive(t, &cluster))
        return find_tied(t);
    t->kept = cluster.likes;
    t->now = (struct span){ start_of(t, &cluster), end_of(t, &cluster) };
    if (same_words(t))
        t->tied = is_tied(it, t->old);
    else if (!is_whole_at(it, t->old, &t->now, &t->tied))
        t->now = ends_fit(it, t->old, t->now);
    return true;
}

static void carry_words(const struct alignment *it, struct trip *t, struct carried *out)
{
    for (uint32_t i = t->old.from; i < t->old.to; i++)
        t->weight += word_weight(it, &it->tokens.from.at[i]) * LIKENESS_SAME;
    if (find(t))
        arrive(t, out);
}

/* A range without words goes with its neighbours: behind the one, or before the other. */
static void carry_blank(const struct alignment *it, const struct trip *t, struct carried *out)
{
    const struct tokens *from = &it->tokens.from, *to = &it->tokens.to;
    uint32_t next = t->old.from, before = 0, behind = NOWHERE;
    size_t length = t->range.end_chars - t->range.start_chars, room = text_index_chars(it->to);

    if (next > 0)
        before = it->to_of[next - 1];
    if (next < from->count)
        behind = it->to_of[next];
    size_t starts[2], count = 0;
    if (next == 0)
        starts[count++] = t->range.start_chars;
    else if (before != NOWHERE)
        starts[count++] = token_end_char(&to->at[before]) +
            (t->range.start_chars - token_end_char(&from->at[next - 1]));
    if (behind != NOWHERE &&
        to->at[behind].first_char >= from->at[next].first_char - t->range.start_chars)
        starts[count++] =
            to->at[behind].first_char - (from->at[next].first_char - t->range.start_chars);
    for (size_t n = 0; n < count; n++) {
        struct range range = { starts[n], starts[n] + length };
        if (range.end_chars > room)
            continue;
        range = range_snap(it->to, range);
        if (!str_eq(text_of(it->from, t->range), text_of(it->to, range)))
            continue;
        *out = (struct carried){ ANCHOR_EXACT, 1, range };
        return;
    }
}

static void carry_one(const struct alignment *it, struct range range, struct carried *out)
{
    struct trip t = { .it = it, .range = range_snap(it->from, range) };

    *out = (struct carried){ .state = ANCHOR_GONE };
    t.old = tokens_of(&it->tokens.from, t.range);
    if (span_length(t.old) > 0)
        carry_words(it, &t, out);
    else
        carry_blank(it, &t, out);
}

bool carry(const struct alignment *alignment, const struct range *ranges, size_t count,
    struct carried *out)
{
    for (size_t i = 0; i < count; i++)
        if (ranges[i].start_chars > ranges[i].end_chars ||
            ranges[i].end_chars > text_index_chars(alignment->from))
            return false;
    for (size_t i = 0; i < count; i++)
        carry_one(alignment, ranges[i], &out[i]);
    return true;
}
