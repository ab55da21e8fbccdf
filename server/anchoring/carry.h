/* Where passages of an old text stand in a new one. The two texts are aligned once, then ranges are
 * looked up; only for what the alignment cannot carry is anything searched, and only where it can
 * be. Pure. */
#ifndef GLOSS_ANCHORING_CARRY_H
#define GLOSS_ANCHORING_CARRY_H

#include "anchoring/resolve.h"

/* exact: reads the same, byte for byte, and stands where the order of the unchanged text has it;
 * what was put in or taken out elsewhere makes no difference. moved: reads the same and went past
 * other text. changed: what took the quote's place reads otherwise, be it in white space alone.
 * ambiguous: several places are equally good; the range is one of them. gone: nothing took its
 * place that could be shown to be the quote. */
enum anchor_state { ANCHOR_EXACT, ANCHOR_MOVED, ANCHOR_CHANGED, ANCHOR_AMBIGUOUS, ANCHOR_GONE };

struct carried {
    enum anchor_state state;
    /* 1: exact or moved. Below 1: how much of a changed quote is still there. One half or less:
     * ambiguous. 0: gone. */
    double score;
    struct range range; /* on grapheme boundaries; of no meaning when gone */
};

/* Of two texts; immutable once made, so threads may share it. Borrows both. What it takes to make
 * one, time and memory, is bounded by a multiple of the texts, whatever they say: what would cost
 * more is left without a partner, and quotes in it are gone. */
struct alignment;

struct alignment *alignment_new(const struct text_index *from, const struct text_index *to);
void alignment_free(struct alignment *alignment);
size_t alignment_memory_bytes(const struct alignment *alignment);

/* Carries ranges of the old text over; they may stand in any order. False: one does not lie in the
 * text, and nothing was carried. */
bool carry(const struct alignment *alignment, const struct range *ranges, size_t count,
    struct carried *out);

/* What differs, word by word and in order, for showing; either side may be empty. What moved is
 * taken out here and put in there. */
struct change {
    struct range from, to;
};

bool alignment_changes(struct arena *arena, const struct alignment *alignment,
    const struct change **out, size_t *count);

/* The same for readers: a change whose sides have enough in common falls into those of its words,
 * and what is taken out whole goes with the space beside it. */
void alignment_differences(struct arena *arena, const struct alignment *alignment,
    const struct change **out, size_t *count);

#endif
