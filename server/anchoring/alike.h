/* Where readers looked alike: of the passages that each has marked, those that several have in
 * common, and those that nobody else came near. Pure. */
#ifndef GLOSS_ANCHORING_ALIKE_H
#define GLOSS_ANCHORING_ALIKE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct mark {
    int32_t start, end; /* characters; start < end */
    uint32_t reader;    /* a number from 0 on */
};

struct passage {
    int32_t start, end;
    const uint32_t *readers; /* more than one: they looked alike */
    size_t reader_count;
    const uint32_t *marks; /* indices, in the order of the marks */
    size_t mark_count;     /* at most PASSAGE_MARKS_MAX are listed */
};

#define PASSAGES_MAX 1000
#define PASSAGE_MARKS_MAX 100

struct passages {
    const struct passage *at; /* in the order of the text, at most PASSAGES_MAX of them */
    size_t count;
    size_t alike, alone; /* how many there are, listed or not */
};

/* `marks` are in the order of their starts; their readers are numbers below `readers`. A stretch
 * that two or more have marked is a passage of those who marked any of it; marks that overlap and
 * are all of one reader are a passage of theirs. What one of them marked beyond what they have in
 * common is none. Lists lie in the arena. */
void passages_find(struct arena *arena, const struct mark *marks, size_t count, size_t readers,
    struct passages *out);

#endif
