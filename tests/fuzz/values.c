/* Small texts that clients give back or write by hand: cursors, ids, times, numbers, addresses. The
 * first byte says which; where a checksum stands in the way, the input is what it is made of. */
#include "fuzz.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "formats/v1_documents.h"
#include "http/router.h"
#include "model/group.h"
#include "model/uri.h"
#include "step/cursor.h"

#include <stdlib.h>
#include <string.h>

const char fuzz_target[] = "values";

#define YEAR_1_US (-62135596800000000)
#define YEAR_10000_US 253402300800000000

static void check_cursor_text(struct arena *arena, struct str text)
{
    static const char orders[] = { CURSOR_CREATED, CURSOR_UPDATED, CURSOR_OLDEST, CURSOR_NUMBER };
    int read = 0;

    for (size_t i = 0; i < sizeof orders; i++) {
        struct cursor cursor;
        if (!cursor_read(text, (enum cursor_order)orders[i], &cursor))
            continue;
        read++;
        PROMISE(str_eq(cursor_write(arena, &cursor), text));
    }
    PROMISE(read <= 1);
}

/* A cursor that somebody made up, checksum and all: what it says can be asked of the database. */
static void check_cursor_made_up(struct arena *arena, struct str input)
{
    struct cursor made = { .order = CURSOR_CREATED }, read;

    if (input.bytes < 26)
        return;
    if (input.at[0] & 1)
        made.order = CURSOR_NUMBER;
    memcpy(&made.time_us, input.at + 1, 8);
    memcpy(made.id.bytes, input.at + 9, 16);
    made.minor = (uint8_t)input.at[25];
    if (!cursor_read(cursor_write(arena, &made), made.order, &read))
        return;
    PROMISE(read.time_us == made.time_us && uuid_eq(read.id, made.id) && read.minor == made.minor);
    if (made.order == CURSOR_NUMBER)
        PROMISE(read.time_us >= INT32_MIN && read.time_us <= INT32_MAX);
    else
        PROMISE(read.time_us >= YEAR_1_US && read.time_us < YEAR_10000_US);
}

static void check_ids(struct arena *arena, struct str text)
{
    char canonical[UUID_TEXT_BYTES + 1];
    struct uuid id;

    if (typeid_read(text, "doc", &id))
        PROMISE(str_eq(typeid_write(arena, "doc", id), text));
    if (uuid_read(text, &id)) {
        uuid_write(id, canonical);
        PROMISE(str_eq(str_from(canonical), text));
    }
    const struct reader nobody = { 0 };
    if (group_id_read(text, &nobody, &id))
        PROMISE(!str_eq(text, STR("mine")));
}

static void check_time(struct str text)
{
    char written[TIME_TEXT_BYTES + 1];
    int64_t us, again;

    if (!time_parse(text, &us))
        return;
    time_format(us, written);
    PROMISE(strlen(written) == TIME_TEXT_BYTES);
    PROMISE(us >= YEAR_1_US && us < YEAR_10000_US);
    PROMISE(time_parse(str_from(written), &again) && again == us);
}

static void check_number(struct arena *arena, struct str text)
{
    uint64_t number = 7;

    if (!str_to_u64(text, &number)) {
        PROMISE(number == 7);
        return;
    }
    while (text.bytes > 1 && text.at[0] == '0')
        text = str_slice(text, 1, text.bytes);
    PROMISE(str_eq(arena_printf(arena, "%llu", (unsigned long long)number), text));
}

static void check_uri(struct arena *arena, struct str text)
{
    struct str normal, again;

    if (uri_normalize(arena, text, &normal) != URI_FINE)
        return;
    PROMISE(normal.bytes <= URI_MAX_BYTES && utf8_valid(normal));
    PROMISE(str_starts(normal, STR("http://")) || str_starts(normal, STR("https://")) ||
        str_starts(normal, STR("urn:")));
    for (size_t i = 0; i < normal.bytes; i++)
        PROMISE((unsigned char)normal.at[i] > ' ' && !strchr("\"<>\\#\177", normal.at[i]));
    PROMISE(uri_normalize(arena, normal, &again) == URI_FINE && str_eq(again, normal));
}

static void check_escapes(struct arena *arena, struct str text)
{
    struct str out;

    if (percent_decode(arena, text, true, &out)) {
        PROMISE(utf8_valid(out) && out.bytes <= text.bytes);
        PROMISE(!memchr(out.at, 0, out.bytes) && out.at[out.bytes] == '\0');
    }
}

static void check_language(struct arena *arena, struct str text)
{
    struct invalid why = { 0 };

    if (!v1_check_language(&why, arena, "/language", text))
        return;
    PROMISE(why.count == 0 && text.bytes >= 2 && text.bytes <= 35);
    for (size_t i = 0; i < text.bytes; i++)
        PROMISE((unsigned char)text.at[i] < 0x80 && text.at[i] > ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes == 0)
        return 0;
    struct arena *arena = arena_make();
    struct str text = { (const char *)data + 1, bytes - 1 };

    switch (data[0]) {
    case 'c':
        check_cursor_text(arena, text);
        break;
    case 'm':
        check_cursor_made_up(arena, text);
        break;
    case 'i':
        check_ids(arena, text);
        break;
    case 't':
        check_time(text);
        break;
    case 'n':
        check_number(arena, text);
        break;
    case 'u':
        check_uri(arena, text);
        break;
    case '%':
        check_escapes(arena, text);
        break;
    case 'l':
        check_language(arena, text);
        break;
    }
    arena_free(arena);
    return 0;
}
