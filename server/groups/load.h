/* Inside groups/ only: what its handlers have in common. */
#ifndef GLOSS_GROUPS_LOAD_H
#define GLOSS_GROUPS_LOAD_H

#include "db/result.h"
#include "groups/groups.h"

/* A row of get.sql and its like, as this request's reader sees it; texts are copied. */
struct group group_of(struct request *req, const struct db_result *res, int row);

struct str group_text(struct request *req, const struct group *group);

/* 200 (or 201 with Location) with the group and its tag. */
RESPOND enum step respond_group(struct request *req, const struct group *group);
RESPOND enum step respond_group_created(struct request *req, const struct group *group);

#endif
