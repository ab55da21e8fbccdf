#include "base/str.h"

#include <string.h>

struct str str_from(const char *text)
{
    return text ? (struct str){ text, strlen(text) } : STR_NONE;
}

bool str_given(struct str s)
{
    return s.at != NULL;
}

bool str_eq(struct str a, struct str b)
{
    return a.bytes == b.bytes && (a.bytes == 0 || memcmp(a.at, b.at, a.bytes) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.bytes != b.bytes)
        return false;
    for (size_t i = 0; i < a.bytes; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

int str_compare(struct str a, struct str b)
{
    size_t shared = a.bytes < b.bytes ? a.bytes : b.bytes;
    int order = shared ? memcmp(a.at, b.at, shared) : 0;
    return order ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.bytes >= prefix.bytes && str_eq(str_slice(s, 0, prefix.bytes), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.bytes >= suffix.bytes && str_eq(str_slice(s, s.bytes - suffix.bytes, s.bytes), suffix);
}

bool str_contains(struct str s, struct str part)
{
    return str_find(s, part, 0) != SIZE_MAX;
}

size_t str_find(struct str s, struct str part, size_t from)
{
    if (from > s.bytes || part.bytes > s.bytes - from)
        return SIZE_MAX;
    if (part.bytes == 0)
        return from;
    const char *found = memmem(s.at + from, s.bytes - from, part.at, part.bytes);
    return found ? (size_t)(found - s.at) : SIZE_MAX;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
    if (to > s.bytes)
        to = s.bytes;
    if (from > to)
        from = to;
    return (struct str){ s.at ? s.at + from : NULL, to - from };
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    size_t from = 0, to = s.bytes;
    while (from < to && is_space(s.at[from]))
        from++;
    while (to > from && is_space(s.at[to - 1]))
        to--;
    return str_slice(s, from, to);
}

bool str_cut(struct str s, char separator, struct str *head, struct str *rest)
{
    const char *found = s.bytes ? memchr(s.at, separator, s.bytes) : NULL;
    if (!found) {
        *head = s;
        *rest = STR_NONE;
        return false;
    }
    size_t at = (size_t)(found - s.at);
    *head = str_slice(s, 0, at);
    *rest = str_slice(s, at + 1, s.bytes);
    return true;
}

bool str_to_u64(struct str s, uint64_t *out)
{
    uint64_t value = 0;
    if (s.bytes == 0)
        return false;
    for (size_t i = 0; i < s.bytes; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.at[i] - '0'), &value))
            return false;
    }
    *out = value;
    return true;
}
