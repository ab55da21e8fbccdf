#include "anchoring/match.h"

#include "base/arena.h"

#include <stdlib.h>

/* Knuth, Morris and Pratt: failure[i] is the length of the longest proper border of the pattern's
 * first i items. */

static uint32_t *failures_of_bytes(struct str quote)
{
    uint32_t *failure = mem_zero(quote.bytes + 1, sizeof *failure);
    uint32_t border = 0;
    for (size_t i = 1; i < quote.bytes; i++) {
        while (border > 0 && quote.at[i] != quote.at[border])
            border = failure[border];
        border += quote.at[i] == quote.at[border];
        failure[i + 1] = border;
    }
    return failure;
}

void match_exact(struct str text, struct str quote, match_found *found, void *user)
{
    if (quote.bytes == 0 || quote.bytes > text.bytes)
        return;
    size_t first = str_find(text, quote, 0); /* the C library's is faster where there is none */
    if (first == SIZE_MAX)
        return;
    uint32_t *failure = failures_of_bytes(quote);
    uint32_t same = 0;
    for (size_t i = first; i < text.bytes; i++) {
        while (same > 0 && text.at[i] != quote.at[same])
            same = failure[same];
        same += text.at[i] == quote.at[same];
        if (same == quote.bytes) {
            found(user, (struct match){ i + 1 - quote.bytes, i + 1 });
            same = failure[same];
        }
    }
    free(failure);
}

static uint32_t *failures_of_folded(const struct folded *quote, size_t count)
{
    uint32_t *failure = mem_zero(count + 1, sizeof *failure);
    uint32_t border = 0;
    for (size_t i = 1; i < count; i++) {
        while (border > 0 && quote[i].c != quote[border].c)
            border = failure[border];
        border += quote[i].c == quote[border].c;
        failure[i + 1] = border;
    }
    return failure;
}

void match_folded(
    struct str text, const struct folded *quote, size_t count, match_found *found, void *user)
{
    if (count == 0)
        return;
    uint32_t *failure = failures_of_folded(quote, count);
    size_t *starts = mem_alloc(count * sizeof *starts); /* of the last `count` characters */
    struct folder folder = folder_of(text);
    struct folded next;
    uint32_t same = 0;

    for (size_t i = 0; fold_next(&folder, &next); i++) {
        starts[i % count] = next.from_byte;
        while (same > 0 && next.c != quote[same].c)
            same = failure[same];
        same += next.c == quote[same].c;
        if (same == count) {
            found(user, (struct match){ starts[(i + 1) % count], next.to_byte });
            same = failure[same];
        }
    }
    free(starts);
    free(failure);
}
