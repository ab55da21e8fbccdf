#include "anchoring/fold.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#define READY_MAX (sizeof((struct folder *)0)->ready / sizeof(struct folded))
#define CLUSTER_MAX_CHARS 30 /* the stream-safe format's bound (UAX 15, 13) */

#define ELLIPSIS 0x2026
#define NOTHING 0 /* U+0000 is in no text */

/* What c is compared as; NOTHING where it is left out. */
static uint32_t fold_char(uint32_t c)
{
    switch (c) {
    case '\t':
    case '\n':
    case '\r':
    case ' ':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000:
        return ' ';
    case 0xAD:   /* soft hyphen */
    case 0x200B: /* zero width space, non-joiner, joiner and the marks of direction */
    case 0x200C:
    case 0x200D:
    case 0x200E:
    case 0x200F:
    case 0x2060:
    case 0xFE0E: /* variation selectors: text or picture */
    case 0xFE0F:
    case 0xFEFF:
        return NOTHING;
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
        return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
        return '"';
    case 0x2212:
        return '-';
    default:
        if (c >= 0x2000 && c <= 0x200A)
            return ' ';
        return c >= 0x2010 && c <= 0x2015 ? '-' : c;
    }
}

static const UNormalizer2 *nfc(void)
{
    UErrorCode status = U_ZERO_ERROR;
    return unorm2_getNFCInstance(&status); /* ICU's own, made once for all threads */
}

static uint32_t peek(struct str text, size_t at)
{
    return utf8_next(text, &at);
}

static bool begins_cluster(uint32_t c)
{
    return c < 0x300 || unorm2_hasBoundaryBefore(nfc(), (UChar32)c);
}

/* c, just read, is a cluster of its own and the same in NFC. */
static bool stands_alone(const struct folder *f, uint32_t c)
{
    if (f->at < f->text.bytes && !begins_cluster(peek(f->text, f->at)))
        return false;
    return c < 0x300 || u_getIntPropertyValue((UChar32)c, UCHAR_NFC_QUICK_CHECK) == UNORM_YES;
}

static void ready(struct folder *f, uint32_t c, size_t from)
{
    if (c != NOTHING && f->ready_count < READY_MAX)
        f->ready[f->ready_count++] = (struct folded){ c, from, f->at };
}

/* A letter with its marks, of which NFC may make fewer characters, each of them for the whole. */
static void fold_cluster(struct folder *f, uint32_t first, size_t from)
{
    UChar raw[2 * CLUSTER_MAX_CHARS + 2], composed[4 * READY_MAX];
    int32_t raw_units = 0, chars = 1;
    UErrorCode status = U_ZERO_ERROR;

    U16_APPEND_UNSAFE(raw, raw_units, first);
    while (f->at < f->text.bytes && chars < CLUSTER_MAX_CHARS &&
        !begins_cluster(peek(f->text, f->at))) {
        uint32_t c = utf8_next(f->text, &f->at);
        U16_APPEND_UNSAFE(raw, raw_units, c);
        chars++;
    }
    int32_t units = unorm2_normalize(
        nfc(), raw, raw_units, composed, sizeof composed / sizeof *composed, &status);
    if (U_FAILURE(status)) {
        ready(f, first, from);
        return;
    }
    for (size_t i = 0; i < (size_t)units;)
        ready(f, fold_char(utf16_next(composed, (size_t)units, &i)), from);
}

static void skip_blanks(struct folder *f)
{
    while (f->at < f->text.bytes) {
        size_t next = f->at;
        uint32_t c = fold_char(utf8_next(f->text, &next));
        if (c != ' ' && c != NOTHING)
            return;
        f->at = next;
    }
}

/* Reads one character and what belongs to it; may make none ready. */
static void fold_some(struct folder *f)
{
    size_t from = f->at;
    uint32_t c = utf8_next(f->text, &f->at);

    f->ready_at = f->ready_count = 0;
    if (fold_char(c) == ' ') {
        skip_blanks(f);
        ready(f, ' ', from);
    } else if (c == ELLIPSIS) {
        for (int i = 0; i < 3; i++)
            ready(f, '.', from);
    } else if (c < 0x80 && (f->at >= f->text.bytes || (unsigned char)f->text.at[f->at] < 0x80)) {
        ready(f, c, from);
    } else if (stands_alone(f, c)) {
        ready(f, fold_char(c), from);
    } else {
        fold_cluster(f, c, from);
    }
}

struct folder folder_of(struct str text)
{
    struct folder folder;
    folder.text = text;
    folder.at = folder.ready_at = folder.ready_count = 0;
    return folder;
}

bool fold_next(struct folder *folder, struct folded *out)
{
    while (folder->ready_at == folder->ready_count) {
        if (folder->at >= folder->text.bytes)
            return false;
        fold_some(folder);
    }
    *out = folder->ready[folder->ready_at++];
    return true;
}

struct folded *fold_all(struct str text, size_t *count)
{
    struct folder folder = folder_of(text);
    size_t room = text.bytes < 64 ? 64 : text.bytes + 3, used = 0;
    struct folded *all = mem_alloc(room * sizeof *all);
    struct folded next;

    while (fold_next(&folder, &next)) {
        if (used == 0 && next.c == ' ')
            continue;
        if (used == room) {
            room *= 2;
            all = mem_grow(all, room * sizeof *all);
        }
        all[used++] = next;
    }
    while (used > 0 && all[used - 1].c == ' ')
        used--;
    *count = used;
    return all;
}
