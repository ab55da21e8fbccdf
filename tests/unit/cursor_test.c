#include "test.h"

#include "step/cursor.h"

static const struct cursor row = { .order = CURSOR_CREATED,
    .time_us = 1772357400123456,
    .id = { { 1, 2, 3, 4, 5, 6, 0x77, 8, 9, 10, 11, 12, 13, 14, 15, 255 } },
    .minor = 5 };

TEST("a cursor comes back as it was written")
{
    struct arena *arena = arena_make();
    struct cursor read;

    CHECK(cursor_read(cursor_write(arena, &row), CURSOR_CREATED, &read));
    CHECK_INT(read.time_us, row.time_us);
    CHECK(uuid_eq(read.id, row.id));
    CHECK_INT(read.minor, row.minor);
    arena_free(arena);
}

TEST("a time before 1970 is kept")
{
    struct arena *arena = arena_make();
    struct cursor early = row, read;

    early.time_us = -1;
    CHECK(cursor_read(cursor_write(arena, &early), CURSOR_CREATED, &read));
    CHECK_INT(read.time_us, -1);
    arena_free(arena);
}

TEST("a cursor with a time that no database keeps is refused, though its checksum is right")
{
    static const struct {
        enum cursor_order order;
        int64_t time_us;
        bool taken;
    } rows[] = { { CURSOR_CREATED, INT64_MIN, false }, { CURSOR_UPDATED, INT64_MAX, false },
        { CURSOR_OLDEST, INT64_C(253402300800000000), false },
        { CURSOR_OLDEST, INT64_C(253402300799999999), true },
        { CURSOR_NUMBER, INT64_C(1) << 31, false }, { CURSOR_NUMBER, INT32_MAX, true } };
    struct arena *arena = arena_make();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cursor made = row, read;

        made.order = rows[i].order;
        made.time_us = rows[i].time_us;
        if (cursor_read(cursor_write(arena, &made), rows[i].order, &read) != rows[i].taken)
            FAIL("row %zu", i);
    }
    arena_free(arena);
}

TEST("a cursor needs no escaping in a query")
{
    struct arena *arena = arena_make();
    struct str text = cursor_write(arena, &row);

    for (size_t i = 0; i < text.bytes; i++)
        CHECK(
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", text.at[i]));
    arena_free(arena);
}

TEST("a cursor of another order is refused")
{
    struct arena *arena = arena_make();
    struct cursor read;

    CHECK(!cursor_read(cursor_write(arena, &row), CURSOR_UPDATED, &read));
    arena_free(arena);
}

TEST("a cursor with any letter changed is refused")
{
    struct arena *arena = arena_make();
    struct str text = cursor_write(arena, &row);
    struct cursor read;

    for (size_t i = 0; i < text.bytes; i++) {
        struct str damaged = arena_dup(arena, text);
        char *at = (char *)(uintptr_t)damaged.at;
        at[i] = at[i] == 'A' ? 'B' : 'A';
        if (cursor_read(damaged, CURSOR_CREATED, &read))
            FAIL("letter %zu: %.*s", i, STR_ARG(damaged));
    }
    arena_free(arena);
}

TEST("what is no cursor is refused")
{
    static const char *const texts[] = { "", "A", "null", "====", "0",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
        "AWMABku2bcNyQAECAwQFBgd3CAkKCwwNDg__BQ" };
    struct cursor read;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (cursor_read(str_from(texts[i]), CURSOR_CREATED, &read))
            FAIL("taken: %s", texts[i]);
}
