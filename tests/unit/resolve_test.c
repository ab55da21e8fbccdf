#include "anchoring/resolve.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "test.h"

/* -- addressing ----------------------------------------------------------------------------------
 */

/* One byte and unit, two bytes, three, four (two units), a combining mark. */
static struct str mixed_text(struct buffer *out, size_t repeats)
{
    for (size_t i = 0; i < repeats; i++)
        buffer_put_cstr(out,
            "ab \xC3\xA9\xE0\xB8\x81\xF0\x9F\x90\x88"
            "e\xCC\x81\n");
    return buffer_text(out);
}

static void expect_addresses(struct str text)
{
    struct text_index *index = text_index_new(text);
    struct str whole = text_index_text(index);
    size_t chars = 0, utf16 = 0, byte = 0;

    CHECK_STR(whole, text);
    CHECK(whole.at != text.at || text.bytes == 0);
    for (;; chars++) {
        CHECK_INT(text_byte_of_char(index, chars), byte);
        CHECK_INT(text_char_of_byte(index, byte), chars);
        CHECK_INT(text_char_of_utf16(index, utf16), chars);
        CHECK_INT(text_utf16_of_char(index, chars), utf16);
        if (byte == text.bytes)
            break;
        size_t start = byte;
        bool pair = utf8_next(text, &byte) >= 0x10000;
        for (size_t inside = start + 1; inside < byte; inside++)
            CHECK_INT(text_char_of_byte(index, inside), SIZE_MAX);
        if (pair)
            CHECK_INT(text_char_of_utf16(index, utf16 + 1), SIZE_MAX);
        utf16 += pair ? 2 : 1;
    }
    CHECK_INT(text_index_chars(index), chars);
    CHECK_INT(text_index_utf16(index), utf16);
    CHECK_INT(text_byte_of_char(index, chars + 1), SIZE_MAX);
    CHECK_INT(text_char_of_byte(index, byte + 1), SIZE_MAX);
    CHECK_INT(text_char_of_utf16(index, utf16 + 1), SIZE_MAX);
    CHECK_INT(text_utf16_of_char(index, SIZE_MAX), SIZE_MAX);
    text_index_free(index);
}

TEST("bytes, characters and UTF-16 units lead to each other everywhere in a text")
{
    struct buffer text = { 0 };

    expect_addresses(STR(""));
    expect_addresses(STR("plain ASCII"));
    mixed_text(&text, 1);
    expect_addresses(buffer_text(&text));
    mixed_text(&text, 400);
    expect_addresses(buffer_text(&text));
    for (size_t chars = 254; chars <= 258; chars++) { /* around a checkpoint */
        buffer_drop(&text);
        for (size_t i = 0; i < chars; i++)
            buffer_put_cstr(&text, "\xC3\xA9");
        expect_addresses(buffer_text(&text));
    }
    buffer_drop(&text);
}

TEST("a range of characters is clamped to the text")
{
    struct text_index *index = text_index_new(STR("a\xF0\x9F\x90\x88"
                                                  "bc"));
    CHECK_STR(text_between(index, 1, 3),
        STR("\xF0\x9F\x90\x88"
            "b"));
    CHECK_STR(text_between(index, 0, SIZE_MAX),
        STR("a\xF0\x9F\x90\x88"
            "bc"));
    CHECK_STR(text_between(index, 3, 1), STR(""));
    CHECK_STR(text_between(index, 9, 12), STR(""));
    text_index_free(index);
}

TEST("an index costs little more than its text")
{
    struct buffer text = { 0 };
    mixed_text(&text, 10000);
    struct text_index *index = text_index_new(buffer_text(&text));
    CHECK(text_index_memory_bytes(index) > text.bytes);
    CHECK(text_index_memory_bytes(index) < text.bytes + text.bytes / 20 + 200);
    text_index_free(index);
    buffer_drop(&text);
}

/* -- quotes --------------------------------------------------------------------------------------
 */

