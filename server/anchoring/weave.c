#include "anchoring/weave.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define CELLS_MAX (1u << 18)  /* of one table */
#define CELLS_BASE (4u << 20) /* of all tables of an alignment, and so many for each token */
#define CELLS_A_TOKEN 64
#define EDITS_MAX 400 /* of a script: its trace takes the square of this */
#define TOGETHER 3    /* what it is worth that two pairs follow each other */

struct weaver {
    struct alignment *it;
    uint8_t *trace;
    uint32_t *rows;
    size_t trace_room, row_room;
    uint64_t cells_left;
    int32_t *reach; /* of the edit script: how far each diagonal came, for each number of edits */
};

struct weaver *weaver_new(struct alignment *it)
{
    struct weaver *w = mem_zero(1, sizeof *w);
    w->it = it;
    w->cells_left =
        CELLS_BASE + (uint64_t)CELLS_A_TOKEN * (it->tokens.from.count + it->tokens.to.count);
    return w;
}

void weaver_free(struct weaver *w)
{
    free(w->trace);
    free(w->rows);
    free(w->reach);
    free(w);
}

/* -- a table -------------------------------------------------------------------------------------
 */

/* How the best of a cell came about. */
enum { SKIP_OLD = 1, SKIP_NEW = 2, PAIR = 3, AFTER_PAIR = 4 };

static void make_room(struct weaver *w, struct span a, struct span b)
{
    size_t cells = (size_t)span_length(a) * span_length(b), row = 2 * (size_t)span_length(b) + 2;

    if (cells > w->trace_room) {
        w->trace_room = cells * 2;
        free(w->trace);
        w->trace = mem_alloc(w->trace_room);
    }
    if (row > w->row_room) {
        w->row_room = row * 2;
        free(w->rows);
        w->rows = mem_alloc(w->row_room * sizeof *w->rows);
    }
}

/* best[j]: of the passages up to here. paired[j]: of those whose last words are a pair. */
static void fill_table(struct weaver *w, struct span a, struct span b)
{
    uint32_t width = span_length(b), *best = w->rows, *paired = best + width + 1;
    const struct token *to = w->it->tokens.to.at + b.from;
    uint8_t *trace = w->trace;

    memset(best, 0, (2 * (size_t)width + 2) * sizeof *best);
    for (uint32_t i = a.from; i < a.to; i++, trace += width) {
        const struct token *token = &w->it->tokens.from.at[i];
        uint32_t weight = word_weight(w->it, token), best_diagonal = 0, paired_diagonal = 0;
        for (uint32_t j = 0; j < width; j++) {
            uint32_t up = best[j + 1], left = best[j], pair = 0, value;
            uint8_t how;
            if (to[j].word == token->word) {
                bool together = paired_diagonal && paired_diagonal + TOGETHER >= best_diagonal;
                pair = weight + (together ? paired_diagonal + TOGETHER : best_diagonal);
                how = together ? AFTER_PAIR : 0;
            } else {
                how = 0;
            }
            if (pair > 0 && pair >= up && pair >= left) {
                value = pair;
                how |= PAIR;
            } else if (up >= left) {
                value = up;
                how |= SKIP_OLD;
            } else {
                value = left;
                how |= SKIP_NEW;
            }
            trace[j] = how;
            best_diagonal = up;
            best[j + 1] = value;
            uint32_t above = paired[j + 1];
            paired[j + 1] = pair;
            paired_diagonal = above;
        }
    }
}

static void follow_table(struct weaver *w, struct span a, struct span b)
{
    uint32_t i = span_length(a), j = span_length(b), width = j;
    bool must_pair = false;

    while (i > 0 && j > 0) {
        uint8_t how = w->trace[(size_t)(i - 1) * width + j - 1];
        if (must_pair || (how & 3) == PAIR) {
            i--, j--;
            pair_up(w->it, a.from + i, b.from + j);
            must_pair = how & AFTER_PAIR;
        } else if ((how & 3) == SKIP_OLD) {
            i--;
        } else {
            j--;
        }
    }
}

/* -- an edit script ------------------------------------------------------------------------------
 * Myers, An O(ND) difference algorithm and its variations, 1986: the greedy one. */

static int32_t slide(const struct weaver *w, struct span a, struct span b, int32_t i, int32_t k)
{
    while ((uint32_t)i < span_length(a) && (uint32_t)(i - k) < span_length(b) &&
        same_word(w->it, a.from + (uint32_t)i, b.from + (uint32_t)(i - k)))
        i++;
    return i;
}

static int32_t *reach_of(struct weaver *w, int32_t edits)
{
    return w->reach + (size_t)edits * (2 * EDITS_MAX + 3) + EDITS_MAX + 1;
}

/* Onto diagonal k comes the farther of its neighbours: from k + 1 by skipping a new word, from
 * k - 1 by skipping an old one. */
static bool skips_new(const int32_t *before, int32_t k, int32_t edits)
{
    return k == -edits || (k != edits && before[k - 1] < before[k + 1]);
}

static void follow_script(struct weaver *w, struct span a, struct span b, int32_t edits)
{
    int32_t i = (int32_t)span_length(a), j = (int32_t)span_length(b);

    for (; edits >= 0; edits--) {
        int32_t k = i - j, start = 0;
        const int32_t *before = edits > 0 ? reach_of(w, edits - 1) : NULL;
        bool down = before && skips_new(before, k, edits);
        if (before)
            start = down ? before[k + 1] : before[k - 1] + 1;
        for (; i > start; i--, j--)
            pair_up(w->it, a.from + (uint32_t)i - 1, b.from + (uint32_t)j - 1);
        if (down)
            j--;
        else
            i--;
    }
}

static void edit_script(struct weaver *w, struct span a, struct span b)
{
    int32_t n = (int32_t)span_length(a), m = (int32_t)span_length(b);

    if (!w->reach)
        w->reach = mem_alloc((size_t)(EDITS_MAX + 1) * (2 * EDITS_MAX + 3) * sizeof *w->reach);
    for (int32_t edits = 0; edits <= EDITS_MAX; edits++) {
        int32_t *reach = reach_of(w, edits);
        uint64_t cost = 0;
        for (int32_t k = -edits; k <= edits; k += 2) {
            const int32_t *before = edits > 0 ? reach_of(w, edits - 1) : NULL;
            int32_t start = 0;
            if (before)
                start = skips_new(before, k, edits) ? before[k + 1] : before[k - 1] + 1;
            reach[k] = slide(w, a, b, start, k);
            cost += (uint64_t)(reach[k] - start) + 1;
            if (reach[k] >= n && reach[k] - k >= m) {
                follow_script(w, a, b, edits);
                return;
            }
        }
        if (cost > w->cells_left)
            return;
        w->cells_left -= cost;
    }
}

void weave(struct weaver *w, struct span a, struct span b)
{
    uint64_t cells = (uint64_t)span_length(a) * span_length(b);

    if (cells <= CELLS_MAX && cells <= w->cells_left) {
        w->cells_left -= cells;
        make_room(w, a, b);
        fill_table(w, a, b);
        follow_table(w, a, b);
    } else {
        edit_script(w, a, b);
    }
}
