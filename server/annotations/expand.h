/* Inside annotations/ only: `expand=replies`, annotations with the first replies below each. */
#ifndef GLOSS_ANNOTATIONS_EXPAND_H
#define GLOSS_ANNOTATIONS_EXPAND_H

#include "base/invalid.h"
#include "model/annotation.h"
#include "step/await.h"

/* With replies a page is no longer than this. */
#define EXPAND_LIMIT_MAX 50

/* An annotation that has passed the door, as it is without its replies. */
struct expandable {
    struct uuid id, document, thread, group;
    struct str json;
};
struct expandable expandable_of(const struct annotation *it, struct str json);

/* Reads `expand`: a list of `author` (who is always shown) and `replies`. */
void expand_read(struct request *req, bool *replies, struct invalid *why);

struct db_call expand_call(struct request *req, const struct expandable *items, size_t count);
/* Gives each item its `expanded`, from the rows of that call. False: broken, answer 500. */
bool expand_add(
    struct request *req, const struct db_result *res, struct expandable *items, size_t count);

#endif
