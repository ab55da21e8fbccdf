/* The stamped blocks of a text's HTML, as formats/text.h writes it: stamps are on what holds text
 * itself, so they never lie in each other. Inside reader/ only. */
#ifndef GLOSS_READER_BLOCKS_H
#define GLOSS_READER_BLOCKS_H

#include "base/arena.h"
#include "base/str.h"

struct block {
    size_t start;      /* the stamp: its first character in the text */
    size_t open_byte;  /* in the HTML, where its tag begins */
    size_t stamp_byte; /* behind the stamp's attribute */
    size_t end_byte;   /* before its closing tag */
    bool has_id;       /* headings have one, "h-" and their start */
};

struct blocks {
    struct str html;
    const struct block *at;
    size_t count;
};

struct blocks blocks_of(struct arena *arena, struct str html);

/* The block in which a character stands; NULL before the first. */
const struct block *block_at(const struct blocks *blocks, size_t chars);

#endif
