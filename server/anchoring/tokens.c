#include "anchoring/tokens.h"

#include "anchoring/fold.h"
#include "base/arena.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

enum sort { SORT_BLANK, SORT_WORD, SORT_LETTER, SORT_SIGN, SORT_MARK };

struct slot {
    uint64_t hash;
    uint32_t word; /* its number and 1; 0: empty */
};

struct reader {
    struct slot *slots;
    uint32_t slot_count, words; /* slots: a power of two */
    uint64_t seed;
};

/* -- characters ----------------------------------------------------------------------------------
 */

static bool is_written_without_blanks(uint32_t c)
{
    UErrorCode status = U_ZERO_ERROR;

    if (c < 0xE00)
        return false;
    switch (uscript_getScript((UChar32)c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_TIBETAN:
    case USCRIPT_YI:
        return true;
    default:
        return c == 0x30FC; /* the long vowel's mark */
    }
}

/* Or a digit, of ASCII. */
static bool is_letter(char c)
{
    return (unsigned)(c | 32) - 'a' < 26u || (unsigned)c - '0' < 10u;
}

static enum sort sort_of(uint32_t c)
{
    if (c < 0x80)
        return is_letter((char)c) ? SORT_WORD : c <= ' ' || c == 0x7F ? SORT_BLANK : SORT_SIGN;
    uint32_t mask = U_GET_GC_MASK((UChar32)c);
    if (mask & (U_GC_Z_MASK | U_GC_CC_MASK | U_GC_CF_MASK))
        return SORT_BLANK;
    if (mask & U_GC_M_MASK)
        return SORT_MARK;
    if (!(mask & (U_GC_L_MASK | U_GC_N_MASK)))
        return SORT_SIGN;
    return is_written_without_blanks(c) ? SORT_LETTER : SORT_WORD;
}

/* -- numbers of words ----------------------------------------------------------------------------
 */

/* A word without its capitals, and how many it has. */
struct key {
    uint64_t hash;
    unsigned capitals;
};

#define BLANKS 0x2020202020202020u
#define SMALL BLANKS /* the bits that small letters have and capitals have not */

static uint64_t mixed(uint64_t hash, uint64_t bytes)
{
    hash = (hash ^ bytes) * 0x9FB21C651E98DF25u;
    return hash ^ hash >> 29;
}

/* Blanks, which are in no word, behind what is less than eight. */
static uint64_t eight_bytes(const char *at, size_t bytes)
{
    uint64_t eight = BLANKS;
    memcpy(&eight, at, bytes < 8 ? bytes : 8);
    return eight;
}

/* Of ASCII, eight bytes at a time. The underscore is taken for a capital, wherever it is. */
static struct key ascii_key(const struct reader *r, struct str word, bool is_sign)
{
    struct key key = { .hash = r->seed };

    if (is_sign) {
        key.hash = mixed(key.hash, eight_bytes(word.at, word.bytes));
        return key;
    }
    for (size_t i = 0; i < word.bytes; i += 8) {
        uint64_t eight = eight_bytes(word.at + i, word.bytes - i);
        key.hash = mixed(key.hash, eight | SMALL);
        for (uint64_t big = eight >> 1 & ~eight & SMALL; big != 0; big &= big - 1)
            key.capitals++;
    }
    return key;
}

static struct key folded_key(const struct reader *r, struct str word)
{
    struct folder folder = folder_of(word);
    struct folded next;
    struct key key = { .hash = r->seed };
    char bytes[8 * TOKEN_MAX_BYTES];
    size_t count = 0;

    while (count + 4 <= sizeof bytes && fold_next(&folder, &next)) {
        uint32_t small = (uint32_t)u_foldCase((UChar32)next.c, U_FOLD_CASE_DEFAULT);
        key.capitals += small != next.c;
        count += utf8_put(bytes + count, small);
    }
    for (size_t i = 0; i < count; i += 8)
        key.hash = mixed(key.hash, eight_bytes(bytes + i, count - i));
    return key;
}

static void slots_grow(struct reader *r)
{
    struct slot *old = r->slots;
    uint32_t old_count = r->slot_count;

    r->slot_count = old_count ? old_count * 2 : 2048;
    r->slots = mem_zero(r->slot_count, sizeof *r->slots);
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i].word == 0)
            continue;
        uint32_t slot = (uint32_t)old[i].hash & (r->slot_count - 1);
        while (r->slots[slot].word != 0)
            slot = (slot + 1) & (r->slot_count - 1);
        r->slots[slot] = old[i];
    }
    free(old);
}

static uint32_t number_of(struct reader *r, uint64_t hash)
{
    if (r->words * 2 >= r->slot_count)
        slots_grow(r);
    uint32_t slot = (uint32_t)hash & (r->slot_count - 1);
    while (r->slots[slot].word != 0 && r->slots[slot].hash != hash)
        slot = (slot + 1) & (r->slot_count - 1);
    if (r->slots[slot].word == 0)
        r->slots[slot] = (struct slot){ hash, ++r->words };
    return r->slots[slot].word - 1;
}

/* -- a text --------------------------------------------------------------------------------------
 */

struct scan {
    struct str text;
    size_t byte;
    uint32_t chr;
    unsigned lines; /* ends of lines since the last token */
    bool blank;
    size_t room;
};

