/* Which bytes of the source a prepared text was made from (DESIGN.md "Text"). While a text is made
 * the map is a list of runs; stored it is a string of varints, read by text_map_source(). */
#ifndef GLOSS_FORMATS_SOURCE_MAP_H
#define GLOSS_FORMATS_SOURCE_MAP_H

#include "base/arena.h"
#include "base/str.h"

/* `count` units of text, each of text_unit bytes and made from source_unit bytes. Copied bytes are
 * units of 1 and 1, whatever characters they form; a character from another charset, a character
 * reference or a line end that was CR LF is a unit that maps as a whole. */
struct map_run {
    size_t text_at, source_at, count;
    uint16_t text_unit, source_unit;
};

/* In text order. All zero is an empty list. */
struct map_runs {
    struct map_run *at;
    size_t count, room;
};

void map_add(struct map_runs *runs, struct map_run run);
void map_drop(struct map_runs *runs);

/* `inner` leads from a text to a middle text; adds runs from the text straight to what `outer` says
 * the middle text was made from. NULL: the middle text is the source. */
void map_add_through(struct map_runs *runs, const struct map_runs *outer, struct map_run inner);

struct str map_write(struct arena *arena, const struct map_runs *runs);

#endif
