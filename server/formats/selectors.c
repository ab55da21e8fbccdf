#include "formats/selectors.h"

#include "base/writer.h"

static void read_words(const struct given *given, struct quote *out)
{
    given_text(given, "exact", 1, QUOTE_MAX_CHARS, &out->exact);
    given_text(given, "prefix", 0, CONTEXT_MAX_CHARS, &out->prefix);
    given_text(given, "suffix", 0, CONTEXT_MAX_CHARS, &out->suffix);
    if (!given_has(given, "exact"))
        given_fault(given, "exact", "missing", "A quote has its words in `exact`.");
}

bool quote_read(const struct given *given, const char *name, struct quote *out)
{
    size_t faults = given->why->count;
    struct given object;

    *out = (struct quote){ 0 };
    if (json_is_string(json_object_get(given->object, name)))
        return given_text(given, name, 1, QUOTE_MAX_CHARS, &out->exact);
    if (!given_object(given, name, &object))
        return false;
    given_only(&object, "exact prefix suffix");
    read_words(&object, out);
    return given->why->count == faults;
}

static void read_position(const struct given *given, struct range *out)
{
    int64_t start = 0, end = 0;
    bool has_start = given_int(given, "start", 0, INT32_MAX, &start);
    bool has_end = given_int(given, "end", 0, INT32_MAX, &end);

    if (!given_has(given, "start"))
        given_fault(given, "start", "missing", "A position has a `start`.");
    if (!given_has(given, "end"))
        given_fault(given, "end", "missing", "A position has an `end`.");
    if (has_start && has_end && end < start)
        given_fault(given, "end", "range", "`end` does not come before `start`.");
    *out = (struct range){ (size_t)start, (size_t)end };
}

/* One selector and what refines it. The depth is bounded by that of the body. */
static void read_selector(const struct given *given, struct selection *out)
{
    struct str type = STR_NONE;
    struct given refined;

    if (!given_text(given, "type", 1, 200, &type)) {
        if (!given_has(given, "type"))
            given_fault(given, "type", "missing", "A selector has a `type`.");
        return;
    }
    if (str_eq(type, STR("TextQuoteSelector")) && !out->has_quote) {
        out->has_quote = true;
        read_words(given, &out->quote);
    } else if (str_eq(type, STR("TextPositionSelector")) && !out->has_position) {
        out->has_position = true;
        read_position(given, &out->position);
    }
    if (json_is_object(json_object_get(given->object, "refinedBy")) &&
        given_object(given, "refinedBy", &refined))
        read_selector(&refined, out);
}

bool selectors_read(const struct given *given, const char *name, struct selection *out)
{
    size_t faults = given->why->count;
    const json_t *array;

    *out = (struct selection){ 0 };
    if (!given_array(given, name, SELECTORS_MAX, &array))
        return false;
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *pointer =
            arena_printf(given->arena, "%s/%zu", given_pointer(given, name), i).at;
        struct given item = { given->arena, given->why, json_array_get(array, i), pointer };
        if (json_is_object(item.object))
            read_selector(&item, out);
        else
            invalid_add(given->why, given->arena, pointer, "type", "A selector is an object.");
    }
    out->quote.has_hint = out->has_position;
    out->quote.hint_chars = out->position.start_chars;
    return given->why->count == faults;
}

static void write_quote(
    struct writer *writer, struct str exact, struct str prefix, struct str suffix)
{
    writer_object(writer);
    writer_key_cstr(writer, "type", "TextQuoteSelector");
    writer_key_text(writer, "exact", exact);
    if (str_given(prefix))
        writer_key_text(writer, "prefix", prefix);
    if (str_given(suffix))
        writer_key_text(writer, "suffix", suffix);
    writer_object_end(writer);
}

struct str selectors_of_place(struct arena *arena, const struct place *place)
{
    struct writer writer;

    writer_start(&writer);
    writer_array(&writer);
    write_quote(&writer, place->exact, place->before, place->after);
    writer_object(&writer);
    writer_key_cstr(&writer, "type", "TextPositionSelector");
    writer_key_int(&writer, "start", (int64_t)place->range.start_chars);
    writer_key_int(&writer, "end", (int64_t)place->range.end_chars);
    writer_object_end(&writer);
    writer_array_end(&writer);
    return writer_finish(&writer, arena);
}

struct str selectors_of_quote(struct arena *arena, const struct quote *quote)
{
    struct writer writer;

    writer_start(&writer);
    writer_array(&writer);
    write_quote(&writer, quote->exact, quote->prefix, quote->suffix);
    writer_array_end(&writer);
    return writer_finish(&writer, arena);
}
