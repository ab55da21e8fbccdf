#include "anchoring/sentences.h"

#include "base/utf8.h"

#define CLOSERS_MAX 6 /* quotation marks, brackets, marks of emphasis behind a full stop */
#define MARKER_MAX 8  /* tokens of "####", "- [x]", "12." */

static uint32_t sign_of(const struct tokens *tokens, uint32_t i)
{
    size_t at = tokens->at[i].byte;
    return tokens->at[i].kind == TOKEN_SIGN ? utf8_next(tokens->text, &at) : 0;
}

static bool is_stop(uint32_t c)
{
    switch (c) {
    case '.':
    case '!':
    case '?':
    case 0x3002: /* ideographic full stop */
    case 0xFF01:
    case 0xFF1F:
    case 0xFF0E:
    case 0x0964: /* danda */
    case 0x06D4:
    case 0x061F:
    case 0x2026:
        return true;
    default:
        return false;
    }
}

static bool is_closer(uint32_t c)
{
    switch (c) {
    case ')':
    case ']':
    case '"':
    case '\'':
    case '*':
    case '_':
    case '`':
    case 0x2019:
    case 0x201D:
    case 0x300D:
    case 0x300F:
    case 0xFF09:
        return true;
    default:
        return false;
    }
}

/* A full stop, and what closes with it, comes right before the token. */
static bool stop_before(const struct tokens *tokens, uint32_t i)
{
    for (uint32_t n = 0; n < CLOSERS_MAX && i > n; n++) {
        uint32_t c = sign_of(tokens, i - 1 - n);
        if (is_stop(c))
            return c > 0x7F || i == tokens->count || tokens->at[i].space != SPACE_NONE;
        if (!is_closer(c))
            return false;
    }
    return false;
}

static bool is_marker(const struct tokens *tokens, uint32_t i)
{
    switch (sign_of(tokens, i)) {
    case '#':
    case '-':
    case '*':
    case '+':
    case '>':
    case '|':
    case '.':
    case ')':
    case '[':
    case ']':
    case ':':
    case 0x2022:
        return true;
    default:
        return tokens->at[i].kind == TOKEN_WORD && tokens->at[i].bytes <= 2;
    }
}

/* Marks alone stand between the beginning of the line and the token. */
static bool marker_before(const struct tokens *tokens, uint32_t i)
{
    if (tokens->at[i].space == SPACE_NONE && sign_of(tokens, i) != 0)
        return false;
    for (uint32_t n = 1; n <= MARKER_MAX && n <= i; n++) {
        if (!is_marker(tokens, i - n) || (n == 1 && sign_of(tokens, i - 1) == 0))
            return false;
        if (tokens->at[i - n].space >= SPACE_LINE)
            return true;
    }
    return false;
}

bool sentence_starts(const struct tokens *tokens, uint32_t i)
{
    if (i >= tokens->count)
        return false;
    return i == 0 || tokens->at[i].space == SPACE_PARAGRAPH || stop_before(tokens, i) ||
        marker_before(tokens, i) ||
        (tokens->at[i].space == SPACE_LINE && tokens->at[i].kind == TOKEN_SIGN);
}

bool sentence_ends(const struct tokens *tokens, uint32_t end)
{
    if (end == 0)
        return false;
    if (end >= tokens->count || tokens->at[end].space == SPACE_PARAGRAPH)
        return true;
    return stop_before(tokens, end) ||
        (tokens->at[end].space == SPACE_LINE && tokens->at[end].kind == TOKEN_SIGN);
}
