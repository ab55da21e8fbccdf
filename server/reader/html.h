/* Writes HTML. What comes from outside is escaped unless it is put in by html_safe(), and the only
 * callers of that are those who have HTML that this program wrote. */
#ifndef GLOSS_READER_HTML_H
#define GLOSS_READER_HTML_H

#include "base/buffer.h"

/* Writes `pattern`, each {} in it replaced by the next text, escaped: for content and for
 * attributes in double quotes. The number of texts must fit (an assert). */
#define HTML(out, pattern, ...)                                 \
    html_write((out), (pattern), (struct str[]){ __VA_ARGS__ }, \
        sizeof((struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

void html_write(struct buffer *out, const char *pattern, const struct str *texts, size_t count);

/* Markup that is safe because we wrote it. */
void html_safe(struct buffer *out, struct str markup);

#endif