struct found {
    enum resolved resolved;
    size_t count, total;
    struct place places[PLACES_MAX];
};

static struct found find_in(struct arena *arena, struct str text, struct quote quote)
{
    struct found found;
    struct text_index *index = text_index_new(text);
    found.resolved = quote_resolve(arena, index, &quote, found.places, &found.count, &found.total);
    text_index_free(index);
    return found;
}

static struct quote quote_of(const char *exact)
{
    return (struct quote){ .exact = str_from(exact) };
}

TEST("a quote that stands once is found, letter for letter or folded")
{
    const struct {
        const char *text, *quote, *exact;
    } rows[] = {
        { "the mass of men lead lives", "mass of men", "mass of men" },
        { "start", "start", "start" },
        { "\xF0\x9F\x90\x88 cat \xF0\x9F\x90\x88\xF0\x9F\x90\x88", "cat \xF0\x9F\x90\x88",
            "cat \xF0\x9F\x90\x88" },
        { "over a\nline  end", "a line end", "a\nline  end" },
        { "over a line end", "  a\n\tline\r\nend ", "a line end" },
        { "no\xC2\xA0"
          "break",
            "no break",
            "no\xC2\xA0"
            "break" },
        { "so\xC2\xAD"
          "ft and zero\xE2\x80\x8Bwidth",
            "soft and zerowidth",
            "so\xC2\xAD"
            "ft and zero\xE2\x80\x8Bwidth" },
        { "soft",
            "so\xC2\xAD"
            "ft",
            "soft" },
        { "she said \xE2\x80\x9Cit\xE2\x80\x99s\xE2\x80\x9D", "said \"it's\"",
            "said \xE2\x80\x9Cit\xE2\x80\x99s\xE2\x80\x9D" },
        { "it's", "it\xE2\x80\x99s", "it's" },
        { "one\xE2\x80\x94two \xE2\x80\x93 three", "one-two - three",
            "one\xE2\x80\x94two \xE2\x80\x93 three" },
        { "wait\xE2\x80\xA6 what", "wait... what", "wait\xE2\x80\xA6 what" },
        { "caf\xC3\xA9 open", "cafe\xCC\x81 open", "caf\xC3\xA9 open" },
        { "cafe\xCC\x81 open", "caf\xC3\xA9 open", "cafe\xCC\x81 open" },
        { "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB x", "\xED\x95\x9C", /* Hangul, letter by letter */
            "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB" },
        { "\xE0\xB8\xAA\xE0\xB8\xA7\xE0\xB8\xB1\xE0\xB8\xAA\xE0\xB8\x94\xE0\xB8\xB5",
            "\xE0\xB8\xAA\xE0\xB8\x94\xE0\xB8\xB5", "\xE0\xB8\xAA\xE0\xB8\x94\xE0\xB8\xB5" },
        { "caf\xC3\x83\xC2\xA9 \xEF\xBF\xBD", "\xC3\x83\xC2\xA9 \xEF\xBF\xBD",
            "\xC3\x83\xC2\xA9 \xEF\xBF\xBD" },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct found f = find_in(arena, str_from(rows[i].text), quote_of(rows[i].quote));
        if (f.resolved != RESOLVED)
            FAIL("row %zu is %d", i, (int)f.resolved);
        CHECK_STR(f.places[0].exact, str_from(rows[i].exact));
        CHECK_INT(f.count, 1);
        CHECK_INT(f.total, 1);
        CHECK(f.places[0].score == 1);
    }
    arena_free(arena);
}

TEST("a place tells its range in characters and its context")
{
    struct arena *arena = arena_make();
    struct found f =
        find_in(arena, STR("0123456789012345678901234567890123456789\xF0\x9F\x90\x88 here after"),
            quote_of("here"));
    CHECK_INT(f.places[0].range.start_chars, 42);
    CHECK_INT(f.places[0].range.end_chars, 46);
    CHECK_STR(f.places[0].before, STR("012345678901234567890123456789\xF0\x9F\x90\x88 "));
    CHECK_STR(f.places[0].after, STR(" after"));
    f = find_in(arena, STR("start"), quote_of("sta"));
    CHECK_INT(f.places[0].range.start_chars, 0);
    CHECK_STR(f.places[0].before, STR(""));
    arena_free(arena);
}

