/* What keeps md4c 0.4.8 linear in its input, and within it. */
#ifndef GLOSS_FORMATS_TAME_H
#define GLOSS_FORMATS_TAME_H

#include "base/str.h"

#include <md4c.h>

#define MARKDOWN_FLAGS (MD_FLAG_NOHTML | MD_FLAG_STRIKETHROUGH | MD_FLAG_TABLES)

/* md4c fills short rows up with empty cells, so a wide head over many rows is quadratic in output.
 * Nobody reads a table of more cells than this. */
#define CELLS_MAX 200000u

/* What md4c is to be given instead of the source: a copy of the same length, for the caller to
 * free.
 *
 * md4c reads behind the end of its input, and a bracket there ends a link that does not end; behind
 * the copy are NULs. And it walks the lines of a paragraph from its first one for each link in it,
 * so a paragraph of 100,000 lines with as many links would take minutes: in the copy such
 * paragraphs have commas for what could begin a link. */
char *markdown_tame(struct str source);

#endif
