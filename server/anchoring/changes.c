#include "anchoring/alignment.h"

static uint32_t char_at(const struct tokens *tokens, const struct text_index *index, uint32_t i)
{
    return i < tokens->count ? tokens->at[i].first_char : (uint32_t)text_index_chars(index);
}

static uint32_t end_before(const struct tokens *tokens, uint32_t i)
{
    return i > 0 ? token_end_char(&tokens->at[i - 1]) : 0;
}

static struct range range_of(
    const struct tokens *tokens, const struct text_index *index, struct span span)
{
    if (span.from == span.to) {
        uint32_t at = span.from == tokens->count ? end_before(tokens, span.from)
                                                 : char_at(tokens, index, span.from);
        return (struct range){ at, at };
    }
    return range_snap(
        index, (struct range){ tokens->at[span.from].first_char, end_before(tokens, span.to) });
}

struct writer {
    const struct alignment *it;
    struct change *at; /* NULL: only counting */
    size_t count;
};

static void put(struct writer *w, struct span from, struct span to)
{
    if (span_length(from) == 0 && span_length(to) == 0)
        return;
    if (w->at)
        w->at[w->count] = (struct change){ range_of(&w->it->tokens.from, w->it->from, from),
            range_of(&w->it->tokens.to, w->it->to, to) };
    w->count++;
}

/* The pair stands where the order of the text has it, and reads the same. */
static bool stayed(const struct alignment *it, uint32_t i)
{
    return it->to_of[i] != NOWHERE && !it->moved[i] &&
        str_eq(token_text(&it->tokens.from, i), token_text(&it->tokens.to, it->to_of[i]));
}

static void walk(struct writer *w)
{
    const struct alignment *it = w->it;
    uint32_t i = 0, j = 0, n = it->tokens.from.count, m = it->tokens.to.count;

    while (i < n || j < m) {
        struct span from = { i, i }, to = { j, j };
        while (from.to < n && !stayed(it, from.to))
            from.to++;
        to.to = from.to < n ? it->to_of[from.to] : m;
        put(w, from, to);
        i = from.to;
        j = to.to;
        while (i < n && it->to_of[i] == j && stayed(it, i))
            i++, j++;
    }
}

bool alignment_changes(struct arena *arena, const struct alignment *alignment,
    const struct change **out, size_t *count)
{
    struct writer counted = { .it = alignment }, written = { .it = alignment };

    walk(&counted);
    written.at = arena_array(arena, struct change, counted.count);
    walk(&written);
    *out = written.at;
    *count = written.count;
    return true;
}
