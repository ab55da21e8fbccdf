#include "formats/apply.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "test.h"

#include <stdint.h>

static const char *const fault_names[] = { [APPLY_OK] = "ok",
    [APPLY_STALE] = "stale",
    [APPLY_CROSSES] = "crosses",
    [APPLY_READS_OTHERWISE] = "reads otherwise",
    [APPLY_EMPTY] = "empty",
    [APPLY_TOO_LARGE] = "too large",
    [APPLY_TOO_MUCH] = "too much" };

static bool is_separator(char c)
{
    return c == '\n' || c == '\t';
}

/* With a block that was taken out its separator goes, behind it or before it. */
static void expect_kept(struct str got, struct str was)
{
    struct str first = was, last = was, both;

    if (was.bytes > 0 && is_separator(was.at[0]))
        first = str_slice(was, 1, was.bytes);
    if (was.bytes > 0 && is_separator(was.at[was.bytes - 1]))
        last.bytes--;
    both = first.bytes > 0 && last.bytes < was.bytes ? str_slice(first, 0, first.bytes - 1) : first;
    if (!str_eq(got, was) && !str_eq(got, first) && !str_eq(got, last))
        CHECK_STR(got, both);
}

/* What must hold for all that is accepted, shown apart from how it is made sure of: the old text
 * with the words as they were placed is the new one, and all else in it is what it was. */
static void expect_right(struct str canonical, const struct replacement *it, size_t count,
    enum text_format format, const struct applied *applied)
{
    struct arena *arena = arena_make();
    struct text_prepared text;

    CHECK_INT(text_prepare(arena, format, applied->source, applied->charset, &text), TEXT_OK);
    CHECK_STR(applied->text.canonical, text.canonical);
    size_t old_at = 0, new_at = 0;
    for (size_t i = 0; i < count; i++) {
        size_t from = utf8_offset_of_char(text.canonical, it[i].start_chars);
        size_t to = utf8_offset_of_char(text.canonical, it[i].end_chars);
        CHECK(from <= to && to <= text.canonical.bytes);
        expect_kept(str_slice(text.canonical, new_at, from),
            str_slice(canonical, old_at, it[i].from_bytes));
        old_at = it[i].to_bytes;
        new_at = to;
    }
    expect_kept(str_slice(text.canonical, new_at, text.canonical.bytes),
        str_slice(canonical, old_at, canonical.bytes));
    arena_free(arena);
}

struct row {
    const char *source, *what, *words;
    const char *made; /* the new source; NULL: `fault` */
    enum apply_fault fault;
};

static enum apply_fault change(struct arena *arena, enum text_format format, struct str source,
    struct str charset, const char *what, const char *words, struct applied *out)
{
    struct text_prepared text;

    CHECK_INT(text_prepare(arena, format, source, charset, &text), TEXT_OK);
    size_t from = str_find(text.canonical, str_from(what), 0);
    if (from == SIZE_MAX)
        FAIL("\"%s\" is not in \"%.*s\"", what, STR_ARG(text.canonical));
    struct replacement it = { from, from + strlen(what), str_from(words), 0, 0 };
    enum apply_fault fault =
        text_apply(arena, format, source, text.charset, text.canonical, &it, 1, out);
    if (fault == APPLY_OK)
        expect_right(text.canonical, &it, 1, format, out);
    return fault;
}

static void expect_rows(enum text_format format, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_make();
        struct applied applied;
        enum apply_fault fault = change(arena, format, str_from(rows[i].source), STR_NONE,
            rows[i].what, rows[i].words, &applied);
        if (fault != rows[i].fault)
            FAIL("row %zu, %s: %s, not %s", i, rows[i].source, fault_names[fault],
                fault_names[rows[i].fault]);
        if (fault == APPLY_OK && !str_eq(applied.source, str_from(rows[i].made)))
            FAIL("row %zu: \"%.*s\", not \"%s\"", i, STR_ARG(applied.source), rows[i].made);
        if (fault == APPLY_OK)
            CHECK(!applied.is_recoded);
        arena_free(arena);
    }
}

#define EXPECT(format, rows) expect_rows(format, rows, sizeof(rows) / sizeof *(rows))
#define NO(fault) NULL, fault
#define OK APPLY_OK

