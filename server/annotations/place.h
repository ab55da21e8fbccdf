/* Inside annotations/ only: from what a request says about a place to the place in the text. Pure,
 * and for a large text slow: runs off the loop then. */
#ifndef GLOSS_ANNOTATIONS_PLACE_H
#define GLOSS_ANNOTATIONS_PLACE_H

#include "formats/v1_annotations.h"

enum place_found {
    PLACE_FOUND,
    PLACE_AMBIGUOUS, /* `places` are the candidates, `total` of them */
    PLACE_NOWHERE,   /* places[0] is the most similar passage, if there is one */
    PLACE_INVALID    /* *why says what is wrong */
};

struct placed {
    enum place_found found;
    struct place places[PLACES_MAX]; /* PLACE_FOUND: the first is the place */
    size_t count, total;
    const char *pointer; /* to what said it: "/quote", "/selectors" */
    struct invalid why;
};

/* For a request that names a place (not PLACE_NONE). */
void place_find(struct arena *arena, const struct text_index *text,
    const struct annotation_given *given, struct placed *out);

/* The same on a page elsewhere, whose text is not here: what can be kept of it. False: *why. */
bool place_elsewhere(struct arena *arena, const struct annotation_given *given,
    struct annotation_words *out, struct invalid *why);

#endif
