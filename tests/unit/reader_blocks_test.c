#include "test.h"

#include "reader/blocks.h"
#include "reader/endnotes.h"

static const char HTML_TEXT[] =
    "<h1 data-o=\"0\" dir=\"auto\" id=\"h-0\">Ab</h1>\n<ul>\n<li><div data-o=\"3\">c <em>d</em>"
    "</div>\n</li></ul>\n<p data-o=\"9\">e</p>\n";

TEST("each stamped block is found with its ends")
{
    struct arena *arena = arena_make();
    struct blocks blocks = blocks_of(arena, str_from(HTML_TEXT));

    CHECK_INT(blocks.count, 3);
    CHECK_INT(blocks.at[1].start, 3);
    CHECK_STR(str_slice(blocks.html, blocks.at[1].stamp_byte, blocks.at[1].end_byte),
        STR(">c <em>d</em>"));
    CHECK(blocks.at[0].has_id && !blocks.at[1].has_id);
    arena_free(arena);
}

TEST("a character belongs to the last block that begins at it or before")
{
    struct arena *arena = arena_make();
    struct blocks blocks = blocks_of(arena, str_from(HTML_TEXT));

    CHECK_INT(block_at(&blocks, 0)->start, 0);
    CHECK_INT(block_at(&blocks, 8)->start, 3);
    CHECK_INT(block_at(&blocks, 9000)->start, 9);
    arena_free(arena);
}

TEST("a text without stamps has no blocks")
{
    struct arena *arena = arena_make();
    struct blocks blocks = blocks_of(arena, STR("<p>plain</p>"));

    CHECK_INT(blocks.count, 0);
    CHECK(block_at(&blocks, 0) == NULL);
    arena_free(arena);
}

static size_t count_of(struct str text, struct str what)
{
    size_t count = 0;

    for (size_t at = 0; (at = str_find(text, what, at)) != SIZE_MAX; at++)
        count++;
    return count;
}

TEST("a long text stands in parts, none of which begins inside a list or a quotation")
{
    struct arena *arena = arena_make();
    struct buffer html = { 0 }, out = { 0 };

    for (int i = 0; i < 300; i++)
        buffer_put_cstr(&html,
            i % 50 < 45 ? "<p data-o=\"1\">a <b>b</b></p>\n<hr>\n"
                        : "<ul>\n<li><div data-o=\"2\">c</div>\n</li></ul>\n");
    struct blocks blocks = blocks_of(arena, buffer_finish(&html, arena));
    struct endnotes none = { 0 };
    html_text_with_notes(&out, arena, &blocks, &none);
    struct str text = buffer_finish(&out, arena);

    size_t parts = count_of(text, STR("<div class=\"part\">"));
    CHECK(parts >= 5 && parts <= 8);
    CHECK_INT(count_of(text, STR("</div>\n<div class=\"part\">\n<p ")), parts - 1);
    CHECK_INT(count_of(text, STR("<div")), count_of(text, STR("</div>")));
    arena_free(arena);
}