TEST("the letters themselves go before what only folds to them")
{
    struct arena *arena = arena_make();
    struct found f = find_in(arena, STR("it\xE2\x80\x99s and it's"), quote_of("it's"));
    CHECK_INT(f.resolved, RESOLVED);
    CHECK_INT(f.places[0].range.start_chars, 9);
    arena_free(arena);
}

TEST("a quote that stands more than once is ambiguous, its places in the text's order")
{
    struct arena *arena = arena_make();
    struct found f = find_in(arena, STR("one two one two one"), quote_of("one"));
    CHECK_INT(f.resolved, RESOLVED_AMBIGUOUS);
    CHECK_INT(f.count, 3);
    CHECK_INT(f.total, 3);
    CHECK_INT(f.places[0].range.start_chars, 0);
    CHECK_INT(f.places[1].range.start_chars, 8);
    CHECK_INT(f.places[2].range.start_chars, 16);

    f = find_in(arena, STR("aaaa"), quote_of("aa"));
    CHECK_INT(f.total, 3);
    arena_free(arena);
}

TEST("of twenty-five equal quotes twenty are listed and all are counted")
{
    struct arena *arena = arena_make();
    struct buffer text = { 0 };
    for (int i = 0; i < 25; i++)
        buffer_put_cstr(&text, "echo\n");
    struct found f = find_in(arena, buffer_text(&text), quote_of("echo"));
    CHECK_INT(f.resolved, RESOLVED_AMBIGUOUS);
    CHECK_INT(f.count, PLACES_MAX);
    CHECK_INT(f.total, 25);
    CHECK_INT(f.places[19].range.start_chars, 95);
    buffer_drop(&text);
    arena_free(arena);
}

TEST("prefix, suffix or position decide between equal quotes, and nothing else does")
{
    const char *text = "In spring the tree blooms.\nIn autumn the tree sheds.\n"
                       "In winter the  tree \xE2\x80\x9Csleeps\xE2\x80\x9D.";
    const size_t none = SIZE_MAX;
    const struct {
        const char *prefix, *suffix;
        size_t hint, start; /* none: ambiguous */
    } rows[] = {
        { NULL, NULL, none, none }, { "autumn the ", NULL, none, 41 },
        { "autumn the", NULL, none, 41 },  /* the blank at the seam left out */
        { "winter the ", NULL, none, 68 }, /* folded: two blanks there */
        { NULL, " blooms", none, 14 }, { NULL, "\n\"sleeps\"", none, 68 },
        { "In autumn the ", " sheds.", none, 41 },
        { "the ", NULL, none, none }, /* before all of them */
        { "the ", " sheds", none, 41 },
        { "summer the ", NULL, none, none },               /* before none, and little of it */
        { "Once in autumn the ", " sheds its", none, 41 }, /* most of it, clearly more */
        { NULL, NULL, 0, 14 }, { NULL, NULL, 40, 41 }, { NULL, NULL, 60, 68 },
        { NULL, NULL, 100000, 68 }, { "the ", NULL, 39, 41 },
        { "spring the ", NULL, 68, 14 }, /* what stands before it goes before the position */
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct quote quote = { .exact = STR("tree"),
            .prefix = str_from(rows[i].prefix),
            .suffix = str_from(rows[i].suffix),
            .has_hint = rows[i].hint != none,
            .hint_chars = rows[i].hint };
        struct found f = find_in(arena, str_from(text), quote);
        if (rows[i].start == none && f.resolved != RESOLVED_AMBIGUOUS)
            FAIL("row %zu is decided: %zu", i, f.places[0].range.start_chars);
        if (rows[i].start == none)
            continue;
        if (f.resolved != RESOLVED || f.places[0].range.start_chars != rows[i].start)
            FAIL("row %zu: %d, at %zu", i, (int)f.resolved, f.places[0].range.start_chars);
    }
    arena_free(arena);
}

