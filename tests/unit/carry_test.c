#include "anchoring/carry.h"

#include "base/utf8.h"
#include "test.h"

static const char *const state_names[] = { "exact", "moved", "changed", "ambiguous", "gone" };

/* The only or first place of the quote. */
static struct range range_of(const struct text_index *index, const char *quote)
{
    struct str text = text_index_text(index);
    size_t at = str_find(text, str_from(quote), 0);

    if (at == SIZE_MAX)
        FAIL("\"%s\" does not stand in the text", quote);
    return (
        struct range){ text_char_of_byte(index, at), text_char_of_byte(index, at + strlen(quote)) };
}

/* What became of the quote, as "exact: its words". */
static struct str carried_over(
    struct arena *arena, const char *old, const char *now, const char *quote)
{
    struct text_index *from = text_index_new(str_from(old)), *to = text_index_new(str_from(now));
    struct alignment *alignment = alignment_new(from, to);
    struct range range = range_of(from, quote);
    struct carried carried;
    struct str what;

    CHECK(carry(alignment, &range, 1, &carried));
    what = str_from(state_names[carried.state]);
    if (carried.state != ANCHOR_GONE)
        what = arena_printf(arena, "%.*s: %.*s", STR_ARG(what),
            STR_ARG(text_between(to, carried.range.start_chars, carried.range.end_chars)));
    alignment_free(alignment);
    text_index_free(from);
    text_index_free(to);
    return what;
}

#define ESSAY                                                                                      \
    "The mass of men lead lives of quiet desperation.\n\nWhat is called resignation is confirmed " \
    "desperation. From the desperate city you go into the desperate country.\n\nIt is never too "  \
    "late to give up our prejudices.\n"

static const struct {
    const char *old, *now, *quote, *carried;
} rows[] = {
    { ESSAY, ESSAY, "confirmed desperation", "exact: confirmed desperation" },
    { ESSAY, "Economy\n\n" ESSAY, "confirmed desperation", "exact: confirmed desperation" },
    { ESSAY, ESSAY "The end.", "never too late", "exact: never too late" },
    { ESSAY, "It is never too late to give up our prejudices.\n", "confirmed desperation", "gone" },
    { ESSAY, "", "confirmed desperation", "gone" },
    { "a quiet desperation", "a quiet\n desperation", "quiet desperation",
        "changed: quiet\n desperation" },
    { "lives of quiet desperation today", "lives of quite quiet desperation today",
        "lives of quiet desperation", "changed: lives of quite quiet desperation" },
};

TEST("a quote is carried to where its words went")
{
    struct arena *arena = arena_make();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(carried_over(arena, rows[i].old, rows[i].now, rows[i].quote),
            str_from(rows[i].carried));
    arena_free(arena);
}
