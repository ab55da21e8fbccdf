#include "anchoring/tidy.h"

#define ISLAND_MAX 6 /* tokens */

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
