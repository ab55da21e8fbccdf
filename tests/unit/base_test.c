#include "base/arena.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/invalid.h"
#include "base/rates.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "base/writer.h"

#include "test.h"

/* -- arena ---------------------------------------------------------------------------------------
 */

TEST("what an arena gives is zeroed, aligned and apart from what it gave before")
{
    struct arena *arena = arena_make();
    unsigned char *last = NULL;
    for (size_t bytes = 0; bytes < 9000; bytes += 1 + bytes / 7) {
        unsigned char *now = arena_alloc(arena, bytes);
        CHECK_INT((uintptr_t)now % 16, 0);
        for (size_t i = 0; i < bytes; i++)
            CHECK_INT(now[i], 0);
        memset(now, 0xAA, bytes);
        CHECK(now != last);
        last = bytes > 0 ? now : last;
    }
    CHECK(arena_bytes(arena) > 9000);
    arena_free(arena);
}

static char release_order[4];

static void release(void *object)
{
    strncat(release_order, object, 1);
}

TEST("an arena releases what it owns, latest first")
{
    struct arena *arena = arena_make();
    char names[] = "abc";
    for (size_t i = 0; i < 3; i++)
        arena_own(arena, names + i, release);
    arena_free(arena);
    CHECK_STR(str_from(release_order), STR("cba"));
    arena_free(NULL);
}

TEST("copies outlive their source, and nothing stays nothing")
{
    struct arena *arena = arena_make();
    char source[] = "text";
    struct str copy = arena_dup(arena, str_from(source));
    source[0] = 'n';
    CHECK_STR(copy, STR("text"));
    CHECK_INT(copy.at[copy.bytes], 0);
    CHECK(!str_given(arena_dup(arena, STR_NONE)));
    CHECK(str_given(arena_dup(arena, STR(""))));
    CHECK_STR(arena_printf(arena, "%d %s", 42, "things"), STR("42 things"));
    arena_free(arena);
}

TEST("a buffer grows from nothing to what was put in")
{
    struct arena *arena = arena_make();
    struct buffer buffer = { 0 };
    CHECK_STR(buffer_text(&buffer), STR(""));
    CHECK(str_given(buffer_text(&buffer)));
    for (int i = 0; i < 1000; i++)
        buffer_put_cstr(&buffer, "ab");
    buffer_put_number(&buffer, 1234567890123);
    buffer_put_utf8(&buffer, 0x1F408);
    struct str text = buffer_finish(&buffer, arena);
    CHECK_INT(text.bytes, 2000 + 13 + 4);
    CHECK(str_ends(text, STR("ab1234567890123\xF0\x9F\x90\x88")));
    CHECK_INT(buffer.bytes, 0);
    arena_free(arena);
}

/* -- text ----------------------------------------------------------------------------------------
 */

