#include "formats/text.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "test.h"

#include <unicode/ucnv.h>

/* -- reading our own HTML ------------------------------------------------------------------------
 */

/* str_find() for one character; a sanitizer's memmem() reads all of the text for each call. */
static size_t find_char(struct str text, char c, size_t from)
{
    const char *found = from < text.bytes ? memchr(text.at + from, c, text.bytes - from) : NULL;
    return found ? (size_t)(found - text.at) : SIZE_MAX;
}

static struct str unescaped(struct arena *arena, struct str html)
{
    const struct {
        struct str escape;
        char c;
    } escapes[] = { { STR("&amp;"), '&' }, { STR("&lt;"), '<' }, { STR("&gt;"), '>' },
        { STR("&quot;"), '"' } };
    struct buffer out = { 0 };

    for (size_t i = 0; i < html.bytes;) {
        if (html.at[i] == '<') {
            i = find_char(html, '>', i) + 1;
            continue;
        }
        if (html.at[i] != '&') {
            buffer_put_char(&out, html.at[i++]);
            continue;
        }
        size_t kind = 0;
        while (kind < 4 && !str_starts(str_slice(html, i, html.bytes), escapes[kind].escape))
            kind++;
        if (kind == 4)
            FAIL("an ampersand stands alone at %zu", i);
        buffer_put_char(&out, escapes[kind].c);
        i += escapes[kind].escape.bytes;
    }
    return buffer_finish(&out, arena);
}

/* The name of the tag that `at` lies in. */
static struct str tag_name(struct str html, size_t at)
{
    while (html.at[at] != '<')
        at--;
    size_t end = at + 1;
    while (html.at[end] != ' ' && html.at[end] != '>')
        end++;
    return str_slice(html, at + 1, end);
}

/* A browser must not have to mend what we write. */
static void expect_well_formed(struct str html)
{
    struct str open[300];
    size_t depth = 0, at = 0;

    while ((at = find_char(html, '<', at)) != SIZE_MAX) {
        struct str name = tag_name(html, at++);
        if (str_starts(name, STR("/"))) {
            CHECK(depth > 0);
            CHECK_STR(open[--depth], str_slice(name, 1, name.bytes));
        } else if (!str_eq(name, STR("hr")) && !str_eq(name, STR("br"))) {
            CHECK(depth < 300);
            for (size_t i = 0; i < depth && str_eq(name, STR("a")); i++)
                CHECK(!str_eq(open[i], STR("a")));
            open[depth++] = name;
        }
    }
    CHECK_INT(depth, 0);
}

static void expect_separators(struct str canonical, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!strchr(" \n\t", canonical.at[i]))
            FAIL("byte %zu of the canonical text is in no block", i);
}

/* What the reading page relies on: each stamped element's text is the canonical text from its stamp
 * on, none lies in another, and nothing but separators is outside of them. */
static void expect_stamps(struct arena *arena, const struct text_prepared *t)
{
    size_t at = 0, covered = 0, chars = 0;

    expect_well_formed(t->html);
    CHECK_INT(t->chars, utf8_chars(t->canonical));
    while ((at = str_find(t->html, STR(" data-o=\""), at)) != SIZE_MAX) {
        uint64_t stamp = 0;
        struct str number, rest, name = tag_name(t->html, at);
        str_cut(str_slice(t->html, at + 9, t->html.bytes), '"', &number, &rest);
        CHECK(str_to_u64(number, &stamp));
        size_t from = find_char(t->html, '>', at) + 1;
        size_t to = str_find(t->html, arena_printf(arena, "</%.*s>", STR_ARG(name)), from);
        CHECK(to != SIZE_MAX);
        struct str block = str_slice(t->html, from, to);
        CHECK(!str_contains(block, STR(" data-o=")));

        struct str text = unescaped(arena, block);
        CHECK(stamp >= chars);
        if (text.bytes > 0) {
            size_t start = covered +
                utf8_offset_of_char(str_slice(t->canonical, covered, SIZE_MAX), stamp - chars);
            CHECK_STR(str_slice(t->canonical, start, start + text.bytes), text);
            expect_separators(t->canonical, covered, start);
            covered = start + text.bytes;
            chars = stamp + utf8_chars(text);
        }
        at = to;
    }
    expect_separators(t->canonical, covered, t->canonical.bytes);
}

static bool is_blank(struct str text)
{
    return str_trim(text).bytes == 0;
}

