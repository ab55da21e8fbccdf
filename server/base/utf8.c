#include "base/utf8.h"

#include <string.h>

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Length of the valid sequence at s.at[i], 0 when there is none (RFC 3629 section 4). */
static size_t sequence_bytes(struct str s, size_t i)
{
    const unsigned char *p = (const unsigned char *)s.at + i;
    size_t left = s.bytes - i;

    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        return left >= 2 && is_continuation(s.at[i + 1]) ? 2 : 0;
    if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        if (left < 3 || !is_continuation(s.at[i + 1]) || !is_continuation(s.at[i + 2]))
            return 0;
        if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F))
            return 0;
        return 3;
    }
    if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        if (left < 4 || !is_continuation(s.at[i + 1]) || !is_continuation(s.at[i + 2]) ||
            !is_continuation(s.at[i + 3]))
            return 0;
        if ((p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

bool utf8_valid(struct str s)
{
    return utf8_valid_bytes(s) == s.bytes;
}

size_t utf8_valid_bytes(struct str s)
{
    size_t i = 0;
    while (i < s.bytes) {
        uint64_t eight;
        if (s.bytes - i >= 8 && (memcpy(&eight, s.at + i, 8), (eight & 0x8080808080808080u) == 0)) {
            i += 8;
            continue;
        }
        size_t bytes = sequence_bytes(s, i);
        if (bytes == 0)
            return i;
        i += bytes;
    }
    return i;
}

static size_t lead_bytes(char lead)
{
    unsigned char c = (unsigned char)lead;
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

uint32_t utf8_next(struct str s, size_t *at_bytes)
{
    const unsigned char *p = (const unsigned char *)s.at + *at_bytes;
    size_t bytes = lead_bytes((char)p[0]);
    *at_bytes += bytes;
    switch (bytes) {
    case 1:
        return p[0];
    case 2:
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    case 3:
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    default:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
            (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
    }
}

size_t utf8_put(char out[4], uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

uint32_t utf16_next(const uint16_t *units, size_t count, size_t *at)
{
    uint32_t c = units[(*at)++];
    if (c < 0xD800 || c > 0xDBFF || *at == count)
        return c;
    uint32_t low = units[*at];
    if (low < 0xDC00 || low > 0xDFFF)
        return c;
    (*at)++;
    return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

size_t utf8_chars(struct str s)
{
    size_t chars = 0;
    for (size_t i = 0; i < s.bytes; i++)
        chars += !is_continuation(s.at[i]);
    return chars;
}

size_t utf8_utf16(struct str s)
{
    size_t units = 0;
    for (size_t i = 0; i < s.bytes; i++)
        units += (is_continuation(s.at[i]) ? 0u : 1u) + ((unsigned char)s.at[i] >= 0xF0 ? 1u : 0u);
    return units;
}

size_t utf8_offset_of_char(struct str s, size_t chars)
{
    size_t i = 0;
    for (; chars > 0 && i < s.bytes; chars--)
        i += lead_bytes(s.at[i]);
    return chars > 0 ? SIZE_MAX : i;
}

struct str utf8_head(struct str s, size_t chars)
{
    size_t end = utf8_offset_of_char(s, chars);
    return str_slice(s, 0, end);
}

struct str utf8_tail(struct str s, size_t chars)
{
    size_t i = s.bytes;
    while (i > 0 && chars > 0) {
        i--;
        if (!is_continuation(s.at[i]))
            chars--;
    }
    return str_slice(s, i, s.bytes);
}