TEST("words of a plain text are replaced as they are")
{
    static const struct row rows[] = {
        { "one two three\n", "two", "deux", "one deux three\n", OK },
        { "one two three", "one", "un", "un two three", OK },
        { "one two three", "three", "trois", "one two trois", OK },
        { "one two three", "one two three", "x", "x", OK },
        { "one two three", " two", "", "one three", OK },
        { "one two three", "two", "*2* <b>\n\n# \\", "one *2* <b>\n\n# \\ three", OK },
        { "a\nb\nc", "b", "", "a\n\nc", OK },
        { "a\nb\nc", "a\nb", "x", "x\nc", OK },
        { "a\r\nb\r\nc", "a\nb", "x\ny\nz", "x\r\ny\r\nz\r\nc", OK },
        { "a\r\nb c\r\n", "b", "x\r\ny", "a\r\nx\r\ny c\r\n", OK },
        { "a\rb c", "b", "x\ny", "a\rx\ny c", OK },
        { "a\fb c", "ab", "x", "x c", OK },
        { "a\xEF\xBB\xBF"
          "b c",
            "b", "x\xEF\xBB\xBFy\x01", "a\xEF\xBB\xBFxy c", OK },
        { "\xEF\xBB\xBFone two", "one", "un", "\xEF\xBB\xBFun two", OK },
        { "na\xC3\xAFve \xF0\x9F\x98\x80 end", "\xF0\x9F\x98\x80", "\xC3\xA9",
            "na\xC3\xAFve \xC3\xA9 end", OK },
        { "word", "word", " \t\n", NO(APPLY_EMPTY) },
        { "word", "word", "", NO(APPLY_EMPTY) },
    };
    EXPECT(TEXT_PLAIN, rows);
}

TEST("words between marks are replaced, the marks stay")
{
    static const struct row rows[] = {
        { "one *two* three", "two", "deux", "one *deux* three", OK },
        { "one *two* three", "one ", "un ", "un *two* three", OK },
        { "one **two words** three", "two", "2", "one **2 words** three", OK },
        { "a [link](http://x.org/) b", "link", "word", "a [word](http://x.org/) b", OK },
        { "a [link][1] b\n\n[1]: http://x.org/\n", "link", "word",
            "a [word][1] b\n\n[1]: http://x.org/\n", OK },
        { "an ![image](i.png) b", "image", "photo", "an ![photo](i.png) b", OK },
        { "a `code span` b", "code", "*x* \\", "a `*x* \\ span` b", OK },
        { "# Title\n\ntext", "Title", "New title", "# New title\n\ntext", OK },
        { "Title\n=====\n\ntext", "Title", "New", "New\n=====\n\ntext", OK },
        { "- one\n- two\n", "one", "un", "- un\n- two\n", OK },
        { "1. one\n2. two\n", "two", "deux", "1. one\n2. deux\n", OK },
        { "> quoted words\n> go on\n", "words go", "x", "> quoted x on\n", OK },
        { "- some words\n  go on\n", "words go", "x", "- some x on\n", OK },
        { "soft\nbreak here", "soft break", "hard", "hard here", OK },
        { "hard\\\nbreak here", "hard\nbreak", "soft", "soft here", OK },
        { "| a | b |\n|---|---|\n| c | d |\n", "c", "x y", "| a | b |\n|---|---|\n| x y | d |\n",
            OK },
        { "```c\nint a;\nint b;\n```\n", "int a;", "long *a;\nlong c;",
            "```c\nlong *a;\nlong c;\nint b;\n```\n", OK },
        { "    int a;\n    int b;\n", "a", "x;\n  y", "    int x;\n      y;\n    int b;\n", OK },
        { "> ```\n> one\n> ```\n", "one", "1\n2", "> ```\n> 1\n> 2\n> ```\n", OK },
        { "<b>bold</b> x", "bold", "i", "<b>i</b> x", OK },
        { "see http://example.org/a now", "now", "then", "see http://example.org/a then", OK },
        { "*a*\r\n\r\nb c\r\n", "b", "x", "*a*\r\n\r\nx c\r\n", OK },
    };
    EXPECT(TEXT_MARKDOWN, rows);
}

