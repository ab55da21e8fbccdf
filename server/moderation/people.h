/* Inside moderation/ only: people as leaders are shown them. */
#ifndef GLOSS_MODERATION_PEOPLE_H
#define GLOSS_MODERATION_PEOPLE_H

#include "db/result.h"
#include "model/moderation.h"

/* From the columns ROLE_id, ROLE_name, ROLE_display_name, ROLE_masked, ROLE_mask; texts are
 * borrowed from the row. The id is nil where they have gone. */
struct author person_of(
    struct arena *arena, const struct db_result *res, int row, const char *role);

/* A row with the columns of flagger.part. */
struct flag flag_of(struct arena *arena, const struct db_result *res, int row, struct uuid group);

#endif
