/* Groups, their members, and the invitations that lead into them. */
#ifndef GLOSS_GROUPS_GROUPS_H
#define GLOSS_GROUPS_GROUPS_H

#include "groups/permissions.h"
#include "http/respond.h"
#include "step/await.h"

step_fn permission_list; /* GET /api/v1/permissions */

step_fn group_list;   /* GET /api/v1/groups */
step_fn group_create; /* POST /api/v1/groups */
step_fn group_get;    /* GET /api/v1/groups/{group} */
step_fn group_patch;  /* PATCH /api/v1/groups/{group} */
step_fn group_delete; /* DELETE /api/v1/groups/{group} */

step_fn member_list;     /* GET /api/v1/groups/{group}/members */
step_fn member_patch;    /* PATCH /api/v1/groups/{group}/members/{user} */
step_fn member_delete;   /* DELETE /api/v1/groups/{group}/members/{user} */
step_fn group_leave;     /* POST /api/v1/groups/{group}/leave */
step_fn group_join;      /* POST /api/v1/groups/{group}/join */
step_fn group_hand_over; /* POST /api/v1/groups/{group}/owner */

step_fn invitation_list;   /* GET /api/v1/groups/{group}/invitations */
step_fn invitation_create; /* POST /api/v1/groups/{group}/invitations */
step_fn invitation_get;    /* GET /api/v1/invitations/{invitation} */
step_fn invitation_accept; /* POST /api/v1/invitations/{invitation}/accept */
step_fn invitation_delete; /* DELETE /api/v1/invitations/{invitation} */
step_fn invitation_rotate; /* POST /api/v1/invitations/{invitation}/rotate */

step_fn request_list;      /* GET /api/v1/groups/{group}/requests */
step_fn request_create;    /* POST /api/v1/groups/{group}/requests */
step_fn request_get;       /* GET /api/v1/requests/{request} */
step_fn request_patch;     /* PATCH /api/v1/requests/{request} */
step_fn request_list_mine; /* GET /api/v1/me/requests */

step_fn group_document_list;  /* GET /api/v1/groups/{group}/documents */
step_fn group_document_order; /* PUT /api/v1/groups/{group}/documents */

step_fn mask_put;    /* PUT /api/v1/groups/{group}/mask */
step_fn mask_delete; /* DELETE /api/v1/groups/{group}/mask */

step_fn reading_get;     /* GET /api/v1/groups/{group}/documents/{document}/reveal */
step_fn reading_put;     /* PUT /api/v1/groups/{group}/documents/{document}/reveal */
step_fn reading_open;    /* POST /api/v1/groups/{group}/documents/{document}/reveal/me */
step_fn reading_reveal;  /* POST /api/v1/groups/{group}/documents/{document}/reveal/now */
step_fn reading_compare; /* GET /api/v1/groups/{group}/documents/{document}/compare */

/* -- for other domains -- */

/* Loads the group of the first path parameter into *group and goes on with next(req); answers 404
 * where the reader does not know of it, 403 where they may not do the deed. req->state is the
 * caller's own again in `next`. */
RESPOND enum step group_load(
    struct request *req, enum deed deed, struct group *group, step_fn *next);

/* The answer to a write that failed or was refused by its statement. */
RESPOND enum step respond_refusal(struct request *req, const struct db_result *res);

#endif
