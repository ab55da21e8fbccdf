/* How a group reads a text: each for themselves first, until it is revealed. */
#ifndef GLOSS_MODEL_READING_H
#define GLOSS_MODEL_READING_H

#include "model/user.h"

#include <stdbool.h>
#include <stdint.h>

/* Any of these opens it; none of them: its leaders alone do. */
struct reading_rule {
    int32_t own_count; /* for a member who has written as many; 0: not so */
    bool by_reader;    /* for a member who says that they have read it */
    int64_t due_us;    /* for all, at this time; 0: at none */
};

/* As one reader finds it. */
struct reading {
    struct reading_rule rule;
    int64_t revealed_us; /* for all; 0: not yet */
    bool is_revealed;    /* to this reader */
    bool is_counted;     /* the rule is for them: a member, who does not lead */
    int32_t own;         /* annotations of theirs that count */
};

/* One member, for leaders. */
struct ready {
    struct author user;
    bool is_revealed;
    int32_t own;
};

struct ready_list {
    const struct ready *at;
    size_t count;
};

#endif
