#include "test.h"

#include "base/utf8.h"
#include "formats/v1_annotations.h"

static struct arena *arena;
static struct annotation_given it;
static struct annotation_patch patch;
static struct invalid why;

static void release(void *json)
{
    json_decref(json);
}

/* The arena lives as long as the program: what was read is looked at later. */
static json_t *parsed(const char *text)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (!json)
        FAIL("not JSON: %s", text);
    if (!arena)
        arena = arena_make();
    arena_own(arena, json, release);
    return json;
}

static bool reads(const char *text)
{
    json_t *json = parsed(text);
    why = (struct invalid){ 0 };
    return v1_read_annotation(arena, json, str_from(text), &it, &why);
}

static bool reads_patch(const char *text)
{
    json_t *json = parsed(text);
    why = (struct invalid){ 0 };
    return v1_read_annotation_patch(arena, json, &patch, &why);
}

#define DOC "\"document\":\"doc_01jd0000000000000000000000\""

TEST("a quote alone makes a highlight")
{
    CHECK(reads("{" DOC ",\"quote\":\"mass of men\"}"));
    CHECK_INT(it.place, PLACE_QUOTE);
    CHECK_STR(it.quote.exact, STR("mass of men"));
    CHECK_STR(it.kind, STR("highlight"));
    CHECK(!str_given(it.body));
}

TEST("with a body it is a comment, with an empty one a highlight")
{
    CHECK(reads("{" DOC ",\"quote\":\"x\",\"body\":\"why\"}"));
    CHECK_STR(it.kind, STR("comment"));
    CHECK(reads("{" DOC ",\"quote\":\"x\",\"body\":\"\"}"));
    CHECK_STR(it.kind, STR("highlight"));
}

TEST("a page elsewhere is known by its address")
{
    CHECK(reads("{\"document\":\"https://example.org/a\",\"body\":\"x\"}"));
    CHECK_STR(it.document, STR("https://example.org/a"));
}

TEST("position 0 is a position")
{
    CHECK(reads("{" DOC ",\"start\":0,\"end\":1,\"unit\":\"utf16\"}"));
    CHECK_INT(it.place, PLACE_RANGE);
    CHECK(it.has_start && it.start == 0 && it.end == 1 && it.is_utf16);
}

TEST("selectors are kept as they were sent, numbers and order")
{
    CHECK(reads("{ \"selectors\" : [ {\"type\": \"TextQuoteSelector\", \"exact\":\"a b\",\n"
                " \"z\":1.50, \"a\":{\"q\":\"x \\\" , ]y\"} } ], " DOC "}"));
    CHECK_STR(it.selectors,
        STR("[{\"type\":\"TextQuoteSelector\",\"exact\":\"a b\",\"z\":1.50,"
            "\"a\":{\"q\":\"x \\\" , ]y\"}}]"));
    CHECK_STR(it.selection.quote.exact, STR("a b"));
}

TEST("selectors are kept also when their name is written with an escape")
{
    CHECK(reads("{" DOC ",\"body\":\"x\",\"selector\\u0073\":[{\"type\":\"TextQuoteSelector\","
                "\"exact\":\"a\"}]}"));
    CHECK_INT(it.place, PLACE_SELECTORS);
    CHECK_STR(it.selectors, STR("[{\"type\":\"TextQuoteSelector\",\"exact\":\"a\"}]"));
}

TEST("a position beside a quote is its hint")
{
    CHECK(reads("{" DOC ",\"selectors\":[{\"type\":\"TextPositionSelector\",\"start\":7,\"end\":9},"
                "{\"type\":\"RangeSelector\",\"startContainer\":\"/p\"},"
                "{\"type\":\"TextQuoteSelector\",\"exact\":\"x\",\"prefix\":\"p\"}]}"));
    CHECK(it.selection.has_quote && it.selection.has_position && it.selection.quote.has_hint);
    CHECK_INT(it.selection.quote.hint_chars, 7);
}

TEST("a quote that refines a fragment is found")
{
    CHECK(reads("{" DOC ",\"selectors\":[{\"type\":\"FragmentSelector\",\"value\":\"p3\","
                "\"refinedBy\":{\"type\":\"TextQuoteSelector\",\"exact\":\"x\"}}]}"));
    CHECK(it.selection.has_quote);
}

TEST("tags come once each, in order")
{
    CHECK(reads("{" DOC ",\"body\":\"x\",\"tags\":[\"b\",\"a\",\"b\"]}"));
    CHECK_INT(it.tags.count, 2);
    CHECK_STR(it.tags.at[0], STR("b"));
}

