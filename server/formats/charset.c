#include "formats/charset.h"

#include "base/buffer.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/utf16.h>

#define PIECE_BYTES 16384
#define PIECE_UNITS (PIECE_BYTES * 4 + 256) /* no charset makes more of its bytes at once */
#define UNIT_BYTES_MAX 1024
#define NAME_MAX_BYTES 40
#define BYTE_ORDER_MARK 0xFEFF

struct decoder {
    struct buffer text;
    struct map_runs runs;
    size_t nul_at; /* SIZE_MAX: none */
    bool after_cr;
};

static bool is_dropped(uint32_t c)
{
    return c == BYTE_ORDER_MARK || (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
}

/* One character of the source, made from its bytes [at, at + bytes). */
static void put(struct decoder *d, uint32_t c, size_t at, size_t bytes)
{
    bool after_cr = d->after_cr;

    if (bytes > UNIT_BYTES_MAX) /* an endless run of shift sequences */
        bytes = UNIT_BYTES_MAX;

    d->after_cr = c == '\r';
    if (c == 0 && d->nul_at == SIZE_MAX)
        d->nul_at = at;
    if (c == '\n' && after_cr) {
        /* CR LF is one line end: the newline put for the CR now stands for both */
        struct map_run *last = &d->runs.at[d->runs.count - 1];
        size_t unit = last->source_unit;
        if (--last->count == 0)
            d->runs.count--;
        map_add(&d->runs,
            (struct map_run){ d->text.bytes - 1, at - unit, 1, 1, (uint16_t)(unit + bytes) });
        return;
    }
    if (is_dropped(c))
        return;
    size_t start = d->text.bytes;
    buffer_put_utf8(&d->text, c == '\r' ? '\n' : c);
    map_add(&d->runs,
        (struct map_run){ start, at, 1, (uint16_t)(d->text.bytes - start), (uint16_t)bytes });
}

/* UTF-8: what can be copied is copied as it stands. */
static void decode_utf8(struct decoder *d, struct str source)
{
    size_t i = 0, from = 0;
    while (i < source.bytes) {
        unsigned char lead = (unsigned char)source.at[i];
        bool is_mark =
            lead == 0xEF && i + 2 < source.bytes && memcmp(source.at + i, "\xEF\xBB\xBF", 3) == 0;
        if ((lead >= 0x20 || lead == '\t' || lead == '\n') && !is_mark) {
            i++;
            continue;
        }
        map_add(&d->runs, (struct map_run){ d->text.bytes, from, i - from, 1, 1 });
        buffer_put(&d->text, str_slice(source, from, i));
        if (lead == 0 && d->nul_at == SIZE_MAX)
            d->nul_at = i;
        if (lead == '\r') {
            bool pair = i + 1 < source.bytes && source.at[i + 1] == '\n';
            map_add(&d->runs, (struct map_run){ d->text.bytes, i, 1, 1, pair ? 2 : 1 });
            buffer_put_char(&d->text, '\n');
            i += pair ? 2 : 1;
        } else {
            i += is_mark ? 3 : 1;
        }
        from = i;
    }
    map_add(&d->runs, (struct map_run){ d->text.bytes, from, i - from, 1, 1 });
    buffer_put(&d->text, str_slice(source, from, i));
}

static bool is_clean_utf8(struct str source)
{
    for (size_t i = 0; i < source.bytes; i++)
        if ((unsigned char)source.at[i] < 0x20 && source.at[i] != '\n' && source.at[i] != '\t')
            return false;
    return str_find(source, STR("\xEF\xBB\xBF"), 0) == SIZE_MAX;
}

static enum text_fault finish(struct arena *arena, struct decoder *d, struct decoded *out)
{
    if (d->nul_at != SIZE_MAX || d->text.bytes > TEXT_SOURCE_MAX_BYTES) {
        buffer_drop(&d->text);
        map_drop(&d->runs);
        out->fault_byte = d->nul_at;
        return d->nul_at != SIZE_MAX ? TEXT_HAS_NUL : TEXT_TOO_LARGE;
    }
    out->text = buffer_finish(&d->text, arena);
    out->runs = d->runs;
    return TEXT_OK;
}

static enum text_fault from_utf8(struct arena *arena, struct str source, struct decoded *out)
{
    struct decoder d = { .nul_at = SIZE_MAX };

    out->charset = STR("UTF-8");
    out->fault_byte = utf8_valid_bytes(source);
    if (out->fault_byte < source.bytes)
        return TEXT_NOT_IN_CHARSET;
    if (is_clean_utf8(source)) {
        out->text = source;
        out->same = true;
        return TEXT_OK;
    }
    decode_utf8(&d, source);
    return finish(arena, &d, out);
}

/* A character is known to have ended when the next one begins. */
struct waiting {
    bool any;
    uint32_t c;
    size_t at;
};

static void put_units(struct decoder *d, struct waiting *w, const UChar *units, size_t count,
    const int32_t *offsets, size_t piece_at, size_t carried)
{
    for (size_t i = 0; i < count;) {
        size_t start = offsets[i] < 0 ? piece_at - carried : piece_at + (size_t)offsets[i];
        if (start < w->at || start >= piece_at + PIECE_BYTES)
            start = w->at; /* ICU did not keep count; the map is nothing to fail for */
        uint32_t c = utf16_next(units, count, &i);
        /* of several characters from the same bytes, the last one stands for the bytes */
        size_t bytes = start > w->at ? start - w->at : 0;
        if (w->any)
            put(d, w->c, w->at, bytes);
        *w = (struct waiting){ true, c, start };
    }
}

static enum text_fault convert(
    UConverter *converter, struct str source, struct decoder *d, size_t *fault_byte)
{
    UChar *units = mem_alloc(PIECE_UNITS * sizeof *units);
    int32_t *offsets = mem_zero(PIECE_UNITS, sizeof *offsets);
    struct waiting w = { 0 };
    UErrorCode status = U_ZERO_ERROR;

    for (size_t at = 0; at < source.bytes && U_SUCCESS(status); at += PIECE_BYTES) {
        size_t end = source.bytes - at < PIECE_BYTES ? source.bytes : at + PIECE_BYTES;
        UErrorCode pending = U_ZERO_ERROR;
        size_t carried = (size_t)ucnv_toUCountPending(converter, &pending);
        const char *from = source.at + at;
        UChar *to = units;
        ucnv_toUnicode(converter, &to, units + PIECE_UNITS, &from, source.at + end, offsets,
            end == source.bytes, &status);
        put_units(d, &w, units, (size_t)(to - units), offsets, at, carried);
        if (U_FAILURE(status)) {
            char bad[32];
            int8_t bad_bytes = sizeof bad;
            UErrorCode asked = U_ZERO_ERROR;
            ucnv_getInvalidChars(converter, bad, &bad_bytes, &asked);
            *fault_byte = (size_t)(from - source.at) - (U_SUCCESS(asked) ? (size_t)bad_bytes : 0);
        }
    }
    if (w.any)
        put(d, w.c, w.at, source.bytes - w.at);
    free(units);
    free(offsets);
    return U_SUCCESS(status) ? TEXT_OK : TEXT_NOT_IN_CHARSET;
}

static enum text_fault from_charset(
    struct arena *arena, struct str source, const char *name, struct decoded *out)
{
    struct decoder d = { .nul_at = SIZE_MAX };
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(name, &status);
    if (U_FAILURE(status))
        return TEXT_UNKNOWN_CHARSET;
    ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);

    enum text_fault fault = convert(converter, source, &d, &out->fault_byte);
    ucnv_close(converter);
    if (fault != TEXT_OK) {
        buffer_drop(&d.text);
        map_drop(&d.runs);
        return fault;
    }
    out->charset = arena_dup(arena, str_from(name));
    return finish(arena, &d, out);
}

