/* Finding a quote. The input is exact, prefix, suffix, hint and text, each ended by U+001E; what is
 * no UTF-8 is cut off, as the text of a request would have been refused. */
#include "fuzz.h"

#include "anchoring/resolve.h"
#include "base/utf8.h"

#include <string.h>

const char fuzz_target[] = "quote";

#define TEXT_MAX_BYTES 8192

static struct str next_part(struct str *rest)
{
    struct str part;

    str_cut(*rest, '\x1E', &part, rest);
    return str_slice(part, 0, utf8_valid_bytes(part));
}

/* A range lies in the text, and its words are what stands there. */
static void check_place(const struct text_index *index, const struct place *place)
{
    struct range r = place->range, snapped = range_snap(index, r);
    struct place described = { 0 };

    PROMISE(r.start_chars < r.end_chars && r.end_chars <= text_index_chars(index));
    PROMISE(str_eq(place->exact, text_between(index, r.start_chars, r.end_chars)));
    PROMISE(utf8_valid(place->exact) && utf8_valid(place->before) && utf8_valid(place->after));
    PROMISE(utf8_chars(place->before) <= 32 && utf8_chars(place->after) <= 32);
    PROMISE(place->score > 0 && place->score <= 1);
    PROMISE(snapped.start_chars <= r.start_chars && snapped.end_chars >= r.end_chars);
    PROMISE(snapped.end_chars <= text_index_chars(index));
    place_describe(index, r, &described);
    PROMISE(str_eq(described.exact, place->exact));
    PROMISE(text_utf16_of_char(index, r.end_chars) <= text_index_utf16(index));
    PROMISE(text_char_of_utf16(index, text_utf16_of_char(index, r.start_chars)) == r.start_chars);
}

static bool stands_at(const struct text_index *index, struct str exact, size_t chars)
{
    struct str text = text_index_text(index);
    size_t at = text_byte_of_char(index, chars);

    return str_starts(str_slice(text, at, text.bytes), exact);
}

/* Overlapping ones count. */
static size_t count_exact(struct str text, struct str exact)
{
    size_t count = 0;

    for (size_t at = str_find(text, exact, 0); at != SIZE_MAX; at = str_find(text, exact, at + 1))
        count++;
    return count;
}

static void check_answer(
    struct arena *arena, const struct text_index *index, const struct quote *quote)
{
    struct place places[PLACES_MAX];
    size_t count = 0, total = 0;
    enum resolved resolved = quote_resolve(arena, index, quote, places, &count, &total);
    size_t exact = count_exact(text_index_text(index), quote->exact);

    PROMISE(count <= PLACES_MAX);
    for (size_t i = 0; i < count; i++) {
        check_place(index, &places[i]);
        PROMISE(i == 0 || places[i - 1].range.start_chars <= places[i].range.start_chars);
        PROMISE(resolved == RESOLVED_NOWHERE || places[i].score >= 1);
        PROMISE(resolved != RESOLVED_NOWHERE || places[i].score < 1);
        PROMISE(exact == 0 || stands_at(index, quote->exact, places[i].range.start_chars));
    }
    PROMISE(resolved != RESOLVED || count == 1);
    PROMISE(resolved != RESOLVED_NOWHERE || (count <= 1 && exact == 0));
    PROMISE(resolved != RESOLVED_AMBIGUOUS || (total >= 2 && count >= 2 && count <= total));
    PROMISE(exact != 1 || resolved == RESOLVED);
    PROMISE(exact == 0 || total <= exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct str rest = { (const char *)data, bytes };
    struct quote quote = { 0 };
    uint64_t hint;

    quote.exact = next_part(&rest);
    quote.prefix = next_part(&rest);
    quote.suffix = next_part(&rest);
    quote.has_hint = str_to_u64(next_part(&rest), &hint);
    if (quote.has_hint)
        quote.hint_chars = (size_t)hint;
    struct str text = str_slice(next_part(&rest), 0, TEXT_MAX_BYTES);
    text.bytes = utf8_valid_bytes(text);
    if (quote.exact.bytes == 0)
        return 0;

    struct arena *arena = arena_make();
    struct text_index *index = text_index_new(text);
    check_answer(arena, index, &quote);
    text_index_free(index);
    arena_free(arena);
    return 0;
}
