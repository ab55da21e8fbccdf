/* Who asks, and what they may read. */
#ifndef GLOSS_MODEL_READER_H
#define GLOSS_MODEL_READER_H

#include "base/str.h"
#include "base/uuid.h"

/* The audiences that a reader may read, ascending. To see is to be listed; nothing is subtracted.
 * `past` are those that they could read once: their own words there stay theirs. `muted` is whom
 * they do not want to read, users and masks: lists and counts leave them out, which is no secret.
 */
struct pass {
    const int32_t *reads;
    size_t count;
    const int32_t *past;
    size_t past_count;
    const struct uuid *muted;
    size_t muted_count;
};

bool pass_holds(const struct pass *pass, int32_t audience);

/* Nobody in particular has the nil id, no scope to write, and a pass of their own. */
struct reader {
    struct uuid id;
    struct str name, display_name;
    bool admin;             /* runs the server; reads nothing more for it */
    unsigned scopes;        /* bits of enum scope (http/router.h) */
    bool by_session;        /* signed in on the page; else by token, or nobody */
    struct uuid credential; /* the session or token */
    struct uuid own_group;  /* `mine`; nil for nobody */
    struct pass pass;
};

bool reader_is_nobody(const struct reader *reader);

#endif
