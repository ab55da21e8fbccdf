#include "anchoring/weave.h"

#include "anchoring/likeness.h"
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define CELLS_MAX (1u << 18)  /* of one table */
#define CELLS_BASE (4u << 20) /* of all tables of an alignment, and so many for each token */
#define CELLS_A_TOKEN 64
#define EDITS_MAX 400 /* of a script: its trace takes the square of this */
#define TOGETHER 48   /* what it is worth that two pairs follow each other */
#define BOTH_BEGIN 32 /* and that both words begin a line, or a paragraph */

struct weaver {
    struct alignment *it;
    struct cell *trace;
    uint32_t *rows;
    uint16_t *values;       /* of the row's pairs, in sixteenths of a word's weight */
    uint32_t *olds;         /* the words of the old passage, */
    struct outline *others; /* and those of the new one */
    uint32_t height, width; /* how many */
    size_t trace_room, width_room, height_room;
    uint64_t cells_left;
    int32_t *reach; /* of the edit script: how far each diagonal came, for each number of edits */
};

/* How the best of a cell came about. */
enum how { SKIP_OLD, SKIP_NEW, PAIR };
struct cell {
    uint8_t how : 2;
    uint8_t after_pair : 1;
    uint8_t likeness : 5;
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
    free(w->values);
    free(w->olds);
    free(w->others);
    free(w->reach);
    free(w);
}

/* -- a table -------------------------------------------------------------------------------------
 */

static void *with_room(void *block, size_t *room, size_t wanted, size_t item_bytes)
{
    if (wanted <= *room)
        return block;
    *room = wanted + wanted / 2;
    free(block);
    return mem_alloc(*room * item_bytes);
}

/* True: what is left in the spans is gathered and there is room for its table. */
static bool gather(struct weaver *w, struct span a, struct span b, struct span c)
{
    const struct alignment *it = w->it;
    uint32_t height = span_length(a), width = span_length(b) + span_length(c);
    uint64_t cells = (uint64_t)height * width;

    if (cells > CELLS_MAX || cells > w->cells_left)
        return false;
    w->cells_left -= cells;
    w->trace = with_room(w->trace, &w->trace_room, cells, sizeof *w->trace);
    w->olds = with_room(w->olds, &w->height_room, height, sizeof *w->olds);
    if (width + 1 > w->width_room) {
        size_t room = w->width_room;
        w->others = with_room(w->others, &room, width + 1, sizeof *w->others);
        room = w->width_room;
        w->values = with_room(w->values, &room, width + 1, sizeof *w->values);
        room = 2 * w->width_room;
        w->rows = with_room(w->rows, &room, 2 * (width + 1), sizeof *w->rows);
        w->width_room = width + 1;
    }
    w->height = w->width = 0;
    for (uint32_t i = a.from; i < a.to; i++)
        if (it->to_of[i] == NOWHERE)
            w->olds[w->height++] = i;
    for (uint32_t j = b.from; j < b.to; j++)
        if (it->from_of[j] == NOWHERE)
            w->others[w->width++] = outline_of(&it->tokens.to, j);
    for (uint32_t j = c.from; j < c.to; j++)
        if (it->from_of[j] == NOWHERE)
            w->others[w->width++] = outline_of(&it->tokens.to, j);
    return true;
}

/* What each word of the new passage would be worth as the partner of the old word i. Returns
 * where those stand that could be; none: at the end. */
static struct span value_row(struct weaver *w, uint32_t i, bool alike, struct cell *cells)
{
    const struct tokens *from = &w->it->tokens.from;
    const struct token *token = &from->at[i];
    struct outline outline = outline_of(from, i);
    unsigned weight = word_weight(w->it, token);
    const struct outline *other = w->others;
    uint16_t *values = w->values;
    uint32_t width = w->width;
    struct span could = { width, width };