/* Names lead ICU to files, so only what looks like one of its names is asked for. */
static bool is_charset_name(struct str name)
{
    if (name.bytes == 0 || name.bytes > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < name.bytes; i++)
        if (!isalnum((unsigned char)name.at[i]) && !strchr("-_.:+", name.at[i]))
            return false;
    return true;
}

/* The name that a reader would know the charset by. Latin-1 and ASCII are windows-1252, as on the
 * web (WHATWG Encoding 4.2): what calls itself so is mostly that. NULL: there is none. */
static const char *known_charset(struct arena *arena, struct str label)
{
    UErrorCode status = U_ZERO_ERROR;
    if (!is_charset_name(label))
        return NULL;
    const char *name = arena_cstr(arena, label);
    if (ucnv_countAliases(name, &status) == 0 || U_FAILURE(status))
        return NULL;
    const char *mime = ucnv_getStandardName(name, "MIME", &status);
    if (!mime || U_FAILURE(status)) {
        status = U_ZERO_ERROR;
        mime = ucnv_getStandardName(name, "IANA", &status);
    }
    if (!mime || U_FAILURE(status))
        return NULL; /* ICU's own inventions, of which some do not know where they are */
    name = mime;
    if (strcmp(name, "ISO-8859-1") == 0 || strcmp(name, "US-ASCII") == 0)
        return "windows-1252";
    if (strcmp(name, "UTF-16") == 0) /* without a mark: as nearly all of it is */
        return "UTF-16LE";
    return name;
}

