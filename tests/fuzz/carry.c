/* Carrying passages over. The input is the old text, the new one, and a text of which each pair of
 * bytes is where a range begins and how long it is; each ended by U+001E. What is no UTF-8 is cut
 * off. */
#include "fuzz.h"

#include "anchoring/carry.h"
#include "base/utf8.h"

#include <string.h>

const char fuzz_target[] = "carry";

#define TEXT_MAX_BYTES 8192
#define RANGES_MAX 64

static struct str next_part(struct str *rest)
{
    struct str part;

    str_cut(*rest, '\x1E', &part, rest);
    return str_slice(part, 0, TEXT_MAX_BYTES);
}

static struct text_index *next_text(struct str *rest)
{
    struct str part = next_part(rest);

    return text_index_new(str_slice(part, 0, utf8_valid_bytes(part)));
}

static size_t read_ranges(struct str bytes, size_t chars, struct range ranges[RANGES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i + 1 < bytes.bytes && count < RANGES_MAX; i += 2) {
        size_t start = (unsigned char)bytes.at[i] * (chars + 1) / 256;
        size_t end = start + (unsigned char)bytes.at[i + 1];
        ranges[count++] = (struct range){ start, end < chars ? end : chars };
    }
    if (count < RANGES_MAX)
        ranges[count++] = (struct range){ 0, chars };
    return count;
}

static bool same_range(struct range a, struct range b)
{
    return a.start_chars == b.start_chars && a.end_chars == b.end_chars;
}

static struct str text_of(const struct text_index *index, struct range range)
{
    return text_between(index, range.start_chars, range.end_chars);
}

static void check_carried(const struct text_index *from, const struct text_index *to,
    struct range range, const struct carried *carried)
{
    if (carried->state == ANCHOR_GONE) {
        PROMISE(carried->score <= 0 && carried->score >= 0);
        return;
    }
    PROMISE(carried->range.start_chars <= carried->range.end_chars);
    PROMISE(carried->range.end_chars <= text_index_chars(to));
    PROMISE(same_range(carried->range, range_snap(to, carried->range)));
    PROMISE(carried->score > 0 && carried->score <= 1);
    bool same = str_eq(text_of(from, range_snap(from, range)), text_of(to, carried->range));
    bool unchanged = carried->state == ANCHOR_EXACT || carried->state == ANCHOR_MOVED;
    PROMISE(!unchanged || same);
    PROMISE(carried->state != ANCHOR_CHANGED || !same);
    PROMISE(unchanged == (carried->score >= 1));
}

/* In order, and never nothing for nothing. */
static void check_order(const struct change *changes, size_t count, const struct text_index *from,
    const struct text_index *to)
{
    size_t old = 0, now = 0;

    for (size_t i = 0; i < count; i++) {
        struct range a = changes[i].from, b = changes[i].to;
        PROMISE(a.start_chars >= old && a.end_chars >= a.start_chars);
        PROMISE(b.start_chars >= now && b.end_chars >= b.start_chars);
        PROMISE(a.end_chars > a.start_chars || b.end_chars > b.start_chars);
        old = a.end_chars;
        now = b.end_chars;
    }
    PROMISE(old <= text_index_chars(from) && now <= text_index_chars(to));
}

/* Word by word there is no more that differs than was found before. */
static void check_changes(
    const struct alignment *alignment, const struct text_index *from, const struct text_index *to)
{
    struct arena *arena = arena_make();
    const struct change *changes, *differences;
    size_t count, more;

    PROMISE(alignment_changes(arena, alignment, &changes, &count));
    check_order(changes, count, from, to);
    alignment_differences(arena, alignment, &differences, &more);
    check_order(differences, more, from, to);
    PROMISE(more >= count);
    arena_free(arena);
}

static void check_pair(const struct text_index *from, const struct text_index *to,
    const struct range *ranges, size_t count, bool is_same)
{
    struct alignment *alignment = alignment_new(from, to), *again = alignment_new(from, to);
    struct carried carried[RANGES_MAX], once[RANGES_MAX];

    PROMISE(carry(alignment, ranges, count, carried));
    for (size_t i = 0; i < count; i++) {
        check_carried(from, to, ranges[i], &carried[i]);
        PROMISE(carry(again, &ranges[i], 1, &once[i]));
        PROMISE(once[i].state == carried[i].state);
        PROMISE(same_range(once[i].range, carried[i].range));
        if (is_same) {
            PROMISE(carried[i].state == ANCHOR_EXACT);
            PROMISE(same_range(carried[i].range, range_snap(from, ranges[i])));
        }
    }
    check_changes(alignment, from, to);
    alignment_free(alignment);
    alignment_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct str rest = { (const char *)data, bytes };
    struct text_index *from = next_text(&rest), *to = next_text(&rest);
    struct range ranges[RANGES_MAX];
    size_t count = read_ranges(next_part(&rest), text_index_chars(from), ranges);

    check_pair(from, to, ranges, count, false);
    check_pair(from, from, ranges, count, true);
    text_index_free(from);
    text_index_free(to);
    return 0;
}
