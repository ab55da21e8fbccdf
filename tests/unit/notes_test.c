#include "test.h"

#include "formats/notes_file.h"

static struct arena *arena;

static struct uuid id_of(int number)
{
    return (struct uuid){ { [15] = (uint8_t)number } };
}

static struct annotation on_passage(int id, int start)
{
    return (struct annotation){ .id = id_of(id),
        .author.display_name = STR("Ana"),
        .shown = STR("\"kind\":\"comment\",\"body\":\"b\",\"tags\":[],\"quote\":null"),
        .anchor = { .is_placed = true, .start_chars = start, .end_chars = start + 1 },
        .created_us = id };
}

/* What the format makes of them, without its beginning and end. */
static struct str written(const struct notes_format *format, const struct document *doc,
    const struct annotation *all, size_t count)
{
    struct notes_file file = {
        .base_url = STR("http://x"), .address = STR("/f"), .title = STR("F")
    };
    const struct note *notes = notes_arrange(arena, all, count);
    struct buffer out = { 0 };

    for (size_t i = 0; i < count; i++) {
        file.count++;
        format->note(&out, &file, doc, &notes[i]);
    }
    return buffer_finish(&out, arena);
}

static struct annotation reply(int id, int parent)
{
    struct annotation it = on_passage(id, 0);
    it.anchor.is_placed = false;
    it.parent = id_of(parent);
    return it;
}

TEST("passages stand in the order of the text, and replies behind what they answer, oldest first")
{
    struct annotation all[] = { reply(7, 2), on_passage(1, 20), reply(5, 4), on_passage(2, 10),
        reply(4, 2), reply(6, 4) };
    static const struct {
        int id;
        size_t depth;
    } wanted[] = { { 2, 0 }, { 4, 1 }, { 5, 2 }, { 6, 2 }, { 7, 1 }, { 1, 0 } };
    arena = arena_make();
    const struct note *notes = notes_arrange(arena, all, 6);
    for (size_t i = 0; i < 6; i++) {
        CHECK_INT(notes[i].it->id.bytes[15], wanted[i].id);
        CHECK_INT(notes[i].depth, wanted[i].depth);
    }
    arena_free(arena);
}

TEST("what is answered by nothing that is shown comes last, and nothing is lost")
{
    struct annotation all[] = { reply(3, 99), on_passage(1, 0), on_passage(2, 0) };
    all[2].anchor.is_placed = false;
    arena = arena_make();
    const struct note *notes = notes_arrange(arena, all, 3);
    CHECK_INT(notes[0].it->id.bytes[15], 1);
    CHECK_INT(notes[1].it->id.bytes[15], 2);
    CHECK_INT(notes[2].it->id.bytes[15], 3);
    CHECK_INT(notes[2].depth, 0);
    arena_free(arena);
}

TEST("a thread may be as deep as it likes")
{
    enum { DEEP = 20000 };
    arena = arena_make();
    struct annotation *all = arena_array(arena, struct annotation, DEEP);
    for (int i = 0; i < DEEP; i++) {
        all[i] = on_passage(1, 0);
        all[i].id = (struct uuid){ { [13] = (uint8_t)(i >> 8), [14] = (uint8_t)i, [15] = 1 } };
        if (i > 0)
            all[i].parent = all[i - 1].id;
    }
    const struct note *notes = notes_arrange(arena, all, DEEP);
    CHECK_INT(notes[DEEP - 1].depth, DEEP - 1);
    arena_free(arena);
}

TEST("no notes are none")
{
    arena = arena_make();
    notes_arrange(arena, NULL, 0);
    arena_free(arena);
}

TEST("a note is its quote, its byline and its words; replies are indented")
{
    struct annotation all[] = { on_passage(1, 3), reply(2, 1) };
    const struct document doc = { .kind = DOCUMENT_TEXT, .title = STR("T") };
    all[0].shown =
        STR("\"kind\":\"question\",\"body\":\"Is *this*\\n\\nfair?\",\"tags\":[\"irony\",\"a "
            "b\"],\"quote\":{\"exact\":\"two\\nlines*\",\"prefix\":\"\",\"suffix\":\"\"}");
    arena = arena_make();
    CHECK_STR(written(&notes_markdown, &doc, all, 2),
        STR("> two\n> lines\\*\n\n"
            "**Ana** · question · 1970-01-01 00:00 UTC · #irony “a b” · "
            "[link](http://x/n/ann_00000000000000000000000001)\n\n"
            "Is *this*\n\nfair?\n\n"
            "- **Ana** · 1970-01-01 00:00 UTC · "
            "[link](http://x/n/ann_00000000000000000000000002)\n\n"
            "  b\n\n"));
    arena_free(arena);
}

