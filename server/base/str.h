/* Text from outside: a pointer and a length, never NUL-terminated by promise, never owned. */
#ifndef GLOSS_BASE_STR_H
#define GLOSS_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *at;
    size_t bytes;
};

/* A string literal as a str. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })

/* For printf: "%.*s", STR_ARG(s). */
#define STR_ARG(s) (int)(s).bytes, (s).at ? (s).at : ""

/* Borrows a C string; NULL gives STR_NONE. */
struct str str_from(const char *text);

/* A text that was not given (`at` is NULL) differs from an empty one; both have no bytes. */
bool str_given(struct str s);
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
int str_compare(struct str a, struct str b);    /* byte order */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_contains(struct str s, struct str part);

/* The first place of `part` at or after `from`, or SIZE_MAX. */
size_t str_find(struct str s, struct str part, size_t from);
/* Bytes [from, to) of s; both are clamped to its length. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Without white space (space, tab, CR, LF) at the ends. */
struct str str_trim(struct str s);
/* Splits at the first `separator`: *head before it, *rest after it. Without one, head is all of s,
 * rest is STR_NONE and the answer false. Either may be the address of s. */
bool str_cut(struct str s, char separator, struct str *head, struct str *rest);
/* Decimal digits only, all of s; false on anything else or past UINT64_MAX, *out then untouched. */
bool str_to_u64(struct str s, uint64_t *out);

#endif