TEST("plain words stay plain in Markdown, with as few backslashes as will do")
{
    static const struct row rows[] = {
        { "a word b", "word", "snake_case", "a snake_case b", OK },
        { "a word b", "word", "it's 5 - 3 = 2!", "a it's 5 - 3 = 2! b", OK },
        { "a word b", "word", "*bold*", "a \\*bold\\* b", OK },
        { "a word b", "word", "_x_", "a \\_x\\_ b", OK },
        { "a word b", "word", "[x](http://y.org)", "a \\[x\\](http://y.org) b", OK },
        { "a word b", "word", "`x`", "a \\`x\\` b", OK },
        { "a word b", "word", "&amp; &lt AT&T", "a \\&amp; \\&lt AT\\&T b", OK },
        { "a word b", "word", "AT&T", "a AT&T b", OK },
        { "a word b", "word", "~~x~~", "a \\~\\~x\\~\\~ b", OK },
        { "a word b", "word", "\\*", "a \\\\\\* b", OK },
        { "a word b", "word", "a\\", "a a\\ b", OK },
        { "a word", "word", "<http://x.org>", "a \\<http://x.org>", OK },
        { "word b", "word", "# x", "\\# x b", OK },
        { "word b", "word", "1. x", "1\\. x b", OK },
        { "word b", "word", "1984) x", "1984\\) x b", OK },
        { "word b", "word", "> x", "\\> x b", OK },
        { "word b", "word", "- x", "\\- x b", OK },
        { "word b", "word", "+ x", "\\+ x b", OK },
        { "word", "word", "---", "\\---", OK },
        { "a\nword", "word", "===", "a\n\\===", OK },
        { "word b", "word", "    x", "&#32;   x b", OK },
        { "word", "word", "[x]: http://y.org", "\\[x\\]: http://y.org", OK },
        { "word\n\nb", "word", "12", "12\n\nb", OK },
        { "word. b", "word", "12", "&#49;&#50;. b", OK },
        { "a *word* b", "word", "x ", "a *x&#32;* b", OK },
        { "a word", "word", "x  ", "a x &#32;", OK },
        { "| a | b |\n|---|---|\n| c | d |\n", "c", "x|y", "| a | b |\n|---|---|\n| x\\|y | d |\n",
            OK },
        { "```\none\n```\n", "one", "```\nx", NO(APPLY_READS_OTHERWISE) },
        { "a `code` b", "code", "x`y", NO(APPLY_READS_OTHERWISE) },
    };
    EXPECT(TEXT_MARKDOWN, rows);
}

TEST("a line end in the words is one for the reader")
{
    static const struct row rows[] = {
        { "a word b", "word", "x\ny", "a x\\\ny b", OK },
        { "a word b", "word", "x\n\ny", "a x\\\ny b", OK },
        { "a word b", "word", "x  \n  y", "a x\\\ny b", OK },
        { "a word b", "word", "x | y\n|-|-|\nz", "a x \\| y\\\n\\|-\\|-\\|\\\nz b", OK },
        { "> a word b", "word", "x\ny", "> a x\\\n> y b", OK },
        { "- a word b", "word", "x\n- y", "- a x\\\n\\- y b", OK },
        { "a *word* b", "word", "x\ny", "a *x\\\ny* b", OK },
        { "# a word", "word", "x\ny", "# a x\ny", OK },
        { "a word", "word", "x\ny\n", "a x\\\ny", OK },
        { "word b", "word", "\nx", "x b", OK },
        { "a\r\n\r\nword", "word", "x\ny", "a\r\n\r\nx\\\r\ny", OK },
        { "| a | b |\n|---|---|\n| c | d |\n", "c", "x\ny", NO(APPLY_READS_OTHERWISE) },
    };
    EXPECT(TEXT_MARKDOWN, rows);
}

