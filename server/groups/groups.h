/* Groups, their members, and the invitations that lead into them. */
#ifndef GLOSS_GROUPS_GROUPS_H
#define GLOSS_GROUPS_GROUPS_H

#include "http/request.h"

step_fn group_list;   /* GET /api/v1/groups */
step_fn group_create; /* POST /api/v1/groups */
step_fn group_get;    /* GET /api/v1/groups/{group} */
step_fn group_patch;  /* PATCH /api/v1/groups/{group} */
step_fn group_delete; /* DELETE /api/v1/groups/{group} */

step_fn member_list;   /* GET /api/v1/groups/{group}/members */
step_fn member_patch;  /* PATCH /api/v1/groups/{group}/members/{user} */
step_fn member_delete; /* DELETE /api/v1/groups/{group}/members/{user} */
step_fn group_leave;   /* POST /api/v1/groups/{group}/leave */

step_fn invitation_list;   /* GET /api/v1/groups/{group}/invitations */
step_fn invitation_create; /* POST /api/v1/groups/{group}/invitations */
step_fn invitation_get;    /* GET /api/v1/invitations/{invitation} */
step_fn invitation_accept; /* POST /api/v1/invitations/{invitation}/accept */
step_fn invitation_delete; /* DELETE /api/v1/invitations/{invitation} */

#endif
