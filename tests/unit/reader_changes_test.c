#include "test.h"

#include "reader/changes.h"

static bool is_all; /* of what was shown last */

static struct str shown(struct arena *arena, const char *before, const char *after, size_t *count)
{
    struct text_index *from = text_index_new(str_from(before));
    struct text_index *to = text_index_new(str_from(after));
    struct alignment *alignment = alignment_new(from, to);
    const struct change *changes;
    struct buffer out = { 0 };
    size_t found;

    alignment_differences(arena, alignment, &changes, &found);
    *count = html_changes(&out, arena, from, to, changes, found, &is_all);
    alignment_free(alignment);
    text_index_free(from);
    text_index_free(to);
    return buffer_finish(&out, arena);
}

static void shows(const char *before, const char *after, const char *const *lines, size_t count)
{
    struct arena *arena = arena_make();
    size_t found;
    struct str html = shown(arena, before, after, &found);

    CHECK_INT(found, 1);
    for (size_t i = 0; i < count; i++) {
        if (!str_contains(html, str_from(lines[i])))
            printf("%.*s\n", STR_ARG(html));
        CHECK(str_contains(html, str_from(lines[i])));
    }
    arena_free(arena);
}

#define SHOWS(before, after, ...)                              \
    shows(before, after, (const char *const[]){ __VA_ARGS__ }, \
        sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

TEST("what differs stands in its paragraph, what went before what came")
{
    SHOWS("The mass of men lead lives of quiet desperation.",
        "The mass of people lead lives of quiet desperation.",
        "The mass of <del>men</del><ins>people</ins> lead lives of quiet desperation.</p>");
    SHOWS("a &lt; b stays", "a &gt; b stays", "<del>", "&amp;");
}

TEST("a paragraph that is taken out, or put in, is one for itself")
{
    SHOWS("One stays.\nTwo goes away.\nThree stays.", "One stays.\nThree stays.",
        "<p dir=\"auto\">One stays.</p>\n<p dir=\"auto\"><del>Two goes "
        "away.</del><del>¶</del></p>\n"
        "<p dir=\"auto\">Three stays.</p>");
    SHOWS("One stays.\nTwo goes away.", "One stays.",
        "One stays.<del>¶</del></p>\n<p dir=\"auto\"><del>Two goes away.</del></p>");
    SHOWS("One stays.\nThree stays.", "One stays.\nTwo comes.\nThree stays.",
        "<ins>Two comes.</ins></p>\n<p dir=\"auto\">Three stays.</p>");
}

TEST("of a sentence that was rewritten, the words that stayed are shown as such")
{
    SHOWS("One bright morning.\nTwo dead boys got up to fight.\nBack to back.",
        "Listen.\nOne fine morning.\nBack to back.", "<ins>Listen.</ins>", ">One <del>bright</del>",
        "<ins>fine</ins> morning", "<del>Two dead boys got up to fight");
    SHOWS("lives of quiet desperation.\nIt is a characteristic of wisdom.\nSo there.",
        "lives of loud desperation.\nSo there.",
        "lives of <del>quiet</del><ins>loud</ins> desperation");
}

TEST("what is the same is folded, but for the paragraph beside a change")
{
    SHOWS("a b c\nd e f\ng h i\nj k l\nm n o\np q r", "a b c\nd e f\ng h i\nj k l\nm n o\np Q r",
        "<details class=\"same\"><summary>4 paragraphs are the same</summary>",
        "</details>\n<section class=\"hunk\" id=\"c1\">", "<p dir=\"auto\">m n o</p>");
}

TEST("changes far from each other lead to each other, and nothing differs in what is the same")
{
    struct arena *arena = arena_make();
    size_t count;
    struct str html = shown(arena, "a b\nc d\ne f\ng h\ni j\nk l\nm n\no p",
        "A b\nc d\ne f\ng h\ni j\nk l\nm n\no P", &count);

    CHECK_INT(count, 2);
    CHECK(str_contains(html, STR("Change 1 of 2</h2><p><a href=\"#c2\">next</a>")));
    CHECK(str_contains(html, STR("<a href=\"#c1\">previous</a>")));
    CHECK(str_contains(html, STR("4 paragraphs are the same")));
    CHECK_INT(shown(arena, "a b\nc", "a b\nc", &count).bytes, 0);
    CHECK_INT(count, 0);
    arena_free(arena);
}

/* `count` lines that read what `words` makes of their number. */
static const char *lines_of(struct arena *arena, size_t count, const char *words)
{
    struct buffer out = { 0 };

    for (size_t i = 0; i < count; i++) {
        buffer_put_cstr(&out, words);
        buffer_put_number(&out, i);
        buffer_put_cstr(&out, "\n");
    }
    return arena_cstr(arena, buffer_finish(&out, arena));
}

TEST("of much that is the same the midst is left out, and what differs is there")
{
    struct arena *arena = arena_make();
    const char *same = lines_of(arena, 3000, "A line that stays, number ");
    size_t count;
    struct str html = shown(arena, arena_printf(arena, "%sOne goes.\n%s", same, same).at,
        arena_printf(arena, "%sOne comes.\n%s", same, same).at, &count);

    CHECK_INT(count, 1);
    CHECK(is_all);
    CHECK(str_contains(html, STR("One <del>goes</del><ins>comes</ins>.")));
    CHECK(str_contains(html, STR("<p class=\"same hint\">2999 paragraphs are the same</p>")));
    CHECK(str_contains(html, STR("number 2999</p>")) && str_contains(html, STR("number 0</p>")));
    CHECK(html.bytes < 4096);
    arena_free(arena);
}

TEST("what differs in more places than a page can show comes to an end")
{
    struct arena *arena = arena_make();
    size_t count;
    struct str html = shown(arena, lines_of(arena, 100000, "this "),
        lines_of(arena, 100000, "that stands elsewhere "), &count);

    CHECK(count > 0);
    CHECK(!is_all);
    CHECK(html.bytes < 8 << 20);
    arena_free(arena);
}
