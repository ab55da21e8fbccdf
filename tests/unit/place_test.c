#include "test.h"

#include "annotations/place.h"

/* Two clefs, each one character and two UTF-16 units; a family of five characters; the same word
 * twice. */
#define TEXT                                                                            \
    "\360\235\204\236 one "                                                             \
    "\360\237\221\251\342\200\215\360\237\221\251\342\200\215\360\237\221\247 two one " \
    "\360\235\204\236"

static struct placed placed;

static void find(struct annotation_given given)
{
    static struct arena *arena;
    static struct text_index *text;

    if (!arena) {
        arena = arena_make();
        text = text_index_new(STR(TEXT));
    }
    place_find(arena, text, &given, &placed);
}

static struct annotation_given range(size_t start, size_t end, bool is_utf16)
{
    return (struct annotation_given){
        .place = PLACE_RANGE, .has_start = true, .start = start, .end = end, .is_utf16 = is_utf16
    };
}

TEST("a range of characters is found")
{
    find(range(2, 5, false));
    CHECK_INT(placed.found, PLACE_FOUND);
    CHECK_STR(placed.places[0].exact, STR("one"));
    CHECK(placed.places[0].score >= 1);
}

TEST("the same range in UTF-16 is the same place")
{
    find(range(3, 6, true));
    CHECK_STR(placed.places[0].exact, STR("one"));
    CHECK_INT(placed.places[0].range.start_chars, 2);
}

TEST("half a family is the whole family")
{
    find(range(7, 8, false));
    CHECK_INT(placed.places[0].range.start_chars, 6);
    CHECK_INT(placed.places[0].range.end_chars, 11);
}

TEST("the last character ends at the length")
{
    find(range(20, 21, false));
    CHECK_INT(placed.found, PLACE_FOUND);
    CHECK_INT(placed.places[0].range.end_chars, 21);
}

TEST("a position that is none is refused where it was said")
{
    static const struct {
        size_t start, end;
        bool is_utf16;
        const char *pointer;
    } cases[] = {
        { 20, 22, false, "/end" },
        { 22, 23, false, "/start" },
        { 1, 4, true, "/start" }, /* inside a surrogate pair */
        { 0, 1, true, "/end" },
        { 3, 3, false, "/end" },
        { SIZE_MAX - 1, SIZE_MAX - 1, true, "/start" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        find(range(cases[i].start, cases[i].end, cases[i].is_utf16));
        if (placed.found != PLACE_INVALID ||
            !str_eq(placed.why.faults[0].pointer, str_from(cases[i].pointer)))
            FAIL("case %zu: %.*s", i, STR_ARG(placed.why.faults[0].pointer));
    }
}

TEST("a quote that stands twice is ambiguous, with both places")
{
    find((struct annotation_given){ .place = PLACE_QUOTE, .quote = { .exact = STR("one") } });
    CHECK_INT(placed.found, PLACE_AMBIGUOUS);
    CHECK_INT(placed.count, 2);
    CHECK_INT(placed.total, 2);
}

TEST("where it is thought to start decides, in the unit that was said")
{
    struct annotation_given given = { .place = PLACE_QUOTE,
        .quote = { .exact = STR("one") },
        .has_start = true,
        .start = 21,
        .is_utf16 = true };

    find(given);
    CHECK_INT(placed.found, PLACE_FOUND);
    CHECK_INT(placed.places[0].range.start_chars, 16);
    given.start = 0;
    find(given);
    CHECK_INT(placed.places[0].range.start_chars, 2);
}

TEST("a guess past the end is no reason to refuse a quote")
{
    find((struct annotation_given){
        .place = PLACE_QUOTE, .quote = { .exact = STR("two") }, .has_start = true, .start = 4000 });
    CHECK_INT(placed.found, PLACE_FOUND);
}

TEST("a quote and a position that disagree are settled by the words")
{
    find((struct annotation_given){ .place = PLACE_SELECTORS,
        .selection = { .has_quote = true,
            .has_position = true,
            .quote = { .exact = STR("one"), .has_hint = true, .hint_chars = 15 },
            .position = { 15, 18 } } });
    CHECK_INT(placed.found, PLACE_FOUND);
    CHECK_INT(placed.places[0].range.start_chars, 16);
}

TEST("selectors that no place can be found by are refused")
{
    find((struct annotation_given){ .place = PLACE_SELECTORS });
    CHECK_INT(placed.found, PLACE_INVALID);
    CHECK_STR(placed.why.faults[0].pointer, STR("/selectors"));
}

TEST("of a page elsewhere the words are kept, and positions refused")
{
    struct arena *arena = arena_make();
    struct annotation_given given = { .place = PLACE_QUOTE,
        .quote = { .exact = STR("some words"), .prefix = STR("with ") } };
    struct annotation_words words = { 0 };
    struct invalid why = { 0 };

    CHECK(place_elsewhere(arena, &given, &words, &why));
    CHECK_STR(words.quote, STR("some words"));
    CHECK_STR(words.selectors,
        STR("[{\"type\":\"TextQuoteSelector\",\"exact\":\"some words\",\"prefix\":\"with \"}]"));
    given = range(1, 2, false);
    CHECK(!place_elsewhere(arena, &given, &words, &why));
    CHECK_STR(why.faults[0].pointer, STR("/start"));
    arena_free(arena);
}