TEST("each fault is named by its pointer")
{
    static const struct {
        const char *text, *pointer, *code;
    } cases[] = {
        { "{\"body\":\"x\"}", "/document", "missing" },
        { "{\"document\":7}", "/document", "type" },
        { "{\"document\":\"\",\"body\":\"x\"}", "/document", "empty" },
        { "{" DOC "}", "/body", "missing" },
        { "{" DOC ",\"body\":7}", "/body", "type" },
        { "{" DOC ",\"body\":\" \\n\"}", "/body", "empty" },
        { "{" DOC ",\"body\":\"x\",\"colour\":\"red\"}", "/colour", "unknown-field" },
        { "{" DOC ",\"body\":\"x\",\"a/b~\":1}", "/a~1b~0", "unknown-field" },
        { "{" DOC ",\"quote\":\"\"}", "/quote", "empty" },
        { "{" DOC ",\"quote\":{\"prefix\":\"x\"}}", "/quote/exact", "missing" },
        { "{" DOC ",\"quote\":{\"exact\":\"x\",\"sufix\":\"y\"}}", "/quote/sufix",
            "unknown-field" },
        { "{" DOC ",\"start\":1}", "/end", "missing" },
        { "{" DOC ",\"end\":1}", "/start", "missing" },
        { "{" DOC ",\"start\":-1,\"end\":1}", "/start", "range" },
        { "{" DOC ",\"start\":1.5,\"end\":2}", "/start", "type" },
        { "{" DOC ",\"start\":2,\"end\":2}", "/end", "range" },
        { "{" DOC ",\"start\":1,\"end\":2,\"unit\":\"byte\"}", "/unit", "unknown" },
        { "{" DOC ",\"quote\":\"x\",\"selectors\":[]}", "/selectors", "too-many" },
        { "{" DOC ",\"selectors\":[1]}", "/selectors/0", "type" },
        { "{" DOC ",\"selectors\":[{\"exact\":\"x\"}]}", "/selectors/0/type", "missing" },
        { "{" DOC ",\"selectors\":[{\"type\":\"TextPositionSelector\",\"start\":\"a\",\"end\":3}]}",
            "/selectors/0/start", "type" },
        { "{" DOC ",\"body\":\"x\",\"tags\":[\"\"]}", "/tags/0", "empty" },
        { "{" DOC ",\"body\":\"x\",\"tags\":[\"a\",null]}", "/tags/1", "type" },
        { "{" DOC ",\"body\":\"x\",\"kind\":\"shout\"}", "/kind", "unknown" },
        { "{" DOC ",\"quote\":\"x\",\"kind\":\"comment\"}", "/body", "missing" },
        { "{" DOC ",\"body\":\"x\",\"kind\":\"highlight\"}", "/kind", "has-body" },
        { "{" DOC ",\"body\":\"x\",\"visibility\":\"public\"}", "/visibility", "unknown" },
        { "{" DOC ",\"body\":\"x\",\"draft\":\"yes\"}", "/draft", "type" },
        { "{" DOC ",\"body\":\"x\",\"revision\":\"rev_1\"}", "/revision", "id" },
        { "{\"parent\":\"ann_01jd0000000000000000000000\",\"body\":\"x\",\"quote\":\"y\"}",
            "/quote", "reply" },
        { "{\"parent\":\"ann_01jd0000000000000000000000\"}", "/body", "missing" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (reads(cases[i].text))
            FAIL("taken: %s", cases[i].text);
        if (!str_eq(why.faults[0].pointer, str_from(cases[i].pointer)) ||
            strcmp(why.faults[0].code, cases[i].code) != 0)
            FAIL("%s: %s at %.*s", cases[i].text, why.faults[0].code,
                STR_ARG(why.faults[0].pointer));
    }
}

TEST("a long name of a member that nobody knows is cut between characters")
{
    /* 59 bytes, then one character of two */
    CHECK(!reads("{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                 "\xC3\xA9\xC3\xA9\xC3\xA9\":1}"));
    CHECK(utf8_valid(why.faults[0].detail));
}

TEST("a merge patch takes a body and tags away by null")
{
    CHECK(reads_patch("{\"body\":null,\"tags\":null}"));
    CHECK(patch.has_body && !str_given(patch.body));
    CHECK(patch.has_tags && patch.tags.count == 0);
    CHECK(!patch.has_kind && !patch.has_visibility && !patch.publishes);
}

TEST("a merge patch does not move an annotation, nor unpublish it")
{
    CHECK(!reads_patch("{\"quote\":\"x\"}"));
    CHECK_STR(why.faults[0].pointer, STR("/quote"));
    CHECK(!reads_patch("{\"draft\":true}"));
    CHECK(reads_patch("{\"draft\":false}"));
    CHECK(patch.publishes);
}

TEST("what is shown is made once, as members of an object")
{
    struct arena *own = arena_make();
    struct str tags[] = { STR("a\"b") };
    struct annotation_words words = { .kind = STR("comment"),
        .body = STR("x"),
        .tags = { tags, 1 },
        .quote = STR("q"),
        .prefix = STR("p") };

    CHECK_STR(v1_shown(own, &words),
        STR("\"kind\":\"comment\",\"body\":\"x\",\"body_html\":\"\\u003cp\\u003ex\\u003c/"
            "p\\u003e\\n\","
            "\"tags\":[\"a\\\"b\"],\"quote\":{\"exact\":\"q\",\"prefix\":\"p\",\"suffix\":\"\"},"
            "\"selectors\":[]"));
    arena_free(own);
}
