#include "test.h"

#include "step/lines.h"

static struct str lines_of(struct arena *arena, struct str page, size_t *count, struct str *next)
{
    struct buffer out = { 0 };

    lines_of_page(&out, page, count, next);
    return buffer_finish(&out, arena);
}

TEST("a page without items has no lines, and the last page no cursor")
{
    struct arena *arena = arena_make();
    struct str next;
    size_t count;

    CHECK_STR(lines_of(arena, STR("{\"data\":[],\"next\":null}"), &count, &next), STR(""));
    CHECK_INT(count, 0);
    CHECK(!str_given(next));
    arena_free(arena);
}

TEST("items are told apart whatever stands in their texts")
{
    struct arena *arena = arena_make();
    struct str page = STR("{\"data\":[{\"a\":[1,{\"b\":\"]},{\\\"\"}]},[2,3]],\"next\":\"abc\"}"),
               next;
    size_t count;

    CHECK_STR(
        lines_of(arena, page, &count, &next), STR("{\"a\":[1,{\"b\":\"]},{\\\"\"}]}\n[2,3]\n"));
    CHECK_INT(count, 2);
    CHECK_STR(next, STR("abc"));
    arena_free(arena);
}

TEST("an item stays on its line")
{
    struct arena *arena = arena_make();
    struct str next;
    size_t count;

    CHECK_STR(lines_of(arena, STR("{\"data\":[{\"a\":\r\n1}],\"next\":null}"), &count, &next),
        STR("{\"a\":  1}\n"));
    arena_free(arena);
}