TEST("a position in the middle of two equal quotes does not decide")
{
    struct arena *arena = arena_make();
    struct quote quote = { .exact = STR("ab"), .has_hint = true, .hint_chars = 5 };
    CHECK_INT(find_in(arena, STR("ab 3456789 ab"), quote).resolved, RESOLVED);
    CHECK_INT(find_in(arena, STR("ab 345678 ab"), quote).resolved, RESOLVED_AMBIGUOUS);
    arena_free(arena);
}

TEST("with a prefix that two of three places have, those two are the candidates")
{
    struct arena *arena = arena_make();
    struct quote quote = { .exact = STR("x"), .prefix = STR("left ") };
    struct found f = find_in(arena, STR("left x, right x, left x"), quote);
    CHECK_INT(f.resolved, RESOLVED_AMBIGUOUS);
    CHECK_INT(f.total, 2);
    CHECK_INT(f.places[1].range.start_chars, 22);
    arena_free(arena);
}

TEST("a quote that stands nowhere is answered with the passage most like it")
{
    const struct {
        const char *text, *quote, *nearest;
        double least;
    } rows[] = {
        { "the mass of men lead lives of quiet desperation", "mass of man leads lives",
            "mass of men lead lives", 0.85 },
        { "Constraint is what is meant.", "constrant", "Constraint", 0.85 },
        { "THE MASS OF MEN", "the mass of men", "THE MASS OF MEN", 0.98 },
        { "one two three four", "two tree", "two three", 0.8 },
        { "caf\xC3\xA9 \xF0\x9F\x90\x88 creme brulee", "cafe \xF0\x9F\x90\x88 cr\xC3\xA8me",
            "caf\xC3\xA9 \xF0\x9F\x90\x88 creme", 0.8 },
        { "nothing of the kind", "quadratic zebra", NULL, 0 },
        { "abc", "xyz", NULL, 0 },
        { "", "anything", NULL, 0 },
        { "anything", "", NULL, 0 },
        { "anything", " \n\xC2\xAD", NULL, 0 },
        { "short", "a much longer quote than the text", NULL, 0 },
    };
    struct arena *arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct found f = find_in(arena, str_from(rows[i].text), quote_of(rows[i].quote));
        if (f.resolved != RESOLVED_NOWHERE || f.total != 0)
            FAIL("row %zu is %d", i, (int)f.resolved);
        if (f.count != (rows[i].nearest ? 1 : 0))
            FAIL("row %zu: %zu shown", i, f.count);
        if (f.count == 0)
            continue;
        CHECK_STR(f.places[0].exact, str_from(rows[i].nearest));
        if (f.places[0].score < rows[i].least || f.places[0].score >= 1)
            FAIL("row %zu: score %f", i, f.places[0].score);
    }
    arena_free(arena);
}

/* Words of a made-up language, the same ones for the same seed. */
static void put_words(struct buffer *out, uint32_t seed, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        seed = seed * 1664525 + 1013904223;
        for (uint32_t letters = 3 + (seed >> 28) % 6, bits = seed >> 4; letters > 0; letters--) {
            buffer_put_char(out, (char)('a' + bits % 26));
            bits = bits / 26 + seed;
        }
        buffer_put_char(out, i % 12 == 11 ? '\n' : ' ');
    }
}

