#include "anchoring/tidy.h"

#include "anchoring/weave.h"

#define ISLAND_MAX 6     /* tokens */
#define BESIDE_TOKENS 20 /* and twice the gap, next to what moved */

/* Pairs that follow each other on both sides. */
static uint32_t run_end(const struct alignment *it, uint32_t i)
{
    uint32_t end = i + 1;
    while (end < it->tokens.from.count && it->to_of[end] != NOWHERE &&
        it->to_of[end] == it->to_of[end - 1] + 1)
        end++;
    return end;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

void islands_part(struct alignment *it)
{
    uint32_t before_i = 0, before_j = 0; /* where the last run ended */

    for (uint32_t i = 0; i < it->tokens.from.count;) {
        if (it->to_of[i] == NOWHERE) {
            i++;
            continue;
        }
        uint32_t end = run_end(it, i), end_j = it->to_of[end - 1] + 1, length = end - i;
        uint32_t next = end;
        while (next < it->tokens.from.count && it->to_of[next] == NOWHERE)
            next++;
        uint32_t next_j = next < it->tokens.from.count ? it->to_of[next] : it->tokens.to.count;
        uint32_t before = larger(i - before_i, it->to_of[i] - before_j);
        uint32_t after = larger(next - end, next_j - end_j);
        if (length <= ISLAND_MAX && length <= before && length <= after) {
            for (uint32_t k = i; k < end; k++)
                part(it, k);
        } else {
            before_i = end;
            before_j = end_j;
        }
        i = end;
    }
}

/* New words without a partner from `from` on, not more than `most`. */
static struct span free_behind(const struct alignment *it, uint32_t from, uint32_t most)
{
    struct span span = { from, from };
    while (span.to < it->tokens.to.count && it->from_of[span.to] == NOWHERE &&
        span_length(span) < most)
        span.to++;
    return span;
}

static struct span free_before(const struct alignment *it, uint32_t to, uint32_t most)
{
    struct span span = { to, to };
    while (span.from > 0 && it->from_of[span.from - 1] == NOWHERE && span_length(span) < most)
        span.from--;
    return span;
}

/* What stands without partners behind the partner of the word before the gap, and before that of
 * the word behind it; the same, unless one of them moved. */
static void liken_gap(struct weaver *weaver, const struct alignment *it, struct span a)
{
    uint32_t n = it->tokens.from.count, m = it->tokens.to.count;
    uint32_t from = a.from > 0 ? it->to_of[a.from - 1] + 1 : 0;
    uint32_t to = a.to < n ? it->to_of[a.to] : m;
    struct span all = free_behind(it, from, UINT32_MAX);

    if (all.to == to) {
        if (span_length(all) > 0)
            weave_alike(weaver, a, all, (struct span){ 0, 0 });
        return;
    }
    uint32_t most = 2 * span_length(a) + BESIDE_TOKENS;
    struct span b = free_behind(it, from, most), c = free_before(it, to, most);
    if (span_length(b) + span_length(c) > 0)
        weave_alike(weaver, a, b, c);
}

void gaps_liken(struct alignment *it)
{
    struct weaver *weaver = weaver_new(it);
    uint32_t n = it->tokens.from.count;

    for (uint32_t i = 0; i < n; i++) {
        struct span gap = { i, i };
        while (gap.to < n && it->to_of[gap.to] == NOWHERE)
            gap.to++;
        if (gap.to > i)
            liken_gap(weaver, it, gap);
        i = gap.to;
    }
    weaver_free(weaver);
}
