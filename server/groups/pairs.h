/* Inside groups/ only. */
#ifndef GLOSS_GROUPS_PAIRS_H
#define GLOSS_GROUPS_PAIRS_H

#include "groups/groups.h"

/* Answers 201 with the new group of the reader and `with`, an id or a name, or 200 with the one
 * that there is. */
RESPOND enum step pair_create(struct request *req, struct str with);

#endif
