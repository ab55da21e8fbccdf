#include "anchoring/anchors.h"

#include "anchoring/moves.h"
#include "anchoring/weave.h"
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/* Runs of this many words that stand once on both sides are anchors: long ones first, for they are
 * less often chance. */
static const unsigned run_words[] = { 8, 4, 2, 1 };

#define LEVELS (sizeof run_words / sizeof *run_words)
#define DEPTH_MAX 48 /* of gaps in gaps: each costs one pass over what is left */
#define BASE 0x9FB21C651E98DF25u
#define REPEATED 1u       /* in `slot.i`: the run stands more than once */
#define SMALL_CELLS 16384 /* a gap whose sides multiply to no more is weaved at once */

struct candidate {
    uint32_t i, j, previous; /* the one before it in the longest chain that ends here */
};

struct slot {
    uint64_t hash;
    uint32_t i, j; /* twice the position plus 2, plus REPEATED; 0: none */
};

/* A gap that no anchor divides. */
struct leaf {
    struct span a, b;
};

struct search {
    struct alignment *it;
    struct leaf *leaves;
    size_t leaf_count, leaf_room;
    struct slot *slots;
    uint32_t slot_count; /* a power of two */
    struct candidate *found;
    uint32_t *tails; /* of chains; before, of each new run its slot */
};

/* The hash of a run, which rolls along a text: one word comes, one goes (Karp and Rabin, 1987). */
struct rolling {
    const struct token *first, *next; /* next: behind the run */
    uint64_t hash, seed, last_factor; /* the factor of the word that goes */
};

static uint64_t hash_of(const struct rolling *r, const struct token *token)
{
    return (uint64_t)(token->word << 2 | token->capitals) * r->seed + 1;
}

static struct rolling rolling_at(const struct search *s, const struct token *run, unsigned count)
{
    struct rolling r = { run, run, 0, s->it->tokens.seed | 1, 1 };

    for (unsigned i = 0; i < count; i++) {
        r.hash = r.hash * BASE + hash_of(&r, r.next++);
        r.last_factor *= i > 0 ? BASE : 1;
    }
    return r;
}

static void roll(struct rolling *r)
{
    r->hash = (r->hash - hash_of(r, r->first++) * r->last_factor) * BASE + hash_of(r, r->next++);
}

static bool same_run(const struct token *a, const struct token *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!same_token(&a[i], &b[i]))
            return false;
    return true;
}

/* The slot of the runs with this hash, or the empty one that they would have. */
static struct slot *slot_of(struct search *s, uint64_t hash)
{
    uint32_t at = (uint32_t)((hash ^ hash >> 32) * BASE >> 32) & (s->slot_count - 1);

    while (s->slots[at].i != 0 && s->slots[at].hash != hash)
        at = (at + 1) & (s->slot_count - 1);
    return &s->slots[at];
}

static void slots_clear(struct search *s, uint32_t runs)
{
    s->slot_count = 16;
    while (s->slot_count < 2 * runs)
        s->slot_count *= 2;
    memset(s->slots, 0, s->slot_count * sizeof *s->slots);
}

/* Runs that stand once in each of the spans, in the order of the new text. Where two that differ
 * have one hash, neither is found. */
static uint32_t find_unique(struct search *s, struct span a, struct span b, unsigned count)
{
    const struct token *from = s->it->tokens.from.at, *to = s->it->tokens.to.at;
    uint32_t *slot_at = s->tails, found = 0;

    if (span_length(a) < count || span_length(b) < count)
        return 0;
    slots_clear(s, span_length(a));
    struct rolling r = rolling_at(s, from + a.from, count);
    for (uint32_t i = a.from; i + count <= a.to; i++) {
        struct slot *slot = slot_of(s, r.hash);
        slot->hash = r.hash;
        slot->i = slot->i == 0 ? 2 * i + 2 : slot->i | REPEATED;
        if (i + count < a.to)
            roll(&r);
    }
    r = rolling_at(s, to + b.from, count);
    for (uint32_t j = b.from; j + count <= b.to; j++) {
        struct slot *slot = slot_of(s, r.hash);
        slot_at[j - b.from] = (uint32_t)(slot - s->slots);
        if (slot->i != 0)
            slot->j = slot->j == 0 ? 2 * j + 2 : slot->j | REPEATED;
        if (j + count < b.to)
            roll(&r);
    }
    for (uint32_t j = b.from; j + count <= b.to; j++) {
        const struct slot *slot = &s->slots[slot_at[j - b.from]];
        if (slot->i == 0 || ((slot->i | slot->j) & REPEATED))
            continue;
        uint32_t i = slot->i / 2 - 1;
        if (same_run(from + i, to + j, count))
            s->found[found++] = (struct candidate){ i, j, NOWHERE };
    }
    return found;
}

