#include "reader/blocks.h"

#include <string.h>

#define STAMP " data-o=\""

/* Where the tag begins in which a stamp stands. */
static size_t opening_of(struct str html, size_t stamp)
{
    while (stamp > 0 && html.at[stamp] != '<')
        stamp--;
    return stamp;
}

/* "</p>" of `<p data-o="0"`, whose stamp begins at `stamp`. */
static struct str closing_tag(struct arena *arena, struct str html, size_t stamp)
{
    struct str name, rest;

    str_cut(str_slice(html, opening_of(html, stamp) + 1, stamp), ' ', &name, &rest);
    return arena_printf(arena, "</%.*s>", STR_ARG(name));
}

static bool next_block(struct arena *arena, struct str html, size_t *at, struct block *out)
{
    size_t stamp = str_find(html, STR(STAMP), *at);
    if (stamp == SIZE_MAX)
        return false;
    size_t digits = stamp + strlen(STAMP), quote = str_find(html, STR("\""), digits);
    uint64_t start;
    if (quote == SIZE_MAX || !str_to_u64(str_slice(html, digits, quote), &start))
        return false;
    size_t end = str_find(html, closing_tag(arena, html, stamp), quote);
    if (end == SIZE_MAX)
        return false;
    struct str attributes = str_slice(html, quote, str_find(html, STR(">"), quote));
    *out = (struct block){ (size_t)start, opening_of(html, stamp), quote + 1, end,
        str_contains(attributes, STR(" id=")) };
    *at = end;
    return true;
}

static size_t count_stamps(struct str html)
{
    size_t count = 0;

    for (size_t at = 0; (at = str_find(html, STR(STAMP), at)) != SIZE_MAX; at++)
        count++;
    return count;
}

struct blocks blocks_of(struct arena *arena, struct str html)
{
    struct block *at = arena_array(arena, struct block, count_stamps(html));
    struct blocks blocks = { html, at, 0 };
    size_t from = 0;

    while (next_block(arena, html, &from, &at[blocks.count]))
        blocks.count++;
    return blocks;
}

const struct block *block_at(const struct blocks *blocks, size_t chars)
{
    size_t low = 0, high = blocks->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (blocks->at[middle].start <= chars)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &blocks->at[low - 1] : NULL;
}
