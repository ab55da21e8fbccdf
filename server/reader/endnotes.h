/* What readers say about a text, as notes at its end: for who reads without scripts, and for who
 * looks at the source. Inside reader/ only. */
#ifndef GLOSS_READER_ENDNOTES_H
#define GLOSS_READER_ENDNOTES_H

#include "model/annotation.h"
#include "reader/html.h"

/* In the order of the text, replies below what they answer. */
void html_endnotes(struct buffer *out, struct arena *arena, const struct annotation_list *list);

#endif