TEST("what is taken out takes its marks and its block along")
{
    static const struct row rows[] = {
        { "one two three", " two", "", "one three", OK },
        { "one *two* three", "two", "", "one  three", OK },
        { "one **two** three", "two", "", "one  three", OK },
        { "one `two` three", "two", "", "one  three", OK },
        { "one [two](http://x.org/) three", "two", "", "one  three", OK },
        { "one [*two*][x] three\n\n[x]: http://x.org/", "two", "",
            "one  three\n\n[x]: http://x.org/", OK },
        { "# Title\n\ntext", "Title", "", "\ntext", OK },
        { "a\n\nb\n\nc", "b", "", "a\n\n\nc", OK },
        { "a\n\nb", "b", "", "a\n\n", OK },
        { "a\n\n*b*", "b", "", "a\n\n", OK },
        { "- a\n- b\n- c\n", "b", "", "- a\n- c\n", OK },
        { "> a\n\nb", "a", "", "\nb", OK },
        { "| a | b |\n|---|---|\n| c | d |\n", "c", "", "| a | b |\n|---|---|\n|  | d |\n", OK },
        { "| a | b |\n|---|---|\n| c | d |\n\ne", "d", "", "| a | b |\n|---|---|\n| c |  |\n\ne",
            OK },
        { "```\none\ntwo\n```\n", "one\n", "", "```\ntwo\n```\n", OK },
        { "# Title", "Title", "", NO(APPLY_EMPTY) },
    };
    EXPECT(TEXT_MARKDOWN, rows);
}

TEST("signs that were written otherwise are replaced whole")
{
    static const struct row rows[] = {
        { "a\\*b c", "a*b", "x", "x c", OK },
        { "\\*b c", "*b", "x", "x c", OK },
        { "a\\\\*b* c", "\\", "x", "ax*b* c", OK },
        { "a &amp; b", "& b", "and b", "a and b", OK },
        { "caf&eacute; noir", "caf\xC3\xA9", "tea", "tea noir", OK },
        { "a &#42; b", "*", "+", "a + b", OK },
        { "x &NotEqualTilde; y", "\xE2\x89\x82\xCC\xB8", "!=", "x != y", OK },
    };
    EXPECT(TEXT_MARKDOWN, rows);
}

TEST("a passage with markup inside is not replaced")
{
    static const struct row rows[] = {
        { "one *two* three", "one two", "x", NO(APPLY_CROSSES) },
        { "one *two* three", "two three", "x", NO(APPLY_CROSSES) },
        { "a [link](http://x.org/) b", "link b", "x", NO(APPLY_CROSSES) },
        { "a\n\nb", "a\nb", "x", NO(APPLY_CROSSES) },
        { "- a\n- b\n", "a\nb", "x", NO(APPLY_CROSSES) },
        { "| a | b |\n|---|---|\n| c | d |\n", "c\td", "x", NO(APPLY_CROSSES) },
        { "a `b` c", "a b", "x", NO(APPLY_CROSSES) },
        { "x &NotEqualTilde; y", "\xE2\x89\x82", "!=", NO(APPLY_CROSSES) },
    };
    EXPECT(TEXT_MARKDOWN, rows);
}

