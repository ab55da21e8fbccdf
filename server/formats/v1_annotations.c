#include "formats/v1_annotations.h"

#include "formats/text.h"

#define KINDS "highlight comment question claim objection suggestion"

/* -- reading ----------------------------------------------------------------------------------- */

static bool has_tag(const struct str *tags, size_t count, struct str tag)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(tags[i], tag))
            return true;
    return false;
}

/* In order, once each. */
static void read_tags(const struct given *given, struct tags *out)
{
    const json_t *array;

    if (!given_array(given, "tags", TAGS_MAX, &array))
        return;
    struct str *tags = arena_array(given->arena, struct str, json_array_size(array));
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct str tag;
        if (given_item(given, "tags", i, 1, TAG_MAX_CHARS, &tag) && !has_tag(tags, count, tag))
            tags[count++] = tag;
    }
    *out = (struct tags){ tags, count };
}

/* An empty body is none. */
static bool read_body(const struct given *given, struct str *out)
{
    struct str body = STR_NONE;

    if (!given_is_null(given, "body") && !given_text(given, "body", 0, BODY_MAX_CHARS, &body))
        return false;
    *out = body.bytes > 0 ? body : STR_NONE;
    return true;
}

static bool read_visibility(const struct given *given, bool *is_private)
{
    struct str visibility;

    if (!given_word(given, "visibility", "group private", &visibility))
        return false;
    *is_private = str_eq(visibility, STR("private"));
    return true;
}

/* A highlight is a passage and no words; every other kind says something. */
static void check_kind(const struct given *given, struct str kind, struct str body)
{
    bool is_highlight = str_eq(kind, STR("highlight"));

    if (is_highlight && str_given(body))
        given_fault(given, "kind", "has-body", "A highlight has no `body`; a comment has.");
    if (!is_highlight && !str_given(body))
        given_fault(
            given, "body", "missing", "A %.*s says something: `body` is missing.", STR_ARG(kind));
}

static void read_words(const struct given *given, struct annotation_given *out)
{
    size_t faults = given->why->count;

    read_body(given, &out->body);
    read_tags(given, &out->tags);
    read_visibility(given, &out->is_private);
    out->kind = str_given(out->body) ? STR("comment") : STR("highlight");
    bool has_kind = given_word(given, "kind", KINDS, &out->kind);
    if (has_kind && given->why->count == faults)
        check_kind(given, out->kind, out->body);
}

static bool is_address(struct str text)
{
    return str_starts(text, STR("http://")) || str_starts(text, STR("https://"));
}

static void read_document(const struct given *given, struct annotation_given *out)
{
    struct str text;

    if (!given_text(given, "document", 1, 8192, &text))
        return;
    if (is_address(text))
        out->address = text;
    else if (!typeid_read(text, "doc", &out->document))
        given_fault(given, "document", "id",
            "`document` is an id that begins with doc_, or the http(s) address of a page.");
}

static void read_range(const struct given *given, struct annotation_given *out)
{
    int64_t start = 0, end = 0;
    bool has_start = given_int(given, "start", 0, INT32_MAX, &start);
    bool has_end = given_int(given, "end", 0, INT32_MAX, &end);

    out->has_start = has_start;
    out->start = (size_t)start;
    out->end = (size_t)end;
    if (has_start && has_end && end <= start)
        given_fault(given, "end", "range", "`end` comes after `start`: a passage is not empty.");
    if (given_has(given, "end") && !given_has(given, "start"))
        given_fault(given, "start", "missing", "`end` wants a `start`.");
    if (given_has(given, "start") && !given_has(given, "end") && !given_has(given, "quote"))
        given_fault(given, "end", "missing", "`start` wants an `end`, or a `quote` to look for.");
}

static void read_place(const struct given *given, struct str text, struct annotation_given *out)
{
    struct str unit = STR_NONE;
    bool has_quote = given_has(given, "quote"),
         has_range = given_has(given, "start") || given_has(given, "end");

    if (given_word(given, "unit", "char utf16", &unit))
        out->is_utf16 = str_eq(unit, STR("utf16"));
    given_id(given, "revision", "rev", &out->revision);
    if (has_range)
        read_range(given, out);
    out->place = has_range ? PLACE_RANGE : PLACE_NONE;
    if (has_quote) {
        quote_read(given, "quote", &out->quote);
        out->place = PLACE_QUOTE;
    }
    if (!given_has(given, "selectors"))
        return;
    if (has_quote || has_range)
        given_fault(given, "selectors", "too-many",
            "A place is said in one way: by `quote`, by `start` and `end`, or by `selectors`.");
    if (selectors_read(given, "selectors", &out->selection))
        out->selectors = given_as_sent(given->arena, text, "selectors");
    if (str_given(out->selectors) && !str_eq(out->selectors, STR("[]")))
        out->place = PLACE_SELECTORS;
}

