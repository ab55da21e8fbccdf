/* Selectors of the Web Annotation Data Model (4.2): what they say about a place in a text. They are
 * kept as they were sent; what we do not know in them comes back. */
#ifndef GLOSS_FORMATS_SELECTORS_H
#define GLOSS_FORMATS_SELECTORS_H

#include "anchoring/resolve.h"
#include "formats/given.h"

#define SELECTORS_MAX 20
#define QUOTE_MAX_CHARS 65536  /* of the words themselves */
#define CONTEXT_MAX_CHARS 4096 /* of prefix and suffix */

/* The first quote and the first position among the selectors, refinements included. */
struct selection {
    bool has_quote, has_position;
    struct quote quote; /* with the position, if there is one, as its hint */
    struct range position;
};

/* Reads the array under `name`; selectors of other kinds are only looked at for a type. False: the
 * member is not there, or *given->why has its faults. */
bool selectors_read(const struct given *given, const char *name, struct selection *out);

/* A quote given as a text or as {exact, prefix, suffix}. */
bool quote_read(const struct given *given, const char *name, struct quote *out);

/* TextQuoteSelector and TextPositionSelector of a place, as a JSON array. */
struct str selectors_of_place(struct arena *arena, const struct place *place);
/* TextQuoteSelector of words in a text that we do not hold. */
struct str selectors_of_quote(struct arena *arena, const struct quote *quote);

#endif
