#include "annotations/place.h"

static size_t chars_of(const struct text_index *text, size_t position, bool is_utf16)
{
    if (is_utf16)
        return text_char_of_utf16(text, position);
    return position <= text_index_chars(text) ? position : SIZE_MAX;
}

static void outside(struct arena *arena, const struct text_index *text, const char *pointer,
    size_t position, bool is_utf16, struct invalid *why)
{
    size_t length = is_utf16 ? text_index_utf16(text) : text_index_chars(text);

    if (position > length)
        invalid_add(why, arena, pointer, "range", "%zu lies outside the text, which has %zu %s.",
            position, length, is_utf16 ? "UTF-16 code units" : "characters");
    else
        invalid_add(why, arena, pointer, "range", "%zu lies inside a surrogate pair.", position);
}

/* From a range in the request's unit to one of whole characters as readers see them. */
static void place_range(struct arena *arena, const struct text_index *text, size_t start,
    size_t end, bool is_utf16, const char *start_pointer, const char *end_pointer,
    struct placed *out)
{
    struct range range = { chars_of(text, start, is_utf16), chars_of(text, end, is_utf16) };

    if (range.start_chars == SIZE_MAX)
        outside(arena, text, start_pointer, start, is_utf16, &out->why);
    if (range.end_chars == SIZE_MAX)
        outside(arena, text, end_pointer, end, is_utf16, &out->why);
    if (start == end)
        invalid_add(&out->why, arena, end_pointer, "range",
            "`end` comes after `start`: a passage is not empty.");
    if (out->why.count > 0) {
        out->found = PLACE_INVALID;
        return;
    }
    out->found = PLACE_FOUND;
    out->places[0].score = 1;
    place_describe(text, range_snap(text, range), &out->places[0]);
}

static void place_quote(struct arena *arena, const struct text_index *text,
    const struct quote *quote, struct placed *out)
{
    switch (quote_resolve(arena, text, quote, out->places, &out->count, &out->total)) {
    case RESOLVED_AMBIGUOUS:
        out->found = PLACE_AMBIGUOUS;
        return;
    case RESOLVED_NOWHERE:
        out->found = PLACE_NOWHERE;
        return;
    case RESOLVED:
        break;
    }
    double score = out->places[0].score;
    out->found = PLACE_FOUND;
    place_describe(text, range_snap(text, out->places[0].range), &out->places[0]);
    out->places[0].score = score;
}

/* Where it is thought to start; a place that is none is no hint. */
static struct quote quote_of(const struct text_index *text, const struct annotation_given *given)
{
    struct quote quote = given->quote;

    quote.has_hint = given->has_start;
    quote.hint_chars = chars_of(text, given->start, given->is_utf16);
    if (quote.hint_chars == SIZE_MAX)
        quote.hint_chars = text_index_chars(text);
    return quote;
}

static void place_selection(struct arena *arena, const struct text_index *text,
    const struct selection *selection, struct placed *out)
{
    const struct range *range = &selection->position;

    if (selection->has_quote) {
        place_quote(arena, text, &selection->quote, out);
    } else if (selection->has_position) {
        place_range(arena, text, range->start_chars, range->end_chars, false, "/selectors",
            "/selectors", out);
    } else {
        out->found = PLACE_INVALID;
        invalid_add(&out->why, arena, "/selectors", "no-place",
            "In a text that is held here a place is found by a TextQuoteSelector or a "
            "TextPositionSelector; there is none.");
    }
}

void place_find(struct arena *arena, const struct text_index *text,
    const struct annotation_given *given, struct placed *out)
{
    struct quote quote;

    *out = (struct placed){ .pointer = "/quote" };
    switch (given->place) {
    case PLACE_RANGE:
        place_range(arena, text, given->start, given->end, given->is_utf16, "/start", "/end", out);
        return;
    case PLACE_SELECTORS:
        out->pointer = "/selectors";
        place_selection(arena, text, &given->selection, out);
        return;
    case PLACE_QUOTE:
    case PLACE_NONE:
        quote = quote_of(text, given);
        place_quote(arena, text, &quote, out);
        return;
    }
}

bool place_elsewhere(struct arena *arena, const struct annotation_given *given,
    struct annotation_words *out, struct invalid *why)
{
    const struct quote *quote = given->place == PLACE_QUOTE ? &given->quote
        : given->selection.has_quote                        ? &given->selection.quote
                                                            : NULL;

    if (given->place == PLACE_RANGE)
        return invalid_add(why, arena, "/start", "elsewhere",
            "The text of a page elsewhere is not held here, so positions in it mean nothing: "
            "send its words as `quote`, or W3C `selectors`.");
    if (!uuid_is_nil(given->revision))
        return invalid_add(
            why, arena, "/revision", "elsewhere", "A page elsewhere has no revisions here.");
    if (quote) {
        out->quote = quote->exact;
        out->prefix = quote->prefix;
        out->suffix = quote->suffix;
    }
    if (given->place == PLACE_QUOTE)
        out->selectors = selectors_of_quote(arena, quote);
    else if (given->place == PLACE_SELECTORS)
        out->selectors = given->selectors;
    return true;
}
