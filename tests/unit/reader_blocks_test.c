#include "test.h"

#include "reader/blocks.h"

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
