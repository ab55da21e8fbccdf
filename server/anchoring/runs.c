#include "anchoring/runs.h"

#include "base/arena.h"

#include <stdlib.h>

#define WIDEN_MIN 6 /* tokens of a run that may take others */

struct runs {
    struct run *at;
    uint32_t count;
};

static struct runs runs_of(const struct alignment *it)
{
    struct runs runs = { 0 };
    size_t room = 0;

    for (uint32_t i = 0; i < it->tokens.from.count;) {
        if (it->to_of[i] == NOWHERE) {
            i++;
            continue;
        }
        struct run run = { i, it->to_of[i], 0, 0 };
        do {
            run.weight += word_weight(it, &it->tokens.from.at[i++]);
            run.length++;
        } while (i < it->tokens.from.count && it->to_of[i] == run.j + run.length);
        if (runs.count == room) {
            room = room ? room * 2 : 64;
            runs.at = mem_grow(runs.at, room * sizeof *runs.at);
        }
        runs.at[runs.count++] = run;
    }
    return runs;
}

static int heaviest_first(const void *left, const void *right)
{
    const struct run *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return (a->i > b->i) - (a->i < b->i);
}

/* -- widening ------------------------------------------------------------------------------------
 */

/* Of the run that the pair is in: how many more pairs it has in the direction, this one counted. */
static uint32_t pairs_on(const struct alignment *it, uint32_t i, int step, uint32_t most)
{
    uint32_t n = it->tokens.from.count, count = 1;

    while (count <= most) {
        uint32_t next = i + (uint32_t)step;
        if (next >= n || it->to_of[next] == NOWHERE ||
            it->to_of[next] != it->to_of[i] + (uint32_t)step)
            break;
        i = next;
        count++;
    }
    return count;
}

/* How many pairs the run of i could lose in the direction without anything of it being left; 0: it
 * begins before, is too long, or ends behind `most`. */
static uint32_t stolen(const struct alignment *it, uint32_t i, int step, uint32_t most)
{
    if (pairs_on(it, i, -step, 1) > 1)
        return 0;
    uint32_t count = pairs_on(it, i, step, most);
    return count <= most ? count : 0;
}

/* Goes on from the run's end at (i, j) in the direction; returns by how much. */
static uint32_t widen(struct alignment *it, uint32_t i, uint32_t j, int step, uint32_t length)
{
    uint32_t n = it->tokens.from.count, m = it->tokens.to.count, same = 0, free_old = 0,
             free_new = 0;

    while (same < length && i + (uint32_t)step * same < n && j + (uint32_t)step * same < m &&
        same_word(it, i + (uint32_t)step * same, j + (uint32_t)step * same))
        same++;
    uint32_t taken = 0;
    while (taken < same) {
        uint32_t old = i + (uint32_t)step * taken, now = j + (uint32_t)step * taken;
        if (taken >= free_old) {
            uint32_t count = it->to_of[old] == NOWHERE ? 1 : stolen(it, old, step, same - taken);
            if (count == 0)
                break;
            free_old = taken + count;
        }
        if (taken >= free_new) {
            uint32_t count =
                it->from_of[now] == NOWHERE ? 1 : stolen(it, it->from_of[now], step, same - taken);
            if (count == 0)
                break;
            free_new = taken + count;
        }
        taken++;
    }
    if (taken < free_old || taken < free_new) /* in the middle of a run that would be left */
        return 0;
    for (uint32_t k = 0; k < taken; k++) {
        uint32_t old = i + (uint32_t)step * k, now = j + (uint32_t)step * k;
        if (it->to_of[old] != NOWHERE)
            part(it, old);
        if (it->from_of[now] != NOWHERE)
            part(it, it->from_of[now]);
        pair_up(it, old, now);
    }
    return taken;
}

static bool is_whole(const struct alignment *it, const struct run *run)
{
    for (uint32_t k = 0; k < run->length; k++)
        if (it->to_of[run->i + k] != run->j + k)
            return false;
    return true;
}

void runs_widen(struct alignment *it)
{
    struct runs runs = runs_of(it);

    if (runs.count > 1)
        qsort(runs.at, runs.count, sizeof *runs.at, heaviest_first);
    for (uint32_t r = 0; r < runs.count && runs.at[r].length >= WIDEN_MIN; r++) {
        const struct run *run = &runs.at[r];
        if (!is_whole(it, run))
            continue;
        widen(it, run->i + run->length, run->j + run->length, 1, run->length);
        if (run->i > 0 && run->j > 0)
            widen(it, run->i - 1, run->j - 1, -1, run->length);
    }
    free(runs.at);
}

/* -- moves ---------------------------------------------------------------------------------------
 */

struct chain {
    uint64_t weight;
    uint32_t last; /* the run that ends it, and 1; 0: none */
};

/* The heaviest chains so far that end at one of the first `rank` runs of the new text: a binary
 * indexed tree of prefix maxima (Fenwick, 1994). */
static struct chain best_before(const struct chain *tree, uint32_t rank)
{
    struct chain best = { 0 };
    for (; rank > 0; rank &= rank - 1)
        if (tree[rank].weight > best.weight)
            best = tree[rank];
    return best;
}

static void put_chain(struct chain *tree, uint32_t count, uint32_t rank, struct chain chain)
{
    for (; rank <= count; rank += rank & -rank)
        if (chain.weight > tree[rank].weight)
            tree[rank] = chain;
}

/* For each run its rank in the new text, from 1 on. */
static uint32_t *ranks_of(const struct alignment *it, const struct runs *runs)
{
    uint32_t *ranks = mem_alloc((runs->count + 1) * sizeof *ranks), rank = 0;
    uint32_t *run_at = mem_alloc((it->tokens.to.count + 1) * sizeof *run_at);

    for (uint32_t j = 0; j < it->tokens.to.count; j++)
        run_at[j] = NOWHERE;
    for (uint32_t r = 0; r < runs->count; r++)
        run_at[runs->at[r].j] = r;
    for (uint32_t j = 0; j < it->tokens.to.count; j++)
        if (run_at[j] != NOWHERE)
            ranks[run_at[j]] = ++rank;
    free(run_at);
    return ranks;
}

void runs_mark_moved(struct alignment *it)
{
    struct runs runs = runs_of(it);
    uint32_t *ranks = ranks_of(it, &runs);
    uint32_t *previous = mem_alloc((runs.count + 1) * sizeof *previous);
    struct chain *tree = mem_zero(runs.count + 1, sizeof *tree);

    for (uint32_t r = 0; r < runs.count; r++) {
        struct chain before = best_before(tree, ranks[r] - 1);
        previous[r] = before.last;
        put_chain(
            tree, runs.count, ranks[r], (struct chain){ before.weight + runs.at[r].weight, r + 1 });
        for (uint32_t k = 0; k < runs.at[r].length; k++)
            it->moved[runs.at[r].i + k] = 1;
    }
    for (uint32_t r = best_before(tree, runs.count).last; r > 0; r = previous[r - 1])
        for (uint32_t k = 0; k < runs.at[r - 1].length; k++)
            it->moved[runs.at[r - 1].i + k] = 0;
    free(tree);
    free(previous);
    free(ranks);
    it->runs = runs.at;
    it->run_count = runs.count;
}

const struct run *run_of(const struct alignment *it, uint32_t i)
{
    uint32_t low = 0, high = it->run_count;

    while (high > low) {
        uint32_t middle = low + (high - low) / 2;
        const struct run *run = &it->runs[middle];
        if (i < run->i)
            high = middle;
        else if (i >= run->i + run->length)
            low = middle + 1;
        else
            return run;
    }
    return NULL;
}
