/* Web addresses in running text (GitHub Flavored Markdown 6.9), found here and not by md4c: its
 * search is quadratic in the addresses of a paragraph, and may run over the end of an emphasis. */
#ifndef GLOSS_FORMATS_BARE_LINK_H
#define GLOSS_FORMATS_BARE_LINK_H

#include "base/str.h"

/* The first address at or after `from`: text [*start, *end). False if there is none. Reading a text
 * address by address is linear in its length. */
bool bare_link_find(struct str text, size_t from, size_t *start, size_t *end);

#endif