static void refuse_place_of_reply(const struct given *given)
{
    static const char *const places[] = { "quote", "start", "end", "selectors", "revision" };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (given_has(given, places[i]))
            given_fault(given, places[i], "reply", "A reply has no place of its own.");
}

/* Without words there must be a place: saying nothing about everything is nothing. */
static void check_says_something(const struct given *given, const struct annotation_given *it)
{
    bool is_reply = !uuid_is_nil(it->parent);

    if (str_given(it->body) || it->tags.count > 0 || (!is_reply && it->place != PLACE_NONE))
        return;
    given_fault(given, "body", "missing", "%s",
        is_reply ? "A reply says something: `body` is missing."
                 : "Say something (`body`), or say where (`quote`).");
}

bool v1_read_annotation(struct arena *arena, const json_t *json, struct str text,
    struct annotation_given *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    *out = (struct annotation_given){ 0 };
    given_only(&given,
        "document quote start end revision unit selectors body kind tags group visibility parent "
        "draft");
    read_document(&given, out);
    given_id(&given, "parent", "ann", &out->parent);
    read_words(&given, out);
    given_text(&given, "group", 1, 100, &out->group);
    given_bool(&given, "draft", &out->is_draft);
    if (given_has(&given, "parent"))
        refuse_place_of_reply(&given);
    else
        read_place(&given, text, out);
    if (!given_has(&given, "document") && !given_has(&given, "parent"))
        given_fault(&given, "document", "missing",
            "`document` is missing: an id, or the address of a page elsewhere.");
    if (why->count == 0)
        check_says_something(&given, out);
    return why->count == 0;
}

bool v1_read_reply(
    struct arena *arena, const json_t *json, struct annotation_given *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    *out = (struct annotation_given){ 0 };
    given_only(&given, "body kind tags visibility");
    if (given_is_null(&given, "body"))
        given_fault(&given, "body", "type", "`body` is a text.");
    read_words(&given, out);
    if (!str_given(out->body) && why->count == 0)
        given_fault(&given, "body", "missing", "A reply says something: `body` is missing.");
    return why->count == 0;
}

bool v1_read_annotation_patch(
    struct arena *arena, const json_t *json, struct annotation_patch *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };
    bool is_draft = false;

    *out = (struct annotation_patch){ 0 };
    given_only(&given, "body kind tags visibility draft");
    out->has_body = given_has(&given, "body") && read_body(&given, &out->body);
    out->has_kind = given_word(&given, "kind", KINDS, &out->kind);
    out->has_tags = given_has(&given, "tags");
    if (out->has_tags && !given_is_null(&given, "tags"))
        read_tags(&given, &out->tags);
    out->has_visibility = read_visibility(&given, &out->is_private);
    out->publishes = given_bool(&given, "draft", &is_draft) && !is_draft;
    if (is_draft)
        given_fault(&given, "draft", "unknown", "What is published stays so; `draft` is false.");
    return why->count == 0;
}

/* -- writing ----------------------------------------------------------------------------------- */

static void write_quote(struct writer *writer, const struct annotation_words *words)
{
    writer_key(writer, "quote");
    if (!str_given(words->quote)) {
        writer_null(writer);
        return;
    }
    writer_object(writer);
    writer_key_text(writer, "exact", words->quote);
    writer_key_text(writer, "prefix", str_given(words->prefix) ? words->prefix : STR(""));
    writer_key_text(writer, "suffix", str_given(words->suffix) ? words->suffix : STR(""));
    writer_object_end(writer);
}

struct str v1_shown(struct arena *arena, const struct annotation_words *words)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(&writer, "kind", words->kind);
    writer_key_text(&writer, "body", words->body);
    writer_key_text(
        &writer, "body_html", str_given(words->body) ? body_html(arena, words->body) : STR_NONE);
    writer_key(&writer, "tags");
    writer_array(&writer);
    for (size_t i = 0; i < words->tags.count; i++)
        writer_text(&writer, words->tags.at[i]);
    writer_array_end(&writer);
    write_quote(&writer, words);
    writer_key(&writer, "selectors");
    writer_raw(&writer, str_given(words->selectors) ? words->selectors : STR("[]"));
    writer_object_end(&writer);
    struct str whole = writer_finish(&writer, arena);
    return str_slice(whole, 1, whole.bytes - 1);
}