static uint32_t take(struct scan *s)
{
    s->chr++;
    if ((unsigned char)s->text.at[s->byte] < 0x80)
        return (unsigned char)s->text.at[s->byte++];
    return utf8_next(s->text, &s->byte);
}

/* Sort of the character that comes, *next behind it. */
static enum sort peek(const struct scan *s, size_t *next)
{
    *next = s->byte;
    unsigned char c = (unsigned char)s->text.at[s->byte];
    if (c < 0x80) {
        *next = s->byte + 1;
        return sort_of(c);
    }
    return sort_of(utf8_next(s->text, next));
}

/* The underscore inside of a name. */
static bool joins(struct str text, size_t byte)
{
    return text.at[byte] == '_' && byte + 1 < text.bytes &&
        (unsigned char)text.at[byte + 1] < 0x80 &&
        sort_of((unsigned char)text.at[byte + 1]) == SORT_WORD;
}

/* Most words are of ASCII letters alone. */
static void take_ascii(struct scan *s, size_t start)
{
    size_t end = s->byte;

    while (end < s->text.bytes && end - start < TOKEN_MAX_BYTES && is_letter(s->text.at[end]))
        end++;
    s->chr += (uint32_t)(end - s->byte);
    s->byte = end;
}

/* Moves behind what belongs to the token whose first character was taken. */
static void take_rest(struct scan *s, size_t start, bool is_word)
{
    size_t next;

    if (is_word)
        take_ascii(s, start);
    while (s->byte < s->text.bytes) {
        enum sort sort = peek(s, &next);
        bool belongs =
            sort == SORT_MARK || (is_word && (sort == SORT_WORD || joins(s->text, s->byte)));
        if (!belongs || next - start > TOKEN_MAX_BYTES)
            return;
        s->byte = next;
        s->chr++;
    }
}

static enum space space_before(const struct scan *s, size_t start)
{
    if (s->lines > 1 || start == 0)
        return SPACE_PARAGRAPH;
    if (s->lines == 1)
        return SPACE_LINE;
    return s->blank ? SPACE_BLANK : SPACE_NONE;
}

static void put(struct tokens *tokens, struct scan *s, struct token token)
{
    if (tokens->count == s->room) {
        s->room = s->room ? s->room * 2 : s->text.bytes / 4 + 16;
        tokens->at = mem_grow(tokens->at, s->room * sizeof *tokens->at);
    }
    tokens->at[tokens->count++] = token;
    s->lines = 0;
    s->blank = false;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static enum token_kind kind_of(enum sort sort)
{
    switch (sort) {
    case SORT_WORD:
        return TOKEN_WORD;
    case SORT_LETTER:
        return TOKEN_LETTER;
    default:
        return TOKEN_SIGN;
    }
}

static bool is_ascii(struct str word)
{
    unsigned char bits = 0;
    for (size_t i = 0; i < word.bytes; i++)
        bits |= (unsigned char)word.at[i];
    return bits < 0x80;
}

static void read_text(struct reader *r, struct tokens *tokens, struct str text)
{
    struct scan s = { .text = text };

    *tokens = (struct tokens){ .text = text };
    while (s.byte < text.bytes) {
        size_t start = s.byte;
        uint32_t first_char = s.chr, c = take(&s);
        enum sort sort = sort_of(c);

        if (sort == SORT_BLANK) {
            s.lines += c == '\n' || c == 0x2028 || c == 0x2029;
            s.blank = true;
            continue;
        }
        if (sort != SORT_SIGN || (s.byte < text.bytes && (unsigned char)text.at[s.byte] >= 0x80))
            take_rest(&s, start, sort == SORT_WORD);
        struct str word = str_slice(text, start, s.byte);
        struct key key =
            is_ascii(word) ? ascii_key(r, word, sort == SORT_SIGN) : folded_key(r, word);
        put(tokens, &s,
            (struct token){ .byte = (uint32_t)start,
                .first_char = first_char,
                .word = number_of(r, key.hash),
                .bytes = (uint8_t)word.bytes,
                .chars = (uint8_t)(s.chr - first_char),
                .space = space_before(&s, start) & 3u,
                .kind = kind_of(sort) & 3u,
                .capitals = least(key.capitals, CAPITALS_MANY) & 3u });
    }
    if (tokens->count > 0)
        tokens->at = mem_grow(tokens->at, tokens->count * sizeof *tokens->at);
}

void tokens_read(struct token_pair *out, struct str from, struct str to)
{
    struct reader reader = { 0 };

    /* where the stack lies is nobody's to know: words can't be made up to fall on one slot */
    reader.seed = (uint64_t)(uintptr_t)&reader * 0x9E3779B97F4A7C15u;
    slots_grow(&reader);
    read_text(&reader, &out->from, from);
    read_text(&reader, &out->to, to);
    out->words = reader.words;
    out->seed = reader.seed;
    free(reader.slots);
}

void tokens_free(struct token_pair *pair)
{
    free(pair->from.at);
    free(pair->to.at);
}

struct str token_text(const struct tokens *tokens, uint32_t i)
{
    const struct token *token = &tokens->at[i];
    return (struct str){ tokens->text.at + token->byte, token->bytes };
}