TEST("a long passage with a word changed in it is still shown, whole")
{
    struct arena *arena = arena_make();
    struct buffer text = { 0 }, passage = { 0 };
    put_words(&text, 1, 3000);
    size_t start = utf8_chars(buffer_text(&text));
    put_words(&passage, 2, 400);
    buffer_put(&text, buffer_text(&passage));
    put_words(&text, 3, 3000);
    passage.at[passage.bytes / 2] = 'X';
    passage.at[40] = 'X';
    struct found f =
        find_in(arena, buffer_text(&text), (struct quote){ .exact = buffer_text(&passage) });
    CHECK_INT(f.resolved, RESOLVED_NOWHERE);
    CHECK_INT(f.count, 1);
    CHECK_INT(f.places[0].range.start_chars, start);
    CHECK_INT(f.places[0].range.end_chars, start + passage.bytes - 1); /* its blank at the end */
    CHECK(f.places[0].score > 0.9);
    buffer_drop(&text);
    buffer_drop(&passage);
    arena_free(arena);
}

/* The distance by definition, to judge the fast search by. */
static size_t slow_distance(struct str text, struct str quote)
{
    size_t row[80], best;
    for (size_t i = 0; i <= quote.bytes; i++)
        row[i] = i;
    best = row[quote.bytes];
    for (size_t at = 0; at < text.bytes; at++) {
        size_t diagonal = 0;
        for (size_t i = 1; i <= quote.bytes; i++) {
            size_t change = diagonal + (quote.at[i - 1] != text.at[at]);
            size_t other = (row[i] < row[i - 1] ? row[i] : row[i - 1]) + 1;
            diagonal = row[i];
            row[i] = change < other ? change : other;
        }
        if (row[quote.bytes] < best)
            best = row[quote.bytes];
    }
    return best;
}

TEST("the fast search for what is alike agrees with the slow one")
{
    uint32_t seed = 11;
    for (int round = 0; round < 400; round++) {
        struct arena *arena = arena_make();
        char text[300], quote[80];
        seed = seed * 1664525 + 1013904223;
        size_t quote_bytes = 5 + (seed >> 16) % 70, from = (seed >> 8) % 150;
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1664525 + 1013904223;
            text[i] = (char)('a' + (seed >> 24) % 9);
        }
        memcpy(quote, text + from, quote_bytes);
        for (size_t i = 0; i < quote_bytes; i += 7 + (size_t)round % 5)
            quote[i] = 'z';
        struct str t = { text, sizeof text }, q = { quote, quote_bytes };
        struct found f = find_in(arena, t, (struct quote){ .exact = q });
        double score = 1 - (double)slow_distance(t, q) / (double)quote_bytes;
        if (f.resolved != RESOLVED_NOWHERE)
            FAIL("round %d is found", round);
        if (score >= 0.61 &&
            (f.count != 1 || f.places[0].score < score - 1e-9 || f.places[0].score > score + 1e-9))
            FAIL("round %d: %f, not %f", round, f.count ? f.places[0].score : 0, score);
        if (score < 0.59 && f.count != 0)
            FAIL("round %d: %f is shown", round, score);
        arena_free(arena);
    }
}

/* -- hostile -------------------------------------------------------------------------------------
 */

#define MANY (8u << 20)
#define SLOW_BYTES (1u << 20)

static struct str many(struct buffer *out, const char *unit, size_t bytes)
{
    buffer_drop(out);
    while (out->bytes + strlen(unit) <= bytes)
        buffer_put_cstr(out, unit);
    return buffer_text(out);
}

TEST("a letter that stands eight million times is counted, with and without context")
{
    struct arena *arena = arena_make();
    struct buffer text = { 0 };
    many(&text, "a", MANY);
    struct found f = find_in(arena, buffer_text(&text), quote_of("a"));
    CHECK_INT(f.resolved, RESOLVED_AMBIGUOUS);
    CHECK_INT(f.total, MANY);
    CHECK_INT(f.count, PLACES_MAX);
    struct quote quote = { .exact = STR("a"),
        .prefix = STR("b"),
        .suffix = STR("aaaa"),
        .has_hint = true,
        .hint_chars = 5000000 };
    f = find_in(arena, buffer_text(&text), quote);
    CHECK_INT(f.resolved, RESOLVED);
    CHECK_INT(f.places[0].range.start_chars, 5000000);
    buffer_drop(&text);
    arena_free(arena);
}