    alike = alike && outline.kind == TOKEN_WORD; /* others are the same or not */
    memset(values, 0, width * sizeof *values);
    for (uint32_t j = 0; j < width; j++, other++) {
        if (alike ? !may_be_like(&outline, other) : outline.word != other->word)
            continue;
        unsigned share = likeness(&outline, other);
        if (share == 0)
            continue;
        cells[j].likeness = share & 31;
        values[j] = (uint16_t)(share * weight);
        if (outline.space >= SPACE_LINE && other->space == outline.space)
            values[j] += BOTH_BEGIN;
        if (could.from == width)
            could.from = j;
        could.to = j + 1;
    }
    return could;
}

/* best[j]: of the passages up to here. paired[j]: of those whose last words are a pair. Most words
 * have few partners that they could have: what stands before the first one is as it was in the row
 * before, and so is, behind the last one, what it did not better. */
static void fill_table(struct weaver *w, bool alike)
{
    uint32_t width = w->width, *best = w->rows, *paired = best + width + 1;
    struct cell *trace = w->trace;

    memset(best, 0, (2 * (size_t)width + 2) * sizeof *best);
    memset(trace, 0, (size_t)w->height * width * sizeof *trace); /* SKIP_OLD */
    for (uint32_t i = 0; i < w->height; i++, trace += width) {
        struct span could = value_row(w, w->olds[i], alike, trace);
        uint32_t j = could.from, best_diagonal = best[j], paired_diagonal = paired[j];
        memset(paired, 0, ((size_t)j + 1) * sizeof *paired);
        for (; j < could.to || (j < width && best[j] > best[j + 1]); j++) {
            uint32_t up = best[j + 1], left = best[j], pair = 0;
            if (w->values[j] > 0) {
                bool together = paired_diagonal && paired_diagonal + TOGETHER >= best_diagonal;
                trace[j].after_pair = together;
                pair = w->values[j] + (together ? paired_diagonal + TOGETHER : best_diagonal);
            }
            trace[j].how = pair > 0 && pair >= up && pair >= left ? PAIR
                : up >= left                                      ? SKIP_OLD
                                                                  : SKIP_NEW;
            best[j + 1] = trace[j].how == PAIR ? pair : trace[j].how == SKIP_OLD ? up : left;
            best_diagonal = up;
            paired_diagonal = paired[j + 1];
            paired[j + 1] = pair;
        }
        memset(paired + j + 1, 0, ((size_t)width - j) * sizeof *paired);
    }
}

static void follow_table(struct weaver *w, bool alike)
{
    uint32_t i = w->height, j = w->width;
    bool must_pair = false;

    while (i > 0 && j > 0) {
        struct cell cell = w->trace[(size_t)(i - 1) * w->width + j - 1];
        if (must_pair || cell.how == PAIR) {
            i--, j--;
            if (alike)
                like_up(w->it, w->olds[i], w->others[j].at, cell.likeness);
            else
                pair_up(w->it, w->olds[i], w->others[j].at);
            must_pair = cell.after_pair;
        } else if (cell.how == SKIP_OLD) {
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
    const struct alignment *it = w->it;

    while ((uint32_t)i < span_length(a) && (uint32_t)(i - k) < span_length(b)) {
        uint32_t old = a.from + (uint32_t)i, now = b.from + (uint32_t)(i - k);
        if (!same_word(it, old, now) || it->to_of[old] != NOWHERE || it->from_of[now] != NOWHERE)
            break;
        i++;
    }
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

/* The new words are those of both spans. */
static bool weave_table(struct weaver *w, struct span a, struct span b, struct span c, bool alike)
{
    if (!gather(w, a, b, c))
        return false;
    fill_table(w, alike);
    follow_table(w, alike);
    return true;
}

void weave(struct weaver *w, struct span a, struct span b)
{
    if (!weave_table(w, a, b, (struct span){ 0, 0 }, false))
        edit_script(w, a, b);
}

void weave_alike(struct weaver *w, struct span a, struct span b, struct span c)
{
    weave_table(w, a, b, c, true);
}