/* The longest ascending chain of what was found; its last one, or NOWHERE. */
static uint32_t longest_chain(struct search *s, uint32_t count)
{
    uint32_t length = 0;

    for (uint32_t n = 0; n < count; n++) {
        uint32_t low = 0, high = length;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (s->found[s->tails[middle]].i < s->found[n].i)
                low = middle + 1;
            else
                high = middle;
        }
        s->found[n].previous = low > 0 ? s->tails[low - 1] : NOWHERE;
        s->tails[low] = n;
        if (low == length)
            length++;
    }
    return length > 0 ? s->tails[length - 1] : NOWHERE;
}

/* Pairs the run up and what is the same on both sides of it. Chain from the last to the first. */
static void pair_chain(
    struct search *s, struct span a, struct span b, uint32_t last, unsigned count)
{
    struct span left_a = a, left_b = b; /* what is free before the runs paired so far */

    for (uint32_t n = last; n != NOWHERE; n = s->found[n].previous) {
        uint32_t i = s->found[n].i, j = s->found[n].j;
        if (i + count > left_a.to || j + count > left_b.to)
            continue;
        uint32_t end_i = i + count, end_j = j + count;
        while (end_i < left_a.to && end_j < left_b.to && same_word(s->it, end_i, end_j))
            end_i++, end_j++;
        while (i > a.from && j > b.from && same_word(s->it, i - 1, j - 1))
            i--, j--;
        for (uint32_t k = 0; k < end_i - i; k++)
            pair_up(s->it, i + k, j + k);
        left_a.to = i;
        left_b.to = j;
    }
}

static void put_leaf(struct search *s, struct span a, struct span b)
{
    if (s->leaf_count == s->leaf_room) {
        s->leaf_room = s->leaf_room ? s->leaf_room * 2 : 64;
        s->leaves = mem_grow(s->leaves, s->leaf_room * sizeof *s->leaves);
    }
    s->leaves[s->leaf_count++] = (struct leaf){ a, b };
}

static void pair_gap(
    struct search *s, struct span a, struct span b, unsigned level, unsigned depth);

/* The gaps that are left in the spans. */
static void pair_gaps(
    struct search *s, struct span a, struct span b, unsigned level, unsigned depth)
{
    uint32_t i = a.from, j = b.from;

    while (i < a.to || j < b.to) {
        if (i < a.to && s->it->to_of[i] == j) {
            i++, j++;
            continue;
        }
        struct span gap_a = { i, i }, gap_b = { j, j };
        while (gap_a.to < a.to && s->it->to_of[gap_a.to] == NOWHERE)
            gap_a.to++;
        gap_b.to = gap_a.to < a.to ? s->it->to_of[gap_a.to] : b.to;
        pair_gap(s, gap_a, gap_b, level, depth);
        i = gap_a.to;
        j = gap_b.to;
    }
}

static void pair_gap(struct search *s, struct span a, struct span b, unsigned level, unsigned depth)
{
    while (a.from < a.to && b.from < b.to && same_word(s->it, a.from, b.from))
        pair_up(s->it, a.from++, b.from++);
    while (a.from < a.to && b.from < b.to && same_word(s->it, a.to - 1, b.to - 1))
        pair_up(s->it, --a.to, --b.to);
    if (a.from == a.to || b.from == b.to)
        return;
    if ((uint64_t)span_length(a) * span_length(b) <= SMALL_CELLS || depth == DEPTH_MAX) {
        put_leaf(s, a, b);
        return;
    }
    for (; level < LEVELS; level++) {
        uint32_t found = find_unique(s, a, b, run_words[level]);
        uint32_t last = longest_chain(s, found);
        if (last == NOWHERE)
            continue;
        pair_chain(s, a, b, last, run_words[level]);
        pair_gaps(s, a, b, level, depth + 1);
        return;
    }
    put_leaf(s, a, b);
}

/* What stands once in both texts, though in another order, is paired before what is left is weaved:
 * else of two entries of a list that changed places, all that they have in common would be taken
 * for what stayed. */
static void pair_leaves(struct search *s)
{
    struct weaver *weaver = weaver_new(s->it);

    moves_find(s->it, 80);
    for (size_t n = 0; n < s->leaf_count; n++)
        weave(weaver, s->leaves[n].a, s->leaves[n].b);
    weaver_free(weaver);
    free(s->leaves);
}

void anchors_pair(struct alignment *it)
{
    struct span a = { 0, it->tokens.from.count }, b = { 0, it->tokens.to.count };
    struct search s = { .it = it };
    size_t room = 16;

    while (room < 2 * (size_t)a.to)
        room *= 2;
    s.slots = mem_alloc(room * sizeof *s.slots);
    s.found = mem_alloc((b.to + 1) * sizeof *s.found);
    s.tails = mem_alloc((b.to + 1) * sizeof *s.tails);
    pair_gap(&s, a, b, 0, 0);
    free(s.slots);
    free(s.found);
    free(s.tails);
    pair_leaves(&s);
}
