#include "anchoring/similar.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>

#define WORD_BITS 64
#define PATTERN_MAX (SIMILAR_WORDS * WORD_BITS)
#define QUOTE_MIN 4 /* shorter ones are like everything */
#define SCORE_MIN 0.6
#define SCORE_ALIKE 0.99 /* at most, for what differs in nothing but its case */
#define SLOTS 2048 /* of the table of characters: a power of two, twice the pattern and more */

/* Myers' bit-parallel search (A fast bit-vector algorithm for approximate string matching, 1999),
 * in blocks as in his section 4: each character of the text costs one pass over the pattern's
 * words. */
struct pattern {
    size_t count, words;
    uint32_t c[PATTERN_MAX];
    uint32_t slot_c[SLOTS];
    uint64_t slot_bits[SLOTS][SIMILAR_WORDS]; /* where in the pattern the character stands */
};

static uint32_t without_case(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    return (uint32_t)u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT);
}

/* The character's slot, or the empty one that it would have; U+0000 is in no text. */
static size_t slot_of(const struct pattern *p, uint32_t c)
{
    size_t slot = (c * 2654435761u) >> 21 & (SLOTS - 1);
    while (p->slot_c[slot] != 0 && p->slot_c[slot] != c)
        slot = (slot + 1) & (SLOTS - 1);
    return slot;
}

static struct pattern *pattern_new(const struct folded *quote, size_t count)
{
    struct pattern *p = mem_zero(1, sizeof *p);
    p->count = count;
    p->words = (count + WORD_BITS - 1) / WORD_BITS;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = p->c[i] = without_case(quote[i].c);
        size_t slot = slot_of(p, c);
        p->slot_c[slot] = c;
        p->slot_bits[slot][i / WORD_BITS] |= (uint64_t)1 << i % WORD_BITS;
    }
    return p;
}

struct column {
    uint64_t plus[SIMILAR_WORDS], minus[SIMILAR_WORDS];
    size_t distance; /* of the whole pattern to a passage that ends here */
};

static void column_step(const struct pattern *p, struct column *col, uint32_t c)
{
    const uint64_t *bits = p->slot_bits[slot_of(p, c)];
    uint64_t carry_plus = 0, carry_minus = 0; /* a passage may begin anywhere: row 0 is all zero */

    for (size_t w = 0; w < p->words; w++) {
        size_t top = w + 1 < p->words ? WORD_BITS - 1 : (p->count - 1) % WORD_BITS;
        uint64_t equal = bits[w], plus = col->plus[w], minus = col->minus[w];
        uint64_t vertical = equal | minus;
        equal |= carry_minus;
        uint64_t across = (((equal & plus) + plus) ^ plus) | equal;
        uint64_t up = minus | ~(across | plus), down = plus & across;
        uint64_t out_plus = up >> top & 1, out_minus = down >> top & 1;

        up = up << 1 | carry_plus;
        down = down << 1 | carry_minus;
        col->plus[w] = down | ~(vertical | up);
        col->minus[w] = up & vertical;
        carry_plus = out_plus;
        carry_minus = out_minus;
    }
    col->distance = col->distance + carry_plus - carry_minus;
}

/* The end of the best passage, and a place before which it cannot begin. */
struct ending {
    size_t distance, from_byte, to_byte;
};

static bool is_better(const struct ending *best, size_t distance, size_t to_byte, size_t near_byte)
{
    if (distance != best->distance)
        return distance < best->distance;
    return best->to_byte < near_byte && to_byte > best->to_byte;
}

static bool find_ending(
    struct str text, const struct pattern *p, size_t near_byte, struct ending *best)
{
    struct column col = { .distance = p->count };
    struct folder folder = folder_of(text);
    struct folded next;
    size_t starts[2 * PATTERN_MAX], span = 2 * p->count;
    size_t bound = (size_t)((1 - SCORE_MIN) * (double)p->count);

    memset(col.plus, 0xFF, sizeof col.plus);
    *best = (struct ending){ bound + 1, 0, 0 };
    for (size_t i = 0; fold_next(&folder, &next); i++) {
        starts[i % span] = next.from_byte;
        column_step(p, &col, without_case(next.c));
        if (col.distance <= bound && is_better(best, col.distance, next.to_byte, near_byte))
            *best = (struct ending){ col.distance, starts[i < span ? 0 : (i + 1) % span],
                next.to_byte };
    }
    return best->distance <= bound;
}

/* Where the passage that ends at `end` begins: the pattern backwards against the text backwards, of
 * several beginnings the one that makes it as long as the quote. */
static size_t find_beginning(struct str text, const struct pattern *p, const struct ending *end)
{
    size_t count, row[PATTERN_MAX + 1], best = 0, best_distance = SIZE_MAX;
    struct folded *window = fold_all(str_slice(text, end->from_byte, end->to_byte), &count);

    for (size_t i = 0; i <= p->count; i++)
        row[i] = i;
    for (size_t taken = 1; taken <= count; taken++) {
        uint32_t c = without_case(window[count - taken].c);
        size_t diagonal = row[0];
        row[0] = taken;
        for (size_t i = 1; i <= p->count; i++) {
            size_t change = diagonal + (p->c[p->count - i] != c);
            diagonal = row[i];
            size_t shorter = (row[i] < row[i - 1] ? row[i] : row[i - 1]) + 1;
            row[i] = change < shorter ? change : shorter;
        }
        if (row[p->count] < best_distance ||
            (row[p->count] == best_distance && taken <= p->count)) {
            best_distance = row[p->count];
            best = taken;
        }
    }
    size_t from = best > 0 ? end->from_byte + window[count - best].from_byte : end->to_byte;
    free(window);
    return from;
}

static bool find_short(struct str text, const struct folded *quote, size_t count, size_t near_byte,
    struct similar *out)
{
    struct pattern *p = pattern_new(quote, count);
    struct ending end;
    bool found = find_ending(text, p, near_byte, &end);

    if (found) {
        double score = 1 - (double)end.distance / (double)count;
        out->match = (struct match){ find_beginning(text, p, &end), end.to_byte };
        out->score = score < SCORE_ALIKE ? score : SCORE_ALIKE;
    }
    free(p);
    return found;
}

/* Of a long quote its beginning and its end are looked for. One alone is half the quote at most. */
static bool find_long(struct str text, const struct folded *quote, size_t count, size_t near_byte,
    struct similar *out)
{
    size_t half = PATTERN_MAX / 2;
    struct similar head, tail;
    bool has_head = find_short(text, quote, half, near_byte, &head);
    bool has_tail = find_short(
        text, quote + count - half, half, has_head ? head.match.to_byte : near_byte, &tail);
    if (!has_head && !has_tail)
        return false;

    size_t quote_bytes = quote[count - 1].to_byte - quote[0].from_byte;
    if (has_head && has_tail && head.match.from_byte < tail.match.to_byte &&
        tail.match.to_byte - head.match.from_byte <= 2 * quote_bytes) {
        out->match = (struct match){ head.match.from_byte, tail.match.to_byte };
        out->score = (head.score + tail.score) / 2;
        return true;
    }
    *out = has_head && (!has_tail || head.score >= tail.score) ? head : tail;
    out->score /= 2;
    return true;
}

bool similar_find(struct str text, const struct folded *quote, size_t count, size_t near_byte,
    struct similar *out)
{
    if (count < QUOTE_MIN)
        return false;
    return (count <= PATTERN_MAX ? find_short : find_long)(text, quote, count, near_byte, out);
}
