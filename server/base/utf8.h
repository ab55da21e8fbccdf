/* UTF-8, in the three units that this program must keep apart: bytes, characters (Unicode code
 * points, the unit of every stored position) and UTF-16 code units (what browsers count). */
#ifndef GLOSS_BASE_UTF8_H
#define GLOSS_BASE_UTF8_H

#include "base/str.h"

/* Strict: no overlong form, no surrogate, nothing past U+10FFFF. */
bool utf8_valid(struct str s);
/* Bytes up to the first that is not part of a valid sequence; s.bytes when all are. */
size_t utf8_valid_bytes(struct str s);

/* Decodes the character at s.at[*at_bytes] of VALID text and moves past it. */
uint32_t utf8_next(struct str s, size_t *at_bytes);
/* Writes one code point, returns its length in bytes (1 to 4). */
size_t utf8_put(char out[4], uint32_t code_point);

/* The same for UTF-16 of `count` units; an unpaired surrogate is returned as it is. */
uint32_t utf16_next(const uint16_t *units, size_t count, size_t *at);

/* Lengths of valid text. */
size_t utf8_chars(struct str s);
size_t utf8_utf16(struct str s);

/* Byte offset of the character number `chars`; SIZE_MAX when the text is shorter than that.
 * The length itself is a valid position (the end). */
size_t utf8_offset_of_char(struct str s, size_t chars);

/* The last (first) `chars` characters of s, all of it when it has fewer. */
struct str utf8_tail(struct str s, size_t chars);
struct str utf8_head(struct str s, size_t chars);

#endif
