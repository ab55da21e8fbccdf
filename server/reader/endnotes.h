/* What readers say about a text, as notes at its end: for who reads without scripts, and for who
 * looks at the source. Inside reader/ only. */
#ifndef GLOSS_READER_ENDNOTES_H
#define GLOSS_READER_ENDNOTES_H

#include "model/annotation.h"
#include "reader/blocks.h"
#include "reader/html.h"

/* Sorted: the first of each thread in the order of the text, which is what numbers them. */
struct endnotes {
    const struct annotation **roots;
    size_t count;
    const struct annotation **replies;
    size_t reply_count;
    bool more;
};

struct endnotes endnotes_of(struct arena *arena, const struct annotation_list *list);

/* The notes, each leading back to its block. */
void html_endnotes(struct buffer *out, struct arena *arena, const struct blocks *blocks,
    const struct endnotes *notes);

/* The text, its blocks with an id and, at their ends, the numbers of the notes on them; a long one
 * in parts of some paragraphs each. */
void html_text_with_notes(struct buffer *out, struct arena *arena, const struct blocks *blocks,
    const struct endnotes *notes);

#endif
