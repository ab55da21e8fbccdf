/* Plain text as HTML: a paragraph for each run of lines without a blank one, stamped with its
 * start. Line ends stay in it as they are (the page shows them, white-space: pre-wrap). */
#ifndef GLOSS_FORMATS_PLAIN_H
#define GLOSS_FORMATS_PLAIN_H

#include "base/arena.h"
#include "base/str.h"

/* `text` is canonical: valid UTF-8, LF line ends. */
struct str plain_html(struct arena *arena, struct str text);

#endif
