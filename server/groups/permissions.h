/* Who may do what in a group: the one table. Handlers ask it to say no with a reason; statements
 * get the roles as a parameter, and decide. */
#ifndef GLOSS_GROUPS_PERMISSIONS_H
#define GLOSS_GROUPS_PERMISSIONS_H

#include "db/params.h"
#include "model/group.h"

enum deed {
    DEED_READ,
    DEED_LIST_MEMBERS,
    DEED_LEAVE,
    DEED_CHANGE, /* its name and description */
    DEED_DISSOLVE,
    DEED_SET_ROLE,
    DEED_REMOVE_MEMBER, /* another one */
    DEED_INVITE,        /* make, list and revoke invitations */
    DEEDS
};

/* May the reader, whose role is in the group? No: *why says who may. */
bool deed_is_allowed(enum deed deed, const struct group *group, const char **why);

/* The names of the roles that may, as text[]. */
struct db_param deed_roles(struct arena *arena, enum deed deed);

#endif