TEST("texts compare, begin, end and contain as their bytes do")
{
    CHECK(str_eq(STR(""), STR_NONE));
    CHECK(str_given(STR("")) && !str_given(STR_NONE));
    CHECK(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
    CHECK(!str_eq_nocase(STR("\xC3\x84"), STR("\xC3\xA4")));
    CHECK(str_compare(STR("a"), STR("ab")) < 0 && str_compare(STR("b"), STR("ab")) > 0);
    CHECK_INT(str_compare(STR(""), STR_NONE), 0);
    CHECK(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")));
    CHECK(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
    CHECK_INT(str_find(STR("abcabc"), STR("bc"), 2), 4);
    CHECK_INT(str_find(STR("abc"), STR("bc"), 2), SIZE_MAX);
    CHECK_INT(str_find(STR("abc"), STR(""), 3), 3);
    CHECK_INT(str_find(STR("abc"), STR(""), 4), SIZE_MAX);
}

TEST("slices are clamped and trims take blanks only")
{
    CHECK_STR(str_slice(STR("abc"), 1, 99), STR("bc"));
    CHECK_STR(str_slice(STR("abc"), 2, 1), STR(""));
    CHECK(!str_given(str_slice(STR_NONE, 0, 1)));
    CHECK_STR(str_trim(STR(" \t\r\n a b \n")), STR("a b"));
    CHECK_STR(str_trim(STR("\xC2\xA0x")), STR("\xC2\xA0x"));
    CHECK_STR(str_trim(STR("  ")), STR(""));
}

TEST("a cut gives head and rest, and says when there was nothing to cut at")
{
    struct str head, rest;
    CHECK(str_cut(STR("a:b:c"), ':', &head, &rest));
    CHECK_STR(head, STR("a"));
    CHECK_STR(rest, STR("b:c"));
    CHECK(str_cut(STR(":"), ':', &head, &rest));
    CHECK(str_given(rest));
    CHECK(!str_cut(STR("abc"), ':', &head, &rest));
    CHECK_STR(head, STR("abc"));
    CHECK(!str_given(rest));
}

TEST("only plain decimal numbers that fit are read")
{
    const struct {
        const char *text;
        bool ok;
        uint64_t number;
    } rows[] = { { "0", true, 0 }, { "007", true, 7 }, { "18446744073709551615", true, UINT64_MAX },
        { "18446744073709551616", false, 0 }, { "", false, 0 }, { "-1", false, 0 },
        { "+1", false, 0 }, { " 1", false, 0 }, { "1e3", false, 0 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t number = 99;
        if (str_to_u64(str_from(rows[i].text), &number) != rows[i].ok ||
            number != (rows[i].ok ? rows[i].number : 99))
            FAIL("row %zu: %ju", i, (uintmax_t)number);
    }
}

TEST("UTF-8 is valid only in its shortest form, without surrogates, up to U+10FFFF")
{
    const struct {
        struct str text;
        size_t valid_bytes;
    } rows[] = {
        { STR(""), 0 },
        { STR("plain text that is longer than eight bytes"), 42 },
        { STR("\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), 18 },
        { STR("\0ok"), 3 },
        { STR("12345678\x80"), 8 },
        { STR("ab\xC0\x80"), 2 },
        { STR("ab\xC1\xBF"), 2 },
        { STR("\xE0\x9F\xBF"), 0 },
        { STR("\xED\x9F\xBF\xED\xA0\x80"), 3 },
        { STR("\xF0\x8F\xBF\xBF"), 0 },
        { STR("\xF4\x90\x80\x80"), 0 },
        { STR("\xF5\x80\x80\x80"), 0 },
        { STR("a\xE2\x82"), 1 },
        { STR("a\xE2\x82z"), 1 },
        { STR("\xFF"), 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (utf8_valid_bytes(rows[i].text) != rows[i].valid_bytes)
            FAIL("row %zu: %zu", i, utf8_valid_bytes(rows[i].text));
        CHECK_INT(utf8_valid(rows[i].text), rows[i].valid_bytes == rows[i].text.bytes);
    }
}

TEST("every code point survives being written and read")
{
    for (uint32_t c = 1; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
        char room[4];
        size_t at = 0;
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        struct str text = { room, utf8_put(room, c) };
        CHECK(utf8_valid(text));
        CHECK_INT(utf8_next(text, &at), c);
        CHECK_INT(at, text.bytes);
        CHECK_INT(utf8_chars(text), 1);
        CHECK_INT(utf8_utf16(text), c >= 0x10000 ? 2 : 1);
    }
}

TEST("UTF-16 is read in pairs, and what is unpaired as it is")
{
    const uint16_t units[] = { 'a', 0xD83D, 0xDC08, 0xDC08, 0xD83D, 'b', 0xD83D };
    const uint32_t wanted[] = { 'a', 0x1F408, 0xDC08, 0xD83D, 'b', 0xD83D };
    size_t at = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        CHECK_INT(utf16_next(units, sizeof units / sizeof *units, &at), wanted[i]);
    CHECK_INT(at, sizeof units / sizeof *units);
}

TEST("offsets in characters know where the text ends")
{
    struct str text = STR("a\xF0\x9F\x90\x88\xC3\xA9");
    CHECK_INT(utf8_offset_of_char(text, 0), 0);
    CHECK_INT(utf8_offset_of_char(text, 2), 5);
    CHECK_INT(utf8_offset_of_char(text, 3), 7);
    CHECK_INT(utf8_offset_of_char(text, 4), SIZE_MAX);
    CHECK_STR(utf8_head(text, 2), STR("a\xF0\x9F\x90\x88"));
    CHECK_STR(utf8_tail(text, 1), STR("\xC3\xA9"));
    CHECK_STR(utf8_tail(text, 9), text);
    CHECK_STR(utf8_head(text, 9), text);
}

/* -- ids -----------------------------------------------------------------------------------------
 */

TEST("new ids are of version 7, sort by birth, and are all different")
{
    struct uuid last = uuid_new();
    for (int i = 0; i < 10000; i++) {
        struct uuid id = uuid_new();
        CHECK_INT(id.bytes[6] >> 4, 7);
        CHECK_INT(id.bytes[8] >> 6, 2);
        CHECK(uuid_order(last, id) < 0);
        last = id;
    }
    CHECK_INT(uuid_random().bytes[6] >> 4, 4);
    CHECK(!uuid_eq(uuid_random(), uuid_random()));
    CHECK(uuid_is_nil(UUID_NIL));
}

TEST("an id has one spelling")
{
    struct uuid id, back;
    char text[UUID_TEXT_BYTES + 1];
    CHECK(uuid_read(STR("01890a5d-ac96-774b-bcce-b302099a8057"), &id));
    uuid_write(id, text);
    CHECK_STR(str_from(text), STR("01890a5d-ac96-774b-bcce-b302099a8057"));
    const char *const refused[] = { "", "01890A5D-ac96-774b-bcce-b302099a8057",
        "01890a5dac96774bbcceb302099a8057", "01890a5d-ac96-774b-bcce-b302099a805",
        "01890a5d-ac96-774b-bcce-b302099a80577", "01890a5d-ac96-774b-bcce_b302099a8057",
        "{1890a5d-ac96-774b-bcce-b302099a8057}" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (uuid_read(str_from(refused[i]), &back))
            FAIL("%s is read", refused[i]);
}

TEST("a TypeID is the id in base32 behind its prefix, as the specification's example has it")
{
    struct arena *arena = arena_make();
    struct uuid id, back;
    CHECK(uuid_read(STR("01890a5d-ac96-774b-bcce-b302099a8057"), &id));
    struct str text = typeid_write(arena, "prefix", id);
    CHECK_STR(text, STR("prefix_01h455vb4pex5vsknk084sn02q"));
    CHECK(typeid_read(text, "prefix", &back) && uuid_eq(id, back));
    const char *const refused[] = { "", "prefix_", "other_01h455vb4pex5vsknk084sn02q",
        "01h455vb4pex5vsknk084sn02q", "prefix_01h455vb4pex5vsknk084sn02",
        "prefix_01h455vb4pex5vsknk084sn02qq", "prefix_01H455VB4PEX5VSKNK084SN02Q",
        "prefix_81h455vb4pex5vsknk084sn02q", /* 131 bits */
        "prefix_01h455vb4pex5vsknk084sn02u", "prefix-01h455vb4pex5vsknk084sn02q",
        "prefix_00000000000000000000000000" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (typeid_read(str_from(refused[i]), "prefix", &back))
            FAIL("%s is read", refused[i]);
    for (int i = 0; i < 1000; i++) {
        id = uuid_random();
        CHECK(typeid_read(typeid_write(arena, "ann", id), "ann", &back) && uuid_eq(id, back));
    }
    arena_free(arena);
}

/* -- time ----------------------------------------------------------------------------------------
 */

TEST("a time is read in every form of RFC 3339 and written in one")
{
    const struct {
        const char *text, *written; /* NULL: refused */
    } rows[] = {
        { "2026-03-01T09:30:00Z", "2026-03-01T09:30:00.000000Z" },
        { "2026-03-01t09:30:00.1234567z", "2026-03-01T09:30:00.123456Z" },
        { "2026-03-01T09:30:00.5+05:45", "2026-03-01T03:45:00.500000Z" },
        { "2026-03-01T00:00:00-00:30", "2026-03-01T00:30:00.000000Z" },
        { "2024-02-29", "2024-02-29T00:00:00.000000Z" },
        { "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z" },
        { "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z" },
        { "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z" },
        { "9999-12-31T23:59:59-00:01", NULL },
        { "9999-12-31T23:59:60Z", NULL },
        { "0001-01-01T00:00:00+00:01", NULL },
        { "2025-02-29", NULL },
        { "1900-02-29", NULL },
        { "2026-13-01", NULL },
        { "2026-00-01", NULL },
        { "2026-01-32", NULL },
        { "2026-03-01T24:00:00Z", NULL },
        { "2026-03-01T09:60:00Z", NULL },
        { "2026-03-01T09:30:00", NULL },
        { "2026-03-01T09:30Z", NULL },
        { "2026-03-01 ", NULL },
        { "2026-3-1", NULL },
        { "0000-01-01", NULL },
        { "1772357400", NULL },
        { "yesterday", NULL },
        { "", NULL },
        { "2026-03-01T09:30:00.Z", NULL },
        { "2026-03-01T09:30:00.1234567890Z", NULL },
        { "2026-03-01T09:30:00+24:00", NULL },
        { "2026-03-01T09:30:00Zx", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t us;
        char written[TIME_TEXT_BYTES + 1];
        bool ok = time_parse(str_from(rows[i].text), &us);
        if (ok != (rows[i].written != NULL))
            FAIL("%s is %s", rows[i].text, ok ? "read" : "refused");
        if (!ok)
            continue;
        time_format(us, written);
        CHECK_STR(str_from(written), str_from(rows[i].written));
    }
}

TEST("the monotonic clock does not step back")
{
    int64_t last = clock_monotonic_ms();
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_monotonic_ms();
        CHECK(now >= last);
        last = now;
    }
    CHECK(clock_wall_us() > INT64_C(1700000000000000));
}

/* -- JSON ----------------------------------------------------------------------------------------
 */

TEST("the writer puts commas, escapes and null where they belong")
{
    struct arena *arena = arena_make();
    struct writer w;
    writer_start(&w);
    writer_object(&w);
    writer_key_text(
        &w, "text", STR("\"q\" \\ \n\t\x01\x7F </script> \xF0\x9F\x90\x88\xE2\x80\xA8"));
    writer_key_text(&w, "none", STR_NONE);
    writer_key_text(&w, "empty", STR(""));
    writer_key(&w, "list");
    writer_array(&w);
    writer_int(&w, INT64_MIN);
    writer_bool(&w, true);
    writer_null(&w);
    writer_raw(&w, STR("{\"raw\":1}"));
    writer_object(&w);
    writer_object_end(&w);
    writer_array(&w);
    writer_array_end(&w);
    writer_array_end(&w);
    writer_raw_members(&w, STR_NONE);
    writer_raw_members(&w, STR("\"a\":1,\"b\":2"));
    writer_key_bool(&w, "last", false);
    writer_object_end(&w);
    CHECK_STR(writer_finish(&w, arena),
        STR("{\"text\":\"\\\"q\\\" \\\\ \\n\\t\\u0001\\u007f \\u003c/script\\u003e "
            "\xF0\x9F\x90\x88\\u2028\","
            "\"none\":null,\"empty\":\"\",\"list\":[-9223372036854775808,true,null,{\"raw\":1},{},["
            "]],"
            "\"a\":1,\"b\":2,\"last\":false}"));
    arena_free(arena);
}

TEST("fractions are written with six digits that count")
{
    struct arena *arena = arena_make();
    struct writer w;
    writer_start(&w);
    writer_array(&w);
    writer_double(&w, 1);
    writer_double(&w, 0.1);
    writer_double(&w, 2.0 / 3);
    writer_double(&w, -1.5e300);
    writer_array_end(&w);
    CHECK_STR(writer_finish(&w, arena), STR("[1,0.1,0.666667,-1.5e+300]"));
    arena_free(arena);
}

/* -- faults and rates ----------------------------------------------------------------------------
 */

TEST("faults are kept up to a bound, and adding one is false")
{
    struct arena *arena = arena_make();
    struct invalid why = { 0 };
    for (int i = 0; i < FAULTS_MAX + 5; i++)
        CHECK(!invalid_add(&why, arena, "/tags/0", "type", "number %d is not a text", i));
    CHECK_INT(why.count, FAULTS_MAX);
    CHECK_STR(why.faults[2].detail, STR("number 2 is not a text"));
    CHECK_STR(why.faults[2].pointer, STR("/tags/0"));
    arena_free(arena);
}

TEST("a rate lets a burst through, then as many as a minute has")
{
    struct rates *rates = rates_new();
    struct rate rate = { .per_minute = 60, .burst = 3 };
    for (uint32_t i = 0; i < 3; i++) {
        struct rate_verdict v = rates_take(rates, 'a', STR("ann"), rate, 1000000);
        CHECK(v.allowed);
        CHECK_INT(v.remaining, 2 - i);
    }
    struct rate_verdict v = rates_take(rates, 'a', STR("ann"), rate, 1000000);
    CHECK(!v.allowed);
    CHECK_INT(v.retry_after_s, 1);
    CHECK(rates_take(rates, 'b', STR("ann"), rate, 1000000).allowed);
    CHECK(rates_take(rates, 'a', STR("ben"), rate, 1000000).allowed);
    CHECK(rates_take(rates, 'a', STR("ann"), rate, 1001000).allowed);
    CHECK(!rates_take(rates, 'a', STR("ann"), rate, 1001500).allowed);
    CHECK_INT(rates_take(rates, 'a', STR("ann"), rate, 1100000).remaining, 2);
    rates_free(rates);
}