TEST("a title is one line, and no sign in it means anything")
{
    const struct document doc = {
        .kind = DOCUMENT_TEXT, .title = STR("a \"b\"\xe2\x80\xa8*c*\\"), .uris = NULL
    };
    const struct notes_file file = { .base_url = STR("http://x"), .is_of_document = true };
    struct buffer out = { 0 };
    notes_markdown.heading(&out, &file, &doc);
    CHECK_STR(buffer_text(&out), STR("# a \"b\" \\*c\\*\\\\\n\n"));
    buffer_drop(&out);
    notes_markdown.begin(&out, &file, &doc);
    CHECK(str_contains(buffer_text(&out), STR("title: \"a \\\"b\\\" *c*\\\\\"\n")));
    buffer_drop(&out);
}

TEST("a heading stands where another kind of place begins, also when the notes come one by one")
{
    struct annotation all[] = { on_passage(1, 3), on_passage(2, 0), on_passage(3, 0) };
    const struct document doc = { .kind = DOCUMENT_TEXT, .title = STR("T") };
    all[1].anchor.is_placed = all[2].anchor.is_placed = false;
    arena = arena_make();
    struct str text = written(&notes_plain, &doc, all, 3);
    size_t first = str_find(text, STR("On the whole text\n-----------------\n"), 0);
    CHECK(first != SIZE_MAX && first > 0);
    CHECK_INT(str_find(text, STR("On the whole"), first + 1), SIZE_MAX);
    arena_free(arena);
}

TEST("no cell of a table is a formula, and none breaks out of its quotes")
{
    static const struct {
        const char *body, *cell;
    } rows[] = { { "plain", ",plain," }, { "=1+1", ",\"'=1+1\"," }, { "+1", ",\"'+1\"," },
        { "-1", ",\"'-1\"," }, { "@x", ",\"'@x\"," }, { "\uFF1D1", ",\"'\uFF1D1\"," },
        { "\uFF0B1", ",\"'\uFF0B1\"," }, { "\uFF0D1", ",\"'\uFF0D1\"," },
        { "\uFF20x", ",\"'\uFF20x\"," }, { "\\t=1", ",\"'\t=1\"," }, { "\\r=1", ",\"'\r=1\"," },
        { "a,\\\"b\\\"", ",\"a,\"\"b\"\"\"," }, { "a\\nb", ",\"a\nb\"," } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct annotation it = on_passage(1, 3);
        arena = arena_make();
        it.shown = arena_printf(
            arena, "\"kind\":\"comment\",\"body\":\"%s\",\"tags\":[],\"quote\":null", rows[i].body);
        struct str text = written(&notes_csv, NULL, &it, 1);
        if (!str_contains(text, str_from(rows[i].cell)))
            FAIL("row %zu: %.*s", i, STR_ARG(text));
        CHECK(str_ends(text, STR("\r\n")));
        arena_free(arena);
    }
}

TEST("what people wrote is text in HTML, but for the body, which is ours")
{
    struct annotation it = on_passage(1, 3);
    arena = arena_make();
    it.author.display_name = STR("<script>");
    it.shown =
        STR("\"kind\":\"comment\",\"body\":\"*b*\",\"body_html\":\"<p><em>b</em></"
            "p>\\n\",\"tags\":[\"<i>"
            "\"],\"quote\":{\"exact\":\"</blockquote><b>\",\"prefix\":\"\",\"suffix\":\"\"}");
    struct str text = written(&notes_html, NULL, &it, 1);
    CHECK(str_contains(text, STR("&lt;/blockquote&gt;&lt;b&gt;")));
    CHECK(str_contains(text, STR("<b>&lt;script&gt;</b>")));
    CHECK(str_contains(text, STR("&lt;i&gt;")));
    CHECK(str_contains(text, STR("<p><em>b</em></p>")));
    CHECK(!str_contains(text, STR("<script")));
    arena_free(arena);
}

TEST("plain words hold nothing that moves a terminal")
{
    struct annotation it = on_passage(1, 3);
    arena = arena_make();
    it.shown =
        STR("\"kind\":\"comment\",\"body\":\"a\\u001b[2Jb\\u009bc\",\"tags\":[],\"quote\":null");
    CHECK(str_contains(written(&notes_plain, NULL, &it, 1), STR("a[2Jbc\n")));
    arena_free(arena);
}