TEST("a source in another charset keeps it, unless it cannot say the words")
{
    const struct {
        const char *charset;
        enum text_format format;
        struct str source;
        const char *what, *words;
        struct str made;
        const char *made_in;
    } rows[] = {
        { "windows-1252", TEXT_PLAIN, STR("caf\xE9 noir"), "noir", "cr\xC3\xA8me",
            STR("caf\xE9 cr\xE8me"), "windows-1252" },
        { "windows-1252", TEXT_MARKDOWN, STR("*caf\xE9* noir\r\n"), "caf\xC3\xA9", "th\xC3\xA9",
            STR("*th\xE9* noir\r\n"), "windows-1252" },
        { "windows-1252", TEXT_PLAIN, STR("caf\xE9 noir\r\nb"), "noir", "\xCE\xB1",
            STR("caf\xC3\xA9 \xCE\xB1\r\nb"), "UTF-8" },
        { "UTF-16LE", TEXT_PLAIN, STR("a\0 \0b\0"), "b", "x\ny", STR("a\0 \0x\0\n\0y\0"),
            "UTF-16LE" },
        { NULL, TEXT_PLAIN, STR("\xFE\xFF\0a\0\r\0\n\0b"), "b", "x\ny",
            STR("\xFE\xFF\0a\0\r\0\n\0x\0\r\0\n\0y"), "UTF-16BE" },
        { NULL, TEXT_MARKDOWN, STR("\xFF\xFE*\0a\0*\0 \0b\0"), "a", "*",
            STR("\xFF\xFE*\0\\\0*\0*\0 \0b\0"), "UTF-16LE" },
        { "Shift_JIS", TEXT_PLAIN, STR("\x93\xFA\x96{ x"), "x", "\xE6\x97\xA5",
            STR("\x93\xFA\x96{ \x93\xFA"), "Shift_JIS" },
        { "ISO-2022-JP", TEXT_PLAIN, STR("a \x1B$BF|\x1B(B b"), "a", "\xE6\x97\xA5",
            STR("\x1B$BF|\x1B(B \x1B$BF|\x1B(B b"), "ISO-2022-JP" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_make();
        struct applied applied;
        struct str charset = rows[i].charset ? str_from(rows[i].charset) : STR_NONE;
        if (change(arena, rows[i].format, rows[i].source, charset, rows[i].what, rows[i].words,
                &applied) != APPLY_OK)
            FAIL("row %zu", i);
        CHECK_STR(applied.charset, str_from(rows[i].made_in));
        CHECK_INT(applied.is_recoded, str_eq(applied.charset, STR("UTF-8")));
        if (!str_eq(applied.source, rows[i].made))
            FAIL("row %zu", i);
        arena_free(arena);
    }
}

TEST("several are done at once")
{
    struct arena *arena = arena_make();
    struct str source = STR("# One\n\ntwo *three* four\n\n- five\n"), canonical;
    struct replacement it[] = {
        { 0, 3, STR("*1*"), 0, 0 },
        { 4, 7, STR("2\n2"), 0, 0 },
        { 8, 13, STR(""), 0, 0 },
        { 19, 23, STR("1. 5"), 0, 0 },
    };
    struct applied applied;

    canonical = STR("One\ntwo three four\nfive");
    CHECK_INT(text_apply(arena, TEXT_MARKDOWN, source, STR("UTF-8"), canonical, it, 4, &applied),
        APPLY_OK);
    CHECK_STR(applied.source, STR("# \\*1\\*\n\n2\\\n2  four\n\n- 1\\. 5\n"));
    CHECK_STR(applied.text.canonical, STR("*1*\n2\n2  four\n1. 5"));
    CHECK_INT(it[1].start_chars, 4);
    CHECK_INT(it[1].end_chars, 7);
    CHECK_INT(it[2].start_chars, 8);
    CHECK_INT(it[2].end_chars, 8);
    CHECK_INT(it[3].start_chars, 14);
    CHECK_INT(it[3].end_chars, 18);
    expect_right(canonical, it, 4, TEXT_MARKDOWN, &applied);
    arena_free(arena);
}

TEST("of several the one that does not go is named, and none is done")
{
    struct arena *arena = arena_make();
    struct str source = STR("one `two` *three* four"), canonical = STR("one two three four");
    struct replacement crosses[] = { { 0, 3, STR("1"), 0, 0 }, { 8, 18, STR("3"), 0, 0 } };
    struct replacement reads[] = { { 0, 3, STR("1"), 0, 0 }, { 4, 7, STR("2`2"), 0, 0 },
        { 14, 18, STR("4"), 0, 0 } };
    struct replacement right[] = { { 0, 3, STR("1"), 0, 0 } };
    struct applied applied;

    CHECK_INT(text_apply(arena, TEXT_MARKDOWN, source, STR_NONE, canonical, crosses, 2, &applied),
        APPLY_CROSSES);
    CHECK_INT(applied.faulty, 1);
    CHECK(!str_given(applied.source));
    CHECK_INT(text_apply(arena, TEXT_MARKDOWN, source, STR_NONE, canonical, reads, 3, &applied),
        APPLY_READS_OTHERWISE);
    CHECK_INT(applied.faulty, 1);
    CHECK_INT(text_apply(arena, TEXT_MARKDOWN, source, STR_NONE, STR("else"), right, 1, &applied),
        APPLY_STALE);
    CHECK_INT(
        text_apply(arena, TEXT_PLAIN, STR("\xFF"), STR("UTF-8"), STR("x"), right, 1, &applied),
        APPLY_STALE);
    arena_free(arena);
}

TEST("neighbours and the whole text may be replaced together")
{
    struct arena *arena = arena_make();
    struct str source = STR("ab*cd*");
    struct replacement it[] = { { 0, 1, STR("x*"), 0, 0 }, { 1, 2, STR("y"), 0, 0 },
        { 2, 4, STR("z"), 0, 0 } };
    struct applied applied;

    CHECK_INT(
        text_apply(arena, TEXT_MARKDOWN, source, STR_NONE, STR("abcd"), it, 3, &applied), APPLY_OK);
    CHECK_STR(applied.text.canonical, STR("x*yz"));
    expect_right(STR("abcd"), it, 3, TEXT_MARKDOWN, &applied);
    arena_free(arena);
}

TEST("a large text takes one, and is not rendered for ever for many that do not go")
{
    struct arena *arena = arena_make();
    struct buffer text = { 0 };
    struct replacement many[100];
    struct applied applied;

    for (size_t i = 0; i < 60000; i++)
        buffer_put_cstr(&text, "some words of `code` here\n\n");
    struct str source = buffer_finish(&text, arena);
    struct text_prepared prepared;
    CHECK_INT(text_prepare(arena, TEXT_MARKDOWN, source, STR_NONE, &prepared), TEXT_OK);
    for (size_t i = 0; i < 100; i++) {
        size_t from = i * 24 + 14;
        many[i] = (struct replacement){ from, from + 4, STR("# *x*"), 0, 0 };
    }
    CHECK_INT(
        text_apply(arena, TEXT_MARKDOWN, source, STR_NONE, prepared.canonical, many, 100, &applied),
        APPLY_OK);
    many[50].words = STR("*y*");
    many[50].from_bytes -= 3;
    many[50].to_bytes -= 5;
    CHECK_INT(
        text_apply(arena, TEXT_MARKDOWN, source, STR_NONE, prepared.canonical, many, 100, &applied),
        APPLY_TOO_MUCH);
    arena_free(arena);
}

/* -- any -----------------------------------------------------------------------------------------
 */

static uint32_t seed = 1;

static size_t any(size_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (size_t)((uint64_t)(seed >> 8) * below >> 24);
}

static struct str any_of(struct arena *arena, const char *const *pieces, size_t kinds, size_t count)
{
    struct buffer out = { 0 };
    for (size_t i = 0; i < count; i++)
        buffer_put_cstr(&out, pieces[any(kinds)]);
    return buffer_finish(&out, arena);
}

TEST("whatever is accepted reads as it should")
{
    static const char *const source_pieces[] = { "word", "two words", " ", "\n", "\n\n", "\r\n",
        "*", "**", "_", "`", "# ", "- ", "1. ", "> ", "    ", "```\n", "[a](http://b.c)", "[",
        "](x)", "&amp;", "&#42;", "\\", "\\*", "| a | b |\n|---|---|\n| c | d |\n", "<b>", "~~",
        "\xC3\xA9", "\xF0\x9F\x98\x80", "www.x.org", "\\\n", "===\n", "---\n", "\t" };
    static const char *const word_pieces[] = { "new", " ", "\n", "\n\n", "*", "_", "`", "#", "-",
        "1.", ">", "    ", "```", "[", "]", "(x)", "&", "amp;", "\\", "|", "<", "~", "=", "+", ".",
        "\xC3\xA9", "\xF0\x9F\x98\x80", "\t", "http://x.org", "!" };
    size_t accepted = 0;

    for (size_t round = 0; round < 6000; round++) {
        struct arena *arena = arena_make();
        enum text_format format = any(8) ? TEXT_MARKDOWN : TEXT_PLAIN;
        struct str source =
            any_of(arena, source_pieces, sizeof source_pieces / sizeof *source_pieces, 1 + any(14));
        struct text_prepared text;
        struct replacement it[3];
        struct applied applied;
        size_t count = 0, at = 0;

        seed += (uint32_t)round;
        if (text_prepare(arena, format, source, STR_NONE, &text) != TEXT_OK) {
            arena_free(arena);
            continue;
        }
        size_t wanted = 1 + any(3);
        while (count < wanted && at < text.chars) {
            size_t from = at + any(text.chars - at), to = from + 1 + any(text.chars - from);
            if (any(2) && to > from + 4)
                to = from + 4;
            it[count++] = (struct replacement){ utf8_offset_of_char(text.canonical, from),
                utf8_offset_of_char(text.canonical, to),
                any_of(arena, word_pieces, sizeof word_pieces / sizeof *word_pieces, any(5)), 0,
                0 };
            at = to;
        }
        if (text_apply(arena, format, source, text.charset, text.canonical, it, count, &applied) ==
            APPLY_OK) {
            accepted++;
            expect_right(text.canonical, it, count, format, &applied);
        }
        arena_free(arena);
    }
    CHECK(accepted > 1500);
}
