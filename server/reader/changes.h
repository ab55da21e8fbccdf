/* The differences of two texts as HTML: each change with the paragraphs around it, and what is the
 * same in both folded. Inside reader/ only. */
#ifndef GLOSS_READER_CHANGES_H
#define GLOSS_READER_CHANGES_H

#include "anchoring/carry.h"
#include "reader/html.h"

/* Writes them, and answers how many stretches of the text differ. What was taken out is in <del>,
 * what was put in in <ins>; a paragraph's end that came or went is a pilcrow. *is_all: false when
 * they are so many that the page ends before them. */
size_t html_changes(struct buffer *out, struct arena *arena, const struct text_index *from,
    const struct text_index *to, const struct change *changes, size_t count, bool *is_all);

#endif