static const char *marked_charset(struct str source)
{
    if (str_starts(source, STR("\xEF\xBB\xBF")))
        return "UTF-8";
    if (str_starts(source, STR("\xFF\xFE\0\0")))
        return "UTF-32LE";
    if (str_starts(source, STR("\0\0\xFE\xFF")))
        return "UTF-32BE";
    if (str_starts(source, STR("\xFF\xFE")))
        return "UTF-16LE";
    return str_starts(source, STR("\xFE\xFF")) ? "UTF-16BE" : NULL;
}

enum text_fault charset_decode(
    struct arena *arena, struct str source, struct str charset, struct decoded *out)
{
    *out = (struct decoded){ 0 };
    const char *name = marked_charset(source);
    if (!name && charset.bytes > 0) {
        name = known_charset(arena, charset);
        if (!name)
            return TEXT_UNKNOWN_CHARSET;
    }
    if (!name || strcmp(name, "UTF-8") == 0)
        return from_utf8(arena, source, out);
    return from_charset(arena, source, name, out);
}

/* -- the other way ----------------------------------------------------------------------------- */

static bool encode(struct arena *arena, struct str text, UConverter *converter, struct str *out)
{
    UChar *units = mem_alloc((text.bytes + 1) * sizeof *units);
    UErrorCode status = U_ZERO_ERROR;
    size_t count = 0;

    for (size_t at = 0; at < text.bytes;) {
        UChar32 c = (UChar32)utf8_next(text, &at);
        U16_APPEND_UNSAFE(units, count, c);
    }
    int32_t room = UCNV_GET_MAX_BYTES_FOR_STRING((int32_t)count, ucnv_getMaxCharSize(converter));
    char *bytes = mem_alloc((size_t)room);
    ucnv_setFromUCallBack(converter, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    int32_t made = ucnv_fromUChars(converter, bytes, room, units, (int32_t)count, &status);
    if (U_SUCCESS(status))
        *out = arena_dup(arena, (struct str){ bytes, (size_t)made });
    free(bytes);
    free(units);
    return U_SUCCESS(status);
}

bool charset_encode(struct arena *arena, struct str text, struct str charset, struct str *out)
{
    UErrorCode status = U_ZERO_ERROR;

    if (str_eq(charset, STR("UTF-8"))) {
        *out = text;
        return true;
    }
    UConverter *converter = ucnv_open(arena_cstr(arena, charset), &status);
    if (U_FAILURE(status))
        return false;
    bool said = encode(arena, text, converter, out);
    ucnv_close(converter);
    return said;
}
