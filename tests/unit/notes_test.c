#include "test.h"

#include "formats/notes_markdown.h"

static struct arena *arena;

static struct uuid id_of(int number)
{
    return (struct uuid){ { [15] = (uint8_t)number } };
}

static struct annotation on_passage(int id, int start)
{
    return (struct annotation){ .id = id_of(id),
        .author_display_name = STR("Ana"),
        .shown = STR("\"kind\":\"comment\",\"body\":\"b\",\"tags\":[],\"quote\":null"),
        .anchor = { .is_placed = true, .start_chars = start, .end_chars = start + 1 },
        .created_us = id };
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
    struct buffer out = { 0 };
    all[0].shown =
        STR("\"kind\":\"question\",\"body\":\"Is *this*\\n\\nfair?\",\"tags\":[\"irony\",\"a "
            "b\"],\"quote\":{\"exact\":\"two\\nlines*\",\"prefix\":\"\",\"suffix\":\"\"}");
    arena = arena_make();
    notes_write(&out, STR("http://x"), &doc, notes_arrange(arena, all, 2), 2);
    CHECK_STR(buffer_text(&out),
        STR("> two\n> lines\\*\n\n"
            "**Ana** · question · 1970-01-01 00:00 UTC · #irony “a b” · "
            "[link](http://x/n/ann_00000000000000000000000001)\n\n"
            "Is *this*\n\nfair?\n\n"
            "- **Ana** · 1970-01-01 00:00 UTC · "
            "[link](http://x/n/ann_00000000000000000000000002)\n\n"
            "  b\n\n"));
    buffer_drop(&out);
    arena_free(arena);
}

TEST("a title is one line, and no sign in it means anything")
{
    const struct document doc = {
        .kind = DOCUMENT_TEXT, .title = STR("a \"b\"\xe2\x80\xa8*c*\\"), .uris = NULL
    };
    struct buffer out = { 0 };
    notes_heading(&out, &doc);
    CHECK_STR(buffer_text(&out), STR("# a \"b\" \\*c\\*\\\\\n\n"));
    buffer_drop(&out);
    notes_front_matter(&out, STR("http://x"), &doc, 0, 0);
    CHECK(str_contains(buffer_text(&out), STR("title: \"a \\\"b\\\" *c*\\\\\"\n")));
    buffer_drop(&out);
}
