/* Inside groups/ only: the group that a path names, for what is to be done with it. */
#ifndef GLOSS_GROUPS_LOAD_H
#define GLOSS_GROUPS_LOAD_H

#include "db/result.h"
#include "groups/permissions.h"
#include "http/respond.h"

/* Loads the group of the first path parameter into *group and goes on with next(req); answers 404
 * where the reader does not know of it, 403 where they may not do the deed. req->state is free
 * again in `next`. */
RESPOND enum step group_load(
    struct request *req, enum deed deed, struct group *group, step_fn *next);

/* A row of get.sql and its like; texts are copied. */
struct group group_of(struct arena *arena, const struct db_result *res, int row);

struct str group_text(struct request *req, const struct group *group);

/* 200 (or 201 with Location) with the group and its tag. */
RESPOND enum step respond_group(struct request *req, const struct group *group);
RESPOND enum step respond_group_created(struct request *req, const struct group *group);

/* The answer to a write that failed or was refused by its statement. */
RESPOND enum step respond_refusal(struct request *req, const struct db_result *res);

#endif