TEST("quotes made to be slow are answered")
{
    const struct {
        const char *unit, *quote_head, *quote_unit;
        size_t quote_bytes;
    } rows[] = {
        { "a", "", "a", SLOW_BYTES / 2 },
        { "a", "b", "a", SLOW_BYTES / 2 },
        { "a", "", "a", 4000 },
        { "a", "b", "a", 4000 },
        { "ab", "", "ab", 63 },
        { "a ", "b", "a\n", 3000 },
        { "\xE6\xBC\xA2", "x", "\xE6\xBC\xA2", 1500 },
        { "\xCC\x81", "x", "\xCC\x81", 1500 },
        { " ", "x", " ", 1500 },
        { "\xC2\xAD", "x", "y", 100 },
        { "\xE2\x80\xA6", "", ".....,", 600 },
        { "\xF0\x9F\x91\xA9\xE2\x80\x8D", "", "\xF0\x9F\x91\xA8", 400 },
    };
    struct buffer text = { 0 };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_make();
        struct buffer quote = { 0 };
        buffer_put_cstr(&quote, rows[i].quote_head);
        while (quote.bytes + strlen(rows[i].quote_unit) <= rows[i].quote_bytes)
            buffer_put_cstr(&quote, rows[i].quote_unit);
        many(&text, rows[i].unit, SLOW_BYTES);
        struct found f =
            find_in(arena, buffer_text(&text), (struct quote){ .exact = buffer_text(&quote) });
        if ((f.resolved == RESOLVED_AMBIGUOUS) != (f.total > 1))
            FAIL("row %zu: %d of %zu", i, (int)f.resolved, f.total);
        buffer_drop(&quote);
        arena_free(arena);
    }
    buffer_drop(&text);
}

/* -- snapping ------------------------------------------------------------------------------------
 */

TEST("a range grows to whole characters as readers see them")
{
    /* e and its accent; a family joined from three; a flag; Thai with a vowel above */
    struct str text = STR("xe\xCC\x81y"
                          "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA6"
                          "z\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA\xE0\xB8\x97\xE0\xB8\xB5\xE0\xB9\x88");
    const struct {
        size_t start, end, snapped_start, snapped_end;
    } rows[] = {
        { 0, 2, 0, 3 },
        { 2, 3, 1, 3 },
        { 1, 3, 1, 3 },
        { 3, 4, 3, 4 },
        { 4, 5, 4, 9 },
        { 6, 7, 4, 9 },
        { 8, 10, 4, 10 },
        { 11, 12, 10, 12 },
        { 12, 13, 12, 15 },
        { 14, 15, 12, 15 },
        { 2, 2, 1, 1 }, /* a caret stays one */
        { 0, 15, 0, 15 },
        { 14, 99, 12, 15 },
        { 99, 120, 15, 15 },
    };
    struct text_index *index = text_index_new(text);
    CHECK_INT(text_index_chars(index), 15);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct range r = range_snap(index, (struct range){ rows[i].start, rows[i].end });
        if (r.start_chars != rows[i].snapped_start || r.end_chars != rows[i].snapped_end)
            FAIL("row %zu: %zu to %zu", i, r.start_chars, r.end_chars);
    }
    text_index_free(index);
}

TEST("marks stacked without end are cut at a bound")
{
    struct buffer text = { 0 };
    buffer_put_char(&text, 'e');
    for (int i = 0; i < 100000; i++)
        buffer_put_cstr(&text, "\xCC\x81");
    struct text_index *index = text_index_new(buffer_text(&text));
    struct range r = range_snap(index, (struct range){ 50000, 50001 });
    CHECK(r.start_chars <= 50000 && r.start_chars > 49000);
    CHECK(r.end_chars >= 50001 && r.end_chars < 51000);
    text_index_free(index);
    buffer_drop(&text);
}
