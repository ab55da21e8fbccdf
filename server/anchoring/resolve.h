/* Where a passage stands in a text: quotes, positions and W3C selectors in, ranges out. Pure. */
#ifndef GLOSS_ANCHORING_RESOLVE_H
#define GLOSS_ANCHORING_RESOLVE_H

#include "base/arena.h"
#include "base/str.h"

/* A text that can be addressed in every unit without walking it from its start. Immutable once
 * made, so threads may share it. text_index_new() copies the text; text_index_free() ends both. */
struct text_index;

struct text_index *text_index_new(struct str text);
void text_index_free(struct text_index *index);
struct str text_index_text(const struct text_index *index);
size_t text_index_chars(const struct text_index *index);
size_t text_index_utf16(const struct text_index *index);
size_t text_index_memory_bytes(const struct text_index *index);

/* SIZE_MAX where there is no such position. */
size_t text_byte_of_char(const struct text_index *index, size_t chars);
size_t text_char_of_byte(const struct text_index *index, size_t bytes);
size_t text_char_of_utf16(const struct text_index *index, size_t utf16);
size_t text_utf16_of_char(const struct text_index *index, size_t chars);
/* The text of characters [from, to), clamped; borrowed from the index. */
struct str text_between(const struct text_index *index, size_t from_chars, size_t to_chars);

struct range {
    size_t start_chars, end_chars;
};

struct place {
    struct range range;
    struct str before, exact, after; /* up to 32 characters of context on each side */
    double score;                    /* 1 when the words are the same, less when only alike */
};

#define PLACES_MAX 20

enum resolved { RESOLVED, RESOLVED_AMBIGUOUS, RESOLVED_NOWHERE };

struct quote {
    struct str exact, prefix, suffix; /* prefix and suffix may be STR_NONE */
    bool has_hint;
    size_t hint_chars; /* where it is thought to start; among equals the nearest wins */
};

/* Finds the quote: letter for letter first, else with white space, quotation marks, dashes and
 * normal forms folded. RESOLVED: one place, or prefix, suffix or hint decided: places[0].
 * RESOLVED_AMBIGUOUS: the candidates in text order, *total of them, at most PLACES_MAX listed.
 * RESOLVED_NOWHERE: places[0] is the most similar passage, if any is worth showing (*count 1 or 0).
 * The context decides if it stands there in full, or most of it and clearly more than elsewhere;
 * then the hint, unless two places are equally near. The places' texts live in the arena. */
enum resolved quote_resolve(struct arena *arena, const struct text_index *index,
    const struct quote *quote, struct place places[PLACES_MAX], size_t *count, size_t *total);

/* The context of a range, as stored with an annotation; borrowed from the index. */
void place_describe(const struct text_index *index, struct range range, struct place *out);

/* The range moved outwards to whole grapheme clusters (Web Annotation Data Model 4.2.5). */
struct range range_snap(const struct text_index *index, struct range range);

#endif