/* Each character that has a source stands there as itself, as a reference, or as a line's end. */
static void expect_map(const struct text_prepared *t, struct str source)
{
    for (size_t i = 0; i < t->canonical.bytes;) {
        size_t from = i;
        utf8_next(t->canonical, &i);
        struct text_source found;
        struct str c = str_slice(t->canonical, from, i);
        if (!text_map_source(t->map, from, i, &found)) {
            if (!is_blank(c))
                FAIL("byte %zu has no source", from);
            continue;
        }
        struct str there = str_slice(source, found.from_byte, found.to_byte);
        if (!str_eq(c, there) && !str_starts(there, STR("&")) && !is_blank(c))
            FAIL("\"%.*s\" at %zu comes from \"%.*s\"", STR_ARG(c), from, STR_ARG(there));
    }
}

static struct text_prepared prepared(
    struct arena *arena, enum text_format format, struct str source)
{
    struct text_prepared t;
    CHECK_INT(text_prepare(arena, format, source, STR_NONE, &t), TEXT_OK);
    expect_stamps(arena, &t);
    return t;
}

static struct str canonical_of(struct arena *arena, const char *markdown)
{
    struct text_prepared t = prepared(arena, TEXT_MARKDOWN, str_from(markdown));
    expect_map(&t, str_from(markdown));
    return t.canonical;
}

/* -- plain text ----------------------------------------------------------------------------------
 */

TEST("plain text is its own canonical text, line ends apart")
{
    const struct {
        struct str source, canonical;
    } rows[] = {
        { STR("one\ntwo\n\nthree"), STR("one\ntwo\n\nthree") },
        { STR("a\r\nb\rc\n\r\nd\r\r\n"), STR("a\nb\nc\n\nd\n\n") },
        { STR("\xEF\xBB\xBFwith a mark\xEF\xBB\xBF inside"), STR("with a mark inside") },
        { STR("bell\a, form\f feed, \x1B[1mescape"), STR("bell, form feed, [1mescape") },
        { STR("\ttab \xC2\xA0nbsp so\xC2\xAD"
              "ft \xE2\x80\x8Bzero"),
            STR("\ttab \xC2\xA0nbsp so\xC2\xAD"
                "ft \xE2\x80\x8Bzero") },
        { STR("damaged \xEF\xBF\xBD caf\xC3\x83\xC2\xA9"),
            STR("damaged \xEF\xBF\xBD caf\xC3\x83\xC2\xA9") },
        { STR("<b>&amp;</b> *not* Markdown"), STR("<b>&amp;</b> *not* Markdown") },
        { STR("\n\n  \nlate\n \n"), STR("\n\n  \nlate\n \n") },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text_prepared t = prepared(arena, TEXT_PLAIN, rows[i].source);
        CHECK_STR(t.canonical, rows[i].canonical);
        CHECK_STR(t.charset, STR("UTF-8"));
        CHECK_STR(t.toc, STR("[]"));
        CHECK(!str_given(t.title));
        expect_map(&t, rows[i].source);
    }
    arena_free(arena);
}

TEST("plain text is shown as paragraphs that keep their lines")
{
    struct arena *arena = arena_make();
    struct text_prepared t =
        prepared(arena, TEXT_PLAIN, STR("\xF0\x9F\x90\x88 a <b>\nc\n\n \nd\n"));
    CHECK_STR(t.html,
        STR("<p data-o=\"0\" dir=\"auto\">\xF0\x9F\x90\x88 a &lt;b&gt;\nc</p>\n"
            "<p data-o=\"13\" dir=\"auto\">d</p>\n"));
    arena_free(arena);
}

/* -- charsets ------------------------------------------------------------------------------------
 */

