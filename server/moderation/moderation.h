/* What leaders decide about what members wrote, what readers tell them, and whom one does not want
 * to read. */
#ifndef GLOSS_MODERATION_MODERATION_H
#define GLOSS_MODERATION_MODERATION_H

#include "http/request.h"

step_fn moderation_put;  /* PUT /api/v1/annotations/{annotation}/moderation */
step_fn moderation_list; /* GET /api/v1/groups/{group}/moderation */
step_fn modlog_list;     /* GET /api/v1/groups/{group}/modlog */

step_fn flag_create; /* POST /api/v1/annotations/{annotation}/flags */
step_fn flag_delete; /* DELETE /api/v1/annotations/{annotation}/flags */
step_fn flag_list;   /* GET /api/v1/groups/{group}/flags */

step_fn mute_list;   /* GET /api/v1/me/mutes */
step_fn mute_put;    /* PUT /api/v1/me/mutes/{user} */
step_fn mute_delete; /* DELETE /api/v1/me/mutes/{user} */

#endif
