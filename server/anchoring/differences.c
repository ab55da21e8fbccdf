#include "anchoring/alignment.h"

#include <stdlib.h>
#include <string.h>

/* What was found so far. */
struct found {
    struct arena *arena;
    struct change *at;
    size_t count, room;
};

static void add(struct found *found, struct range from, struct range to)
{
    if (from.start_chars == from.end_chars && to.start_chars == to.end_chars)
        return;
    if (found->count == found->room) {
        size_t room = found->room ? found->room * 2 : 64;
        struct change *grown = arena_array(found->arena, struct change, room);
        if (found->count)
            memcpy(grown, found->at, found->count * sizeof *grown);
        found->at = grown;
        found->room = room;
    }
    found->at[found->count++] = (struct change){ from, to };
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

/* Changes are of words. What is taken out whole takes the space with it that stood between it and
 * what comes next, or at the text's end, what came before: else its neighbours would run together.
 */
static struct range taken_out(const struct text_index *from, const struct text_index *to,
    const struct change *change, size_t floor)
{
    struct range range = change->from;

    if (change->to.start_chars < change->to.end_chars || range.start_chars == range.end_chars)
        return range;
    if (change->to.start_chars < text_index_chars(to)) {
        struct str rest = text_between(from, range.end_chars, text_index_chars(from));
        for (size_t i = 0; i < rest.bytes && is_space(rest.at[i]); i++)
            range.end_chars++;
    } else {
        struct str before = text_between(from, floor, range.start_chars);
        for (size_t i = before.bytes; i > 0 && is_space(before.at[i - 1]); i--)
            range.start_chars--;
    }
    return range;
}

/* -- inside a change --------------------------------------------------------------------------- */

/* What changed is told word by word, where the two sides have enough in common: an alignment made
 * for places does not say which words of a rewritten sentence stayed. */
#define REFINED_MAX 250000 /* words of the one times words of the other */

struct word {
    size_t from_byte, to_byte;
    size_t from_char;
    uint32_t weight; /* of space and signs, 1 */
};

struct words {
    struct str text;
    size_t end_chars;
    struct word *at;
    size_t count;
    uint64_t weight;
};

static bool is_of_word(char c)
{
    return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
        (c >= 'A' && c <= 'Z');
}

static size_t chars_in(struct str text, size_t from, size_t to)
{
    size_t chars = 0;

    for (size_t i = from; i < to; i++)
        chars += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return chars;
}

/* words.at is the caller's to free. */
static struct words words_of(struct str text, const struct range *range)
{
    struct words words = { text, range->end_chars, mem_zero(text.bytes, sizeof(struct word)), 0,
        0 };
    size_t chars = range->start_chars;

    for (size_t at = 0, end; at < text.bytes; at = end) {
        end = at + 1;
        while (is_of_word(text.at[at]) && end < text.bytes && is_of_word(text.at[end]))
            end++;
        uint32_t weight = is_of_word(text.at[at]) ? 4 + (uint32_t)(end - at) : 1;
        words.at[words.count++] = (struct word){ at, end, chars, weight };
        words.weight += weight;
        chars += chars_in(text, at, end);
    }
    return words;
}

static struct str word_text(const struct words *words, size_t i)
{
    return str_slice(words->text, words->at[i].from_byte, words->at[i].to_byte);
}

static bool same_text(const struct words *a, size_t i, const struct words *b, size_t j)
{
    return str_eq(word_text(a, i), word_text(b, j));
}

static struct range between(const struct words *words, size_t from, size_t to)
{
    size_t end = words->end_chars;

    return (struct range){ from < words->count ? words->at[from].from_char : end,
        to < words->count ? words->at[to].from_char : end };
}

/* The weight of what the rests from i and j have in common, for each i and j. */
static uint32_t *common_of(const struct words *a, const struct words *b)
{
    size_t width = b->count + 1;
    uint32_t *best = mem_zero((a->count + 1) * width, sizeof *best);

    for (size_t i = a->count; i-- > 0;)
        for (size_t j = b->count; j-- > 0;) {
            uint32_t down = best[(i + 1) * width + j], across = best[i * width + j + 1];
            uint32_t most = down > across ? down : across;
            uint32_t both =
                same_text(a, i, b, j) ? best[(i + 1) * width + j + 1] + a->at[i].weight : 0;
            best[i * width + j] = both > most ? both : most;
        }
    return best;
}

/* Goes along what both have. What is the same but space and signs alone is no help to a reader. */
static void add_words(
    struct found *found, const struct words *a, const struct words *b, const uint32_t *best)
{
    size_t width = b->count + 1, i = 0, j = 0, out = 0, in = 0;

    while (i < a->count && j < b->count) {
        size_t run = 0, weight = 0;
        while (i + run < a->count && j + run < b->count && same_text(a, i + run, b, j + run)) {
            weight += a->at[i + run].weight;
            run++;
        }
        bool taken =
            run > 0 && best[i * width + j] == best[(i + 1) * width + j + 1] + a->at[i].weight;
        if (taken && weight > run) {
            add(found, between(a, out, i), between(b, in, j));
            out = i += run;
            in = j += run;
        } else if (taken) {
            i += run;
            j += run;
        } else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) {
            i++;
        } else {
            j++;
        }
    }
    add(found, between(a, out, a->count), between(b, in, b->count));
}

/* False: the two have little in common, or there is too much of them. */
static bool refine(struct found *found, const struct alignment *it, const struct range *out,
    const struct range *in)
{
    struct str old = text_between(it->from, out->start_chars, out->end_chars);
    struct str now = text_between(it->to, in->start_chars, in->end_chars);
    bool alike = false;

    if (old.bytes == 0 || now.bytes == 0 || old.bytes > REFINED_MAX || now.bytes > REFINED_MAX)
        return false;
    struct words a = words_of(old, out), b = words_of(now, in);
    if (a.count * b.count <= REFINED_MAX) {
        uint32_t *best = common_of(&a, &b);
        alike = best[0] * (uint64_t)4 >= (a.weight < b.weight ? a.weight : b.weight);
        if (alike)
            add_words(found, &a, &b, best);
        free(best);
    }
    free(a.at);
    free(b.at);
    return alike;
}

void alignment_differences(struct arena *arena, const struct alignment *alignment,
    const struct change **out, size_t *count)
{
    struct found found = { .arena = arena };
    const struct change *changes;
    size_t changed = 0, floor = 0;

    alignment_changes(arena, alignment, &changes, &changed);
    for (size_t i = 0; i < changed; i++) {
        struct range from = taken_out(alignment->from, alignment->to, &changes[i], floor);
        if (!refine(&found, alignment, &from, &changes[i].to))
            add(&found, from, changes[i].to);
        floor = from.end_chars;
    }
    *out = found.at;
    *count = found.count;
}
