/* Groups, members and invitations, to and from the native API's JSON. */
#ifndef GLOSS_FORMATS_V1_GROUPS_H
#define GLOSS_FORMATS_V1_GROUPS_H

#include "base/invalid.h"
#include "base/writer.h"
#include "model/group.h"

#include <jansson.h>

/* False: *why says what is wrong. Texts are borrowed from the JSON value. */
/* *with: whom what is between two is made with, an id or a name; STR_NONE for any other group. */
bool v1_read_new_group(struct arena *arena, const json_t *json, struct group *out, struct str *with,
    struct invalid *why);
/* A merge patch: what is not in it stays as it is in *group. */
bool v1_read_group_patch(
    struct arena *arena, const json_t *json, struct group *group, struct invalid *why);
bool v1_read_member_patch(
    struct arena *arena, const json_t *json, enum role *role, struct invalid *why);
/* *user: an id, or a name. */
bool v1_read_new_owner(
    struct arena *arena, const json_t *json, struct str *user, struct invalid *why);
bool v1_read_new_invitation(struct arena *arena, const json_t *json, int64_t now_us,
    struct invitation *out, struct invalid *why);

bool v1_read_new_request(
    struct arena *arena, const json_t *json, struct str *message, struct invalid *why);
bool v1_read_decision(struct arena *arena, const json_t *json, struct str *state,
    struct str *reason, struct invalid *why);
bool v1_read_mask(struct arena *arena, const json_t *json, struct str *name, struct invalid *why);

void v1_write_request(struct writer *writer, struct arena *arena, const struct join_request *asked);
void v1_write_mask(struct writer *writer, struct arena *arena, const struct mask *mask);
/* "/api/v1/requests/req_…" */
struct str v1_request_path(struct arena *arena, struct uuid id);
void v1_write_group(struct writer *writer, struct arena *arena, const struct group *group);
void v1_write_member(struct writer *writer, struct arena *arena, const struct member *member);
void v1_write_invitation(
    struct writer *writer, struct arena *arena, const struct invitation *invitation);
/* What somebody who has the code is shown; the group needs its id, name and description. */
struct str v1_write_invitation_seen(
    struct arena *arena, const struct invitation *invitation, const struct group *group);

/* "/api/v1/groups/grp_…" */
struct str v1_group_path(struct arena *arena, struct uuid group);

#endif
