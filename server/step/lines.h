/* NDJSON: a JSON value on each line, and a last line that says that it is the last. */
#ifndef GLOSS_STEP_LINES_H
#define GLOSS_STEP_LINES_H

#include "base/buffer.h"

#define NDJSON "application/x-ndjson"

/* Puts the items of a page that respond_paging() has written, `{"data":[…],"next":…}`, on lines of
 * their own. *next is the cursor, borrowed from the page; STR_NONE at the end of the list. */
void lines_of_page(struct buffer *out, struct str page, size_t *count, struct str *next);

/* A JSON value that is already text, on a line. */
void lines_put(struct buffer *out, struct str value);

#endif
