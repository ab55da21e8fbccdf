/* HTML that we write ourselves: the pieces that text from outside goes through. */
#ifndef GLOSS_FORMATS_HTML_H
#define GLOSS_FORMATS_HTML_H

#include "base/buffer.h"

/* Text as character data or as an attribute's value in double quotes. Control characters that HTML
 * does not have are left out. */
void html_text(struct buffer *out, struct str text);

/* http, https or mailto, of bearable length: what may stand in a link. */
bool html_is_link(struct str url);

/* ` href="…" rel="…"`, for a url that html_is_link(). */
void html_link_attributes(struct buffer *out, struct str url);

#endif