TEST("a charset is decoded, and its characters know their bytes")
{
    const struct {
        const char *charset;
        struct str source, canonical;
        const char *decoded_as;
    } rows[] = {
        { "utf-8", STR("caf\xC3\xA9"), STR("caf\xC3\xA9"), "UTF-8" },
        { "UTF8", STR("caf\xC3\xA9"), STR("caf\xC3\xA9"), "UTF-8" },
        { "latin1", STR("caf\xE9 \x93q\x94\r\nb"), STR("caf\xC3\xA9 \xE2\x80\x9Cq\xE2\x80\x9D\nb"),
            "windows-1252" },
        { "iso-8859-1", STR("\x80"), STR("\xE2\x82\xAC"), "windows-1252" },
        { "KOI8-R", STR("\xED\xC9\xD2"), STR("\xD0\x9C\xD0\xB8\xD1\x80"), "KOI8-R" },
        { "TIS-620", STR("\xA1\xD2"), STR("\xE0\xB8\x81\xE0\xB8\xB2"), "TIS-620" },
        { "Shift_JIS",
            STR("\x93\xFA"
                "a"),
            STR("\xE6\x97\xA5"
                "a"),
            "Shift_JIS" },
        { "utf-16le",
            STR("a\0=\xD8\x00\xDE"
                "b\0"),
            STR("a\xF0\x9F\x98\x80"
                "b"),
            "UTF-16LE" },
        { NULL,
            STR("\xFF\xFE"
                "h\0i\0\r\0\n\0"),
            STR("hi\n"), "UTF-16LE" },
        { NULL, STR("\xFE\xFF\0h\0i"), STR("hi"), "UTF-16BE" },
        { "KOI8-R", STR("\xEF\xBB\xBF\xC3\xA9"), STR("\xC3\xA9"), "UTF-8" },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text_prepared t;
        struct text_source s;
        if (text_prepare(arena, TEXT_PLAIN, rows[i].source, str_from(rows[i].charset), &t) !=
            TEXT_OK)
            FAIL("row %zu is refused", i);
        CHECK_STR(t.canonical, rows[i].canonical);
        CHECK_STR(t.charset, str_from(rows[i].decoded_as));
        CHECK(text_map_source(t.map, 0, t.canonical.bytes, &s));
        CHECK_INT(s.to_byte, rows[i].source.bytes);
        CHECK(s.contiguous);
    }
    arena_free(arena);
}

TEST("what cannot be decoded is refused at its byte")
{
    const struct {
        const char *charset;
        struct str source;
        enum text_fault fault;
        size_t at;
    } rows[] = {
        { NULL, STR("ok \xFFno"), TEXT_NOT_IN_CHARSET, 3 },
        { NULL, STR("lone surrogate \xED\xA0\x80"), TEXT_NOT_IN_CHARSET, 15 },
        { NULL, STR("overlong \xC0\xAF"), TEXT_NOT_IN_CHARSET, 9 },
        { NULL, STR("cut \xE2\x82"), TEXT_NOT_IN_CHARSET, 4 },
        { NULL, STR("nul \0."), TEXT_HAS_NUL, 4 },
        { "utf-16le", STR("a\0\0\0"), TEXT_HAS_NUL, 2 },
        { "utf-16le",
            STR("a\0\x00\xD8"
                "b\0"),
            TEXT_NOT_IN_CHARSET, 2 },
        { "utf-16le", STR("a\0b"), TEXT_NOT_IN_CHARSET, 2 },
        { "Shift_JIS", STR("ab\x93"), TEXT_NOT_IN_CHARSET, 2 },
        { "no-such-charset", STR("a"), TEXT_UNKNOWN_CHARSET, 0 },
        { "../../../tmp/x", STR("a"), TEXT_UNKNOWN_CHARSET, 0 },
        { "UTF-8,version=1", STR("a"), TEXT_UNKNOWN_CHARSET, 0 },
        { NULL, STR(""), TEXT_EMPTY, 0 },
        { NULL, STR(" \n\t\xC2\xA0\r\n"), TEXT_EMPTY, 0 },
        { NULL, STR("\xEF\xBB\xBF"), TEXT_EMPTY, 0 },
        { NULL, STR("\xE2\x80\x8B \xC2\xAD\xE2\x80\x8E"), TEXT_EMPTY, 0 },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text_prepared t;
        enum text_fault fault =
            text_prepare(arena, TEXT_PLAIN, rows[i].source, str_from(rows[i].charset), &t);
        if (fault != rows[i].fault || t.fault_byte != rows[i].at)
            FAIL("row %zu: fault %d at %zu", i, (int)fault, t.fault_byte);
    }
    arena_free(arena);
}

TEST("a long text in another charset is decoded across the decoder's pieces")
{
    struct arena *arena = arena_make();
    struct buffer source = { 0 };
    for (size_t i = 0; i < 40000; i++)
        buffer_put(&source, i % 7 == 3 ? STR("\x81\x01") : STR("x"));
    struct text_prepared t;
    struct text_source s;
    CHECK_INT(text_prepare(arena, TEXT_PLAIN, buffer_text(&source), STR("Shift_JIS"), &t),
        TEXT_NOT_IN_CHARSET);
    CHECK_INT(t.fault_byte, 3);
    buffer_drop(&source);
    for (size_t i = 0; i < 40000; i++)
        buffer_put(&source, i % 7 == 3 ? STR("\x93\xFA") : STR("x"));
    CHECK_INT(text_prepare(arena, TEXT_PLAIN, buffer_text(&source), STR("Shift_JIS"), &t), TEXT_OK);
    CHECK_INT(t.chars, 40000);
    for (size_t i = 0; i < 40000; i += 997) {
        size_t byte = utf8_offset_of_char(t.canonical, i);
        CHECK(text_map_source(t.map, byte, byte + 1, &s));
        CHECK_INT(s.from_byte, i + (i + 3) / 7);
        CHECK_INT(s.to_byte - s.from_byte, i % 7 == 3 ? 2 : 1);
    }
    buffer_drop(&source);
    arena_free(arena);
}

