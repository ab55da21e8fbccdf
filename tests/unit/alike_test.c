#include "test.h"

#include "anchoring/alike.h"

static struct passages passages;

/* Marks as "0-10a 5-8b": reader a from 0 to 10. In the order of their starts. */
static void find(const char *text)
{
    static struct mark marks[4096];
    static struct arena *arena;
    size_t count = 0;

    if (!arena)
        arena = arena_make();
    for (const char *at = text; *at; count++) {
        int size, start, end;
        char reader;
        if (sscanf(at, " %d-%d%c%n", &start, &end, &reader, &size) != 3)
            abort();
        marks[count] = (struct mark){ start, end, (uint32_t)(reader - 'a') };
        at += size;
    }
    passages_find(arena, marks, count, 26, &passages);
}

/* The passages as "5-8ab": whose they are. */
static struct str found(void)
{
    static char text[65536];
    size_t bytes = 0;

    for (size_t i = 0; i < passages.count; i++) {
        const struct passage *it = &passages.at[i];
        bytes += (size_t)snprintf(
            text + bytes, sizeof text - bytes, "%s%d-%d", i ? " " : "", it->start, it->end);
        for (size_t r = 0; r < it->reader_count; r++)
            text[bytes++] = (char)('a' + it->readers[r]);
    }
    return (struct str){ text, bytes };
}

TEST("where nobody has marked anything there is no passage")
{
    find("");
    CHECK_INT(passages.count, 0);
}

static const struct {
    const char *marks, *passages;
} cases[] = {
    { "0-10a", "0-10a" },
    { "0-10a 5-15b", "5-10ab" },
    { "0-10a 0-10b", "0-10ab" },
    { "0-10a 10-20b", "0-10a 10-20b" },
    { "0-10a 5-15a 12-20a", "0-20a" },
    { "0-10a 5-15a 12-20b", "12-15ab" },
    { "0-5a 10-15b 20-25a", "0-5a 10-15b 20-25a" },
    { "0-500a 10-20b 400-410c", "10-20ab 400-410ac" },
    { "0-30a 5-20b 10-25c", "5-25abc" },
    { "0-500a 10-30b 30-50c", "10-30ab 30-50ac" },
    { "0-10a 0-10a 0-10b 3-4b", "0-10ab" },
    { "0-10b 2-4a 20-30c 25-26c", "2-4ab 20-30c" },
    { "0-20a 1-3b 5-7b 21-22a", "1-3ab 5-7ab 21-22a" },
};

TEST("a stretch that several have marked is theirs, and what one marked apart is that one's")
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        find(cases[i].marks);
        CHECK_STR(found(), str_from(cases[i].passages));
    }
}

TEST("a passage names the marks that are in it")
{
    find("0-10a 2-4a 8-20b 15-16a");
    CHECK_STR(found(), STR("8-10ab 15-16ab"));
    CHECK_INT(passages.at[0].mark_count, 2);
    CHECK_INT(passages.at[0].marks[0], 0);
    CHECK_INT(passages.at[0].marks[1], 2);
    CHECK_INT(passages.at[1].marks[0], 2);
    CHECK_INT(passages.at[1].marks[1], 3);
}

TEST("of many passages the first are listed and all are counted")
{
    static char text[65536];
    size_t bytes = 0;

    for (int i = 0; i < 1500; i++)
        bytes += (size_t)snprintf(
            text + bytes, sizeof text - bytes, "%d-%d%c ", i * 10, i * 10 + 5, i % 3 ? 'a' : 'b');
    text[bytes - 1] = '\0';
    find(text);
    CHECK_INT(passages.count, PASSAGES_MAX);
    CHECK_INT(passages.alone, 1500);
    CHECK_INT(passages.alike, 0);
}
