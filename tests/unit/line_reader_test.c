#include "test.h"

#include "step/line_reader.h"

/* A text that comes in parts of `part` bytes. */
struct text {
    struct str all;
    size_t part;
};

static size_t source(void *context, uint64_t at, char *out, size_t room)
{
    const struct text *text = context;
    size_t left = at < text->all.bytes ? text->all.bytes - (size_t)at : 0;
    size_t count = left < text->part ? left : text->part;

    count = count < room ? count : room;
    if (count > 0)
        memcpy(out, text->all.at + at, count);
    return count;
}

/* "1:a 3:long 4:b" */
static struct str read_all(struct arena *arena, struct str all, size_t part, size_t max_bytes)
{
    struct text text = { all, part };
    struct line_reader reader = { .source = source, .context = &text, .max_bytes = max_bytes };
    struct str out = STR(""), line;
    enum line kind;

    while ((kind = line_next(&reader, &line)) != LINE_NONE)
        out = arena_printf(arena, "%.*s%s%d:%.*s", STR_ARG(out), out.bytes ? " " : "",
            (int)reader.number, STR_ARG(kind == LINE ? line : STR("long")));
    line_reader_drop(&reader);
    return out;
}

TEST("lines are the same in whatever parts they come")
{
    struct arena *arena = arena_make();
    struct str all = STR("a\n\n  \r\nbb \r\n123456789\nc");

    for (size_t part = 1; part < 30; part++)
        CHECK_STR(read_all(arena, all, part, 5), STR("1:a 4:bb 5:long 6:c"));
    arena_free(arena);
}

TEST("a text without lines has none, and the last one may have no end")
{
    struct arena *arena = arena_make();

    CHECK_STR(read_all(arena, STR(""), 5, 10), STR(""));
    CHECK_STR(read_all(arena, STR("\n\n"), 5, 10), STR(""));
    CHECK_STR(read_all(arena, STR("x"), 5, 10), STR("1:x"));
    CHECK_STR(read_all(arena, STR("x\n"), 5, 10), STR("1:x"));
    arena_free(arena);
}

TEST("blank lines are passed over and counted, however many, and a line keeps its own spaces")
{
    struct arena *arena = arena_make();
    size_t blank = 100000;
    char *text = arena_alloc(arena, blank + 2);

    for (size_t i = 0; i < blank; i++)
        text[i] = i % 2 ? '\n' : " \t\r"[i / 2 % 3];
    text[blank] = ' ';
    text[blank + 1] = 'x';
    for (size_t part = 4095; part < 4098; part++) {
        CHECK_STR(read_all(arena, (struct str){ text, blank + 2 }, part, 2), STR("50001:x"));
        CHECK_STR(read_all(arena, (struct str){ text, blank + 2 }, part, 1), STR("50001:long"));
    }
    arena_free(arena);
}

TEST("a line may be as long as is said and no longer, whatever the buffer holds")
{
    struct arena *arena = arena_make();
    size_t max = 70000;
    char *text = arena_alloc(arena, 4 * max);

    memset(text, 'x', 4 * max);
    text[max] = '\n';
    text[2 * max + 2] = '\n';
    text[4 * max - 2] = '\n';
    text[4 * max - 1] = 'y';
    struct text all = { { text, 4 * max }, 1000 };
    struct line_reader reader = { .source = source, .context = &all, .max_bytes = max };
    struct str line;

    CHECK_INT(line_next(&reader, &line), LINE);
    CHECK_INT(line.bytes, max);
    CHECK_INT(line_next(&reader, &line), LINE_TOO_LONG);
    CHECK_INT(line_next(&reader, &line), LINE_TOO_LONG);
    CHECK_INT(line_next(&reader, &line), LINE);
    CHECK_STR(line, STR("y"));
    CHECK_INT(reader.number, 4);
    CHECK_INT(line_next(&reader, &line), LINE_NONE);
    line_reader_drop(&reader);
    arena_free(arena);
}