/* -- Markdown ------------------------------------------------------------------------------------
 */

TEST("the canonical text of Markdown is what its reader sees")
{
    const struct {
        const char *markdown, *canonical;
    } rows[] = {
        { "one\n\ntwo", "one\ntwo" },
        { "# Title #\n\nText *with* **all** `of` ~~it~~.", "Title\nText with all of it." },
        { "soft\nbreak", "soft break" },
        { "soft \n   break", "soft break" },
        { "hard  \nbreak\\\nagain", "hard\nbreak\nagain" },
        { "- a\n- b\n  - c\n\n1. d\n2. e", "a\nb\nc\nd\ne" },
        { "> quoted\n> text\n\nafter", "quoted text\nafter" },
        { "```c\n\nint x;\n\n  y\n```\nafter", "\nint x;\n\n  y\nafter" },
        { "    indented\n    code", "indented\ncode" },
        { "| a | b |\n|---|--:|\n| 1 |   |\n| 2 | 3 |", "a\tb\n1\n2\t3" },
        { "a\n\n***\n\nb", "a\nb" },
        { "[text](http://a.b \"title\") and ![alt *text*](http://a.b/c.png)", "text and alt text" },
        { "<div>raw *html*</div> &lt;b&gt;", "<div>raw html</div> <b>" },
        { "<script>alert(1)</script>", "<script>alert(1)</script>" },
        { "&eacute;&#233;&#xE9; &amp; &nosuch; &copy",
            "\xC3\xA9\xC3\xA9\xC3\xA9 & &nosuch; &copy" },
        { "&#0;&#xD800;&#x110000;&#13;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "&NotEqualTilde;", "\xE2\x89\x82\xCC\xB8" },
        { "\\*not emphasis\\*", "*not emphasis*" },
        { "[ ] a task\n\n- [x] done", "[ ] a task\n[x] done" },
        { "[a][r] [b][none]\n\n[r]: http://x.y", "a [b][none]" },
        { "x\n\n#\n\n-\n\ny", "x\ny" },
        { "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 *\xE0\xB8\x81\xE0\xB8\xB3*",
            "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 \xE0\xB8\x81\xE0\xB8\xB3" },
        { "- a\n\n      code\n- b", "a\ncode\nb" },
        { "- a\n  ```\n  x\n  ```\n  b", "a\nx\nb" },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(canonical_of(arena, rows[i].markdown), str_from(rows[i].canonical));
    arena_free(arena);
}

TEST("each kind of Markdown block has its element, stamped where it holds text")
{
    const struct {
        const char *markdown, *html;
    } rows[] = {
        { "## Two *em*", "<h2 data-o=\"0\" dir=\"auto\" id=\"h-0\">Two <em>em</em></h2>\n" },
        { "- a\n- b",
            "<ul>\n<li><div data-o=\"0\" dir=\"auto\">a</div>\n</li>\n"
            "<li><div data-o=\"2\" dir=\"auto\">b</div>\n</li>\n</ul>\n" },
        { "7. a", "<ol start=\"7\">\n<li><div data-o=\"0\" dir=\"auto\">a</div>\n</li>\n</ol>\n" },
        { "> a", "<blockquote>\n<p data-o=\"0\" dir=\"auto\">a</p>\n</blockquote>\n" },
        { "```c++ x\na\n```",
            "<pre data-o=\"0\" dir=\"auto\"><code class=\"language-c++\">a</code></pre>\n" },
        { "```\"><script>\na\n```", "<pre data-o=\"0\" dir=\"auto\"><code>a</code></pre>\n" },
        { "|a|b|\n|---|:-:|\n|1|2|",
            "<div class=\"table\"><table>\n<thead>\n<tr><th data-o=\"0\" dir=\"auto\">a</th>"
            "<th data-o=\"2\" dir=\"auto\" class=\"center\">b</th></tr>\n</thead>\n<tbody>\n"
            "<tr><td data-o=\"4\" dir=\"auto\">1</td>"
            "<td data-o=\"6\" dir=\"auto\" class=\"center\">2</td></tr>\n"
            "</tbody>\n</table></div>\n" },
        { "a\n***", "<p data-o=\"0\" dir=\"auto\">a</p>\n<hr>\n" },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(prepared(arena, TEXT_MARKDOWN, str_from(rows[i].markdown)).html,
            str_from(rows[i].html));
    arena_free(arena);
}

TEST("only http, https and mailto are linked, and links do not lie in links")
{
    const struct {
        const char *markdown, *html;
    } rows[] = {
        { "[a](https://x.y/?a=1&b=\"2\")",
            "<p><a href=\"https://x.y/?a=1&amp;b=&quot;2&quot;\" "
            "rel=\"nofollow noopener ugc\">a</a></p>\n" },
        { "<MAILTO:a@b.c>",
            "<p><a href=\"MAILTO:a@b.c\" rel=\"nofollow noopener ugc\">MAILTO:a@b.c</a></p>\n" },
        { "[a](javascript:alert(1))", "<p>a</p>\n" },
        { "[a](java&#10;script:alert(1))", "<p>a</p>\n" },
        { "[a](<data:text/html,x>)", "<p>a</p>\n" },
        { "[a](//x.y) [b](/d/1) [c](#d)", "<p>a b c</p>\n" },
        { "[a](<http://x.y/ b&Tab;c>)",
            "<p><a href=\"http://x.y/%20b%09c\" rel=\"nofollow noopener ugc\">a</a></p>\n" },
        { "![alt](http://x.y/i.png)",
            "<p><a class=\"image\" href=\"http://x.y/i.png\" "
            "rel=\"nofollow noopener ugc\">alt</a></p>\n" },
        { "![alt](x.png)", "<p><span class=\"image\">alt</span></p>\n" },
        { "[![alt](http://x.y/i.png)](http://x.y)",
            "<p><a href=\"http://x.y\" rel=\"nofollow noopener ugc\">"
            "<span class=\"image\">alt</span></a></p>\n" },
        { "<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n" },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(body_html(arena, str_from(rows[i].markdown)), str_from(rows[i].html));
    arena_free(arena);
}

TEST("a bracket in memory behind a text ends no link of it")
{
    struct arena *arena = arena_make();
    struct str memory = STR("[a](http://b)");
    struct str cut = str_slice(memory, 0, memory.bytes - 1);
    struct text_prepared t = prepared(arena, TEXT_MARKDOWN, cut);
    CHECK_STR(t.canonical, cut);
    CHECK(!str_contains(body_html(arena, cut), STR(">a</a>")));
    arena_free(arena);
}

TEST("addresses in running text are links, without the sentence's punctuation")
{
    const struct {
        const char *markdown, *link, *shown; /* NULL: none */
    } rows[] = {
        { "see http://a.b/c.", "http://a.b/c", "http://a.b/c" },
        { "(https://a.b/c_(d)), yes", "https://a.b/c_(d)", "https://a.b/c_(d)" },
        { "WWW.a.b?", "http://WWW.a.b", "WWW.a.b" },
        { "<br>http://a.b?x=1&y=2</br>", "http://a.b?x=1&amp;y=2", "http://a.b?x=1&amp;y=2" },
        { "*http://a.b/*", "http://a.b/", "http://a.b/" },
        { "http://\xE0\xB8\x81.b/\xE0\xB8\x81", "http://\xE0\xB8\x81.b/\xE0\xB8\x81",
            "http://\xE0\xB8\x81.b/\xE0\xB8\x81" },
        { "xhttp://a.b", NULL, NULL },
        { "http:// a", NULL, NULL },
        { "`http://a.b`", NULL, NULL },
        { "www.", NULL, NULL },
        { "ftp://a.b javascript://a", NULL, NULL },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str html = body_html(arena, str_from(rows[i].markdown));
        expect_well_formed(html);
        if (!rows[i].link && str_contains(html, STR("<a")))
            FAIL("row %zu is linked", i);
        if (rows[i].link &&
            !str_contains(html,
                arena_printf(arena, "<a href=\"%s\" rel=\"nofollow noopener ugc\">%s</a>",
                    rows[i].link, rows[i].shown)))
            FAIL("row %zu: %.*s", i, STR_ARG(html));
    }
    CHECK_STR(body_html(arena, STR("[http://a.b](http://c.d)")),
        STR("<p><a href=\"http://c.d\" rel=\"nofollow noopener ugc\">http://a.b</a></p>\n"));
    arena_free(arena);
}

TEST("a body has no stamps, keeps its lines and puts its headings below the page's")
{
    const struct {
        const char *markdown, *html;
    } rows[] = {
        { "one\ntwo", "<p>one<br>\ntwo</p>\n" },
        { "# a\n###### b", "<h4>a</h4>\n<h6>b</h6>\n" },
        { "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n" },
        { "\xF0\x9F\x98\x80", "<p>\xF0\x9F\x98\x80</p>\n" },
        { "", "" },
        { "caf\xC3\x83\xC2\xA9 \xEF\xBF\xBD", "<p>caf\xC3\x83\xC2\xA9 \xEF\xBF\xBD</p>\n" },
        { "a\r\nb \x01", "<p>a<br>\nb </p>\n" },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(body_html(arena, str_from(rows[i].markdown)), str_from(rows[i].html));
    arena_free(arena);
}

TEST("headings make the outline, and the first one the title")
{
    struct arena *arena = arena_make();
    struct text_prepared t = prepared(arena, TEXT_MARKDOWN,
        STR("\xF0\x9F\x90\x88\n\nTwo\nlines \"x\"\n====\n\n#\n\ntext\n\n### Deep `code`\n"));
    CHECK_STR(t.title, STR("Two lines \"x\""));
    CHECK_STR(t.toc,
        STR("[{\"level\":1,\"text\":\"Two lines \\\"x\\\"\",\"start\":2},"
            "{\"level\":3,\"text\":\"Deep code\",\"start\":21}]"));
    t = prepared(arena, TEXT_MARKDOWN, STR("no heading"));
    CHECK_STR(t.toc, STR("[]"));
    CHECK(!str_given(t.title));
    arena_free(arena);
}

TEST("a range of the canonical text leads back to its bytes in the source")
{
    const struct {
        const char *source, *range, *bytes;
        bool contiguous;
    } rows[] = {
        { "one **two** three", "two", "two", true },
        { "one **two** three", "one two", "one **two", false },
        { "\xEF\xBB\xBF> a\r\n> b", "b", "b", true },
        { "wrapped  \r\nline", "wrapped\nline", "wrapped  \r\nline", true },
        { "a &amp; b", "a & b", "a &amp; b", true },
        { "a &amp; b", "&", "&amp;", true },
        { "a \\* b", "a * b", "a \\* b", false },
        { "a\n\nb", "a\nb", "a\n\nb", false },
        { "caf\xC3\xA9 *\xF0\x9F\x90\x88*", "\xF0\x9F\x90\x88", "\xF0\x9F\x90\x88", true },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str source = str_from(rows[i].source), range = str_from(rows[i].range);
        struct text_prepared t = prepared(arena, TEXT_MARKDOWN, source);
        struct text_source s;
        size_t at = str_find(t.canonical, range, 0);
        CHECK(at != SIZE_MAX);
        CHECK(text_map_source(t.map, at, at + range.bytes, &s));
        CHECK_STR(str_slice(source, s.from_byte, s.to_byte), str_from(rows[i].bytes));
        if (s.contiguous != rows[i].contiguous)
            FAIL("row %zu", i);
        CHECK(!text_map_source(t.map, t.canonical.bytes, t.canonical.bytes + 1, &s));
    }
    arena_free(arena);
}

TEST("a map cut short or foreign is read as having nothing more")
{
    struct arena *arena = arena_make();
    struct text_prepared t = prepared(arena, TEXT_MARKDOWN, STR("a *b* c &amp; d\n\ne"));
    struct text_source s;
    for (size_t i = 0; i < t.map.bytes; i++)
        text_map_source(str_slice(t.map, 0, i), 0, t.canonical.bytes, &s);
    CHECK(!text_map_source(STR_NONE, 0, 1, &s));
    CHECK(!text_map_source(STR("\x02\x00\x00\x02"), 0, 1, &s));
    CHECK(!text_map_source(STR("\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), 0, 1, &s));
    arena_free(arena);
}

/* -- anything ------------------------------------------------------------------------------------
 */

static uint64_t random_state;

static uint32_t any_below(uint32_t bound)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % bound;
}

static struct str any_source(struct buffer *out)
{
    static const char *const pieces[] = { "a", "b c", " ", "  ", "\n", "\n\n", "\r\n", "*", "**",
        "_", "`", "``", "```\n", "~~", "[", "]", "(", ")", "](http://x.y)", "![", "> ", "- ", "1. ",
        "# ", "\t", "    ", "|", "|\n|-|-|\n|", "&amp;", "&#10;", "&x;", "<b>", "<http://a.b>",
        "www.a.b", "\\", "\\\n", "  \n", "---\n", "===\n", "[a]: http://c\n", "[a]", "\xC3\xA9",
        "\xF0\x9F\x90\x88", "e\xCC\x81", "\xEF\xBB\xBF", "\x01", "\"", "'", "<", ">", "&", "\r" };
    uint32_t count = 1 + any_below(40);
    for (uint32_t i = 0; i < count; i++)
        buffer_put_cstr(out, pieces[any_below(sizeof pieces / sizeof *pieces)]);
    return buffer_text(out);
}

TEST("whatever is written, stamps and map hold")
{
    random_state = 7;
    for (int i = 0; i < 8000; i++) {
        struct arena *arena = arena_make();
        struct buffer source = { 0 };
        struct text_prepared t;
        any_source(&source);
        enum text_fault fault =
            text_prepare(arena, TEXT_MARKDOWN, buffer_text(&source), STR_NONE, &t);
        if (fault == TEXT_OK) {
            expect_stamps(arena, &t);
            expect_map(&t, buffer_text(&source));
        } else {
            CHECK_INT(fault, TEXT_EMPTY);
        }
        expect_well_formed(body_html(arena, buffer_text(&source)));
        CHECK_INT(text_prepare(arena, TEXT_PLAIN, STR("x"), STR_NONE, &t), TEXT_OK);
        buffer_drop(&source);
        arena_free(arena);
    }
}

TEST("whatever bytes come in whatever charset, what comes out is UTF-8 or a fault")
{
    struct buffer source = { 0 };
    int known = 0;
    random_state = 3;
    for (int32_t i = 0; i < ucnv_countAvailable(); i++) {
        struct str charset = str_from(ucnv_getAvailableName(i));
        for (int round = 0; round < 6; round++) {
            struct arena *arena = arena_make();
            struct text_prepared t;
            struct text_source s;
            buffer_drop(&source);
            for (uint32_t bytes = 1 + any_below(round < 3 ? 60 : 40000); bytes > 0; bytes--)
                buffer_put_char(&source,
                    (char)(round % 3 == 0  ? any_below(256)
                            : any_below(4) ? 'a' + any_below(26)
                                           : 0x80 + any_below(128)));
            enum text_fault fault =
                text_prepare(arena, TEXT_PLAIN, buffer_text(&source), charset, &t);
            known += fault != TEXT_UNKNOWN_CHARSET;
            if (fault != TEXT_OK && t.fault_byte > source.bytes)
                FAIL("%.*s: fault at %zu", STR_ARG(charset), t.fault_byte);
            if (fault == TEXT_OK) {
                if (!utf8_valid(t.canonical) || utf8_chars(t.canonical) != t.chars)
                    FAIL("%.*s: no UTF-8", STR_ARG(charset));
                expect_stamps(arena, &t);
                CHECK(text_map_source(t.map, 0, t.canonical.bytes, &s));
                if (s.to_byte > source.bytes)
                    FAIL("%.*s: made from %zu bytes of %zu", STR_ARG(charset), s.to_byte,
                        source.bytes);
            }
            arena_free(arena);
        }
    }
    CHECK(known > 6 * 50);
    buffer_drop(&source);
}

/* -- hostile -------------------------------------------------------------------------------------
 */

static struct str repeated(struct buffer *out, const char *head, const char *unit, size_t bytes)
{
    size_t unit_bytes = strlen(unit);
    buffer_drop(out);
    buffer_put_cstr(out, head);
    while (out->bytes + unit_bytes <= bytes)
        buffer_put(out, (struct str){ unit, unit_bytes });
    return buffer_text(out);
}

TEST("a text of eight megabytes is prepared, one byte more is refused")
{
    struct arena *arena = arena_make();
    struct buffer source = { 0 };
    struct text_prepared t;
    struct str whole = repeated(&source, "", "a", TEXT_SOURCE_MAX_BYTES);
    CHECK_INT(text_prepare(arena, TEXT_PLAIN, whole, STR_NONE, &t), TEXT_OK);
    CHECK_INT(t.chars, TEXT_SOURCE_MAX_BYTES);
    CHECK_INT(text_prepare(arena, TEXT_MARKDOWN, whole, STR_NONE, &t), TEXT_OK);
    CHECK_INT(t.chars, TEXT_SOURCE_MAX_BYTES);
    whole = repeated(&source, "", "a", TEXT_SOURCE_MAX_BYTES + 1);
    CHECK_INT(text_prepare(arena, TEXT_PLAIN, whole, STR_NONE, &t), TEXT_TOO_LARGE);
    whole = repeated(&source, "", "\xA1", TEXT_SOURCE_MAX_BYTES / 2);
    CHECK_INT(text_prepare(arena, TEXT_PLAIN, whole, STR("TIS-620"), &t), TEXT_TOO_LARGE);
    buffer_drop(&source);
    arena_free(arena);
}

TEST("hostile Markdown costs no more than its length")
{
    const struct {
        const char *head, *unit;
    } rows[] = { { "", "> " }, { "", ">\n" }, { "", "- " }, { "", "[x](y)\n" }, { "", "[a](<b\n" },
        { "", "http://a.b/\n" }, { "", "www.a.b " }, { "", "http://a.b/ " }, { "", "www.a(" },
        { "", "[a]\n" }, { "", "*a _b " }, { "", "**x" }, { "", "`a ``b " }, { "", "<a@b.c " },
        { "", "&amp;" }, { "", "![[](" }, { "", "|a" }, { "", "\\\n" }, { "", "[a]: b\n" },
        { "[a]: http://x.y/z\n\n", "[a] " }, { "a|b\n---|---\n", "|\n" }, { "", "1. a\n" },
        { "", "# \xC3\xA9\n" }, { "", "    x\n" } };
    struct buffer source = { 0 };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_make();
        struct text_prepared t;
        struct str text = repeated(&source, rows[i].head, rows[i].unit, 1u << 18);
        enum text_fault fault = text_prepare(arena, TEXT_MARKDOWN, text, STR_NONE, &t);
        if (fault != TEXT_OK && fault != TEXT_EMPTY)
            FAIL("row %zu: fault %d", i, (int)fault);
        if (fault == TEXT_OK && t.html.bytes > 40 * text.bytes)
            FAIL("row %zu: %zu bytes of HTML", i, t.html.bytes);
        arena_free(arena);
    }
    buffer_drop(&source);
}

TEST("a wide table of many short rows is not filled up, and short links do not multiply a long one")
{
    struct arena *arena = arena_make();
    struct buffer source = { 0 };
    struct text_prepared t;

    for (int i = 0; i < 10000; i++)
        buffer_put_cstr(&source, "|a");
    buffer_put_char(&source, '\n');
    for (int i = 0; i < 10000; i++)
        buffer_put_cstr(&source, "|---");
    for (int i = 0; i < 10000; i++)
        buffer_put_cstr(&source, "\n|b");
    t = prepared(arena, TEXT_MARKDOWN, buffer_text(&source));
    CHECK(!str_contains(t.html, STR("<td")));
    CHECK(t.html.bytes < 10 * source.bytes);

    buffer_drop(&source);
    buffer_put_cstr(&source, "[a]: http://x.y/");
    for (int i = 0; i < 2000; i++)
        buffer_put_char(&source, 'z');
    buffer_put_cstr(&source, "\n\n");
    for (int i = 0; i < 100000; i++)
        buffer_put_cstr(&source, "[a] ");
    t = prepared(arena, TEXT_MARKDOWN, buffer_text(&source));
    CHECK(t.html.bytes < (2u << 20) + 40 * source.bytes);
    CHECK_INT(t.chars, 199999);
    buffer_drop(&source);
    arena_free(arena);
}

TEST("quotes and spans nested thousands deep keep their text")
{
    struct arena *arena = arena_make();
    struct buffer source = { 0 };
    for (int i = 0; i < 10000; i++)
        buffer_put_cstr(&source, "> ");
    buffer_put_cstr(&source, "*deep*");
    struct text_prepared t = prepared(arena, TEXT_MARKDOWN, buffer_text(&source));
    CHECK_STR(t.canonical, STR("deep"));
    buffer_drop(&source);
    prepared(arena, TEXT_MARKDOWN, repeated(&source, "", "*a **b ~~c [", 100000));
    repeated(&source, "", "*a **b ~~c [", 100000);
    for (int i = 0; i < 8000; i++)
        buffer_put_cstr(&source, "](x)~~***");
    prepared(arena, TEXT_MARKDOWN, buffer_text(&source));
    buffer_drop(&source);
    arena_free(arena);
}

TEST("in a paragraph of too many linked lines the links stay as they were written")
{
    struct arena *arena = arena_make();
    struct buffer source = { 0 };
    buffer_put_cstr(&source, "before [link](http://x.y)\n\n");
    for (int i = 0; i < 40000; i++)
        buffer_put_cstr(&source, "[x](http://y.z) *em*\n");
    buffer_put_cstr(&source, "\nafter [link](http://x.y)\n");
    struct text_prepared t = prepared(arena, TEXT_MARKDOWN, buffer_text(&source));
    CHECK(str_starts(t.canonical, STR("before link\n[x](http://y.z) em [x]")));
    CHECK(str_ends(t.canonical, STR(" em\nafter link")));
    CHECK(str_contains(t.html, STR("rel=\"nofollow noopener ugc\">link</a></p>\n")));
    buffer_drop(&source);
    arena_free(arena);
}
