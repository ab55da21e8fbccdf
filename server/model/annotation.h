/* An annotation, a reply, or a tombstone, as one reader sees it. */
#ifndef GLOSS_MODEL_ANNOTATION_H
#define GLOSS_MODEL_ANNOTATION_H

#include "base/str.h"
#include "base/uuid.h"
#include "model/user.h"

enum reaction {
    REACTION_AGREE = 1,
    REACTION_DISAGREE,
    REACTION_QUESTION,
    REACTION_THANKS,
    REACTION_WANT_ANSWER,
    REACTIONS
};

/* The name that every dialect of ours uses, "want_answer". */
const char *reaction_name(enum reaction reaction);
/* REACTIONS when there is none of that name. */
enum reaction reaction_of_name(struct str name);

/* Where it stands in the document's current revision. */
struct anchor {
    bool is_placed;    /* false: the whole document, a reply, or a page elsewhere */
    bool is_gone;      /* the passage was taken out: no range */
    bool is_confirmed; /* its author stands behind it */
    struct uuid revision;
    int32_t start_chars, end_chars;
    struct str state; /* exact, moved, changed, ambiguous, gone */
    double score;
};

/* Other words for the passage, and what has become of them. */
struct suggestion {
    struct str replacement; /* plain words; none: the passage is to be taken out */
    struct str state;       /* open, accepted, rejected */
    struct user by;         /* who decided; id nil while it is open, or not told */
    int64_t at_us;          /* when */
    struct str reason;      /* of a rejection, or STR_NONE */
    struct uuid revision;   /* that it was accepted into, or nil */
};

/* What the leaders of a further group have decided of it there. */
struct held {
    struct uuid group;
    struct str state, note; /* note: STR_NONE, none was given */
};

/* Columns that answers are not made of as they are, but changes are. Only single reads have them.
 */
struct annotation_source {
    struct str kind;
    struct str body; /* Markdown as written; STR_NONE in a highlight */
    const struct str *tags;
    size_t tag_count;
    struct str quote_exact, quote_prefix, quote_suffix; /* STR_NONE: no quote */
    struct str selectors, extra;                        /* JSON or STR_NONE */
    struct uuid revision;                               /* that it was written against, or nil */
    struct str moderation;
    int renderer;
};

struct annotation {
    struct uuid id, document, group;
    bool at_home; /* the group is its own, not a further one through which this reader reads it */
    const struct uuid *groups; /* further ones through which this reader reads it */
    size_t group_count;
    const struct held *held; /* in further groups, as far as this reader is told */
    size_t held_count;
    struct uuid thread, parent; /* parent nil: the first of its thread */
    struct author author;       /* not to be shown in a tombstone */
    int32_t audience;
    bool is_private, is_draft, is_deleted;  /* deleted: a tombstone */
    bool is_sealed;                         /* at home, and before the reveal as after it */
    struct str moderation, moderation_note; /* STR_NONE: nothing that this reader is told */
    struct str status;
    int32_t version;
    struct str shown; /* JSON members kind, body, body_html, tags, quote, selectors */
    struct anchor anchor;
    const struct suggestion *suggestion; /* NULL: it is none */
    int32_t replies;                     /* live ones below it that this reader may see */
    int32_t reactions[REACTIONS];        /* by enum reaction; those that this reader may see */
    bool mine[REACTIONS];                /* the reader's own */
    int64_t created_us, updated_us;
    const struct annotation_source *source; /* NULL in lists */
};

/* A page of them. `last` is the cursor of the next page: its key is that of the last row that the
 * page came to, which is not always shown. */
struct annotation_list {
    const struct annotation *at;
    size_t count;
    bool more;
    int64_t last_created_us, last_updated_us;
    struct uuid last_id;
};

#endif
