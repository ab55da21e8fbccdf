/* Who may do what in a group: the one table. Handlers ask it to say no with a reason; statements
 * get the roles as a parameter, and decide. `gloss permissions`, GET /api/v1/permissions and the
 * README's table are made of it. */
#ifndef GLOSS_GROUPS_PERMISSIONS_H
#define GLOSS_GROUPS_PERMISSIONS_H

#include "db/params.h"
#include "model/group.h"

enum deed {
    DEED_READ,
    DEED_WRITE,        /* annotations, replies, reactions */
    DEED_LIST_TEXT,    /* put a text in, or list one there */
    DEED_LIST_MEMBERS, /* and learn how many there are */
    DEED_JOIN,         /* without asking */
    DEED_ASK_TO_JOIN,
    DEED_LEAVE,
    DEED_WEAR_MASK,
    DEED_MODERATE,
    DEED_SEE_FLAGS,
    DEED_SEE_LOG,
    DEED_DECIDE_REQUESTS,
    DEED_SEE_READY,
    DEED_SET_READING, /* the rule of a text that is read independently first */
    DEED_REVEAL,      /* for all */
    DEED_ORDER_TEXTS,
    DEED_MANAGE_TEXTS,  /* those at home in it that others have put in */
    DEED_INVITE,        /* make, list, rotate and revoke invitations */
    DEED_REMOVE_MEMBER, /* another one, who is no leader (DEED_SET_LEADER) */
    DEED_SET_ROLE,      /* member and moderator */
    DEED_CHANGE,        /* its name, description and settings */
    DEED_SET_LEADER,    /* make and unmake admins and owners */
    DEED_HAND_OVER,
    DEED_DISSOLVE,
    DEEDS
};

/* The name of a deed: x-deed of the contract. */
const char *deed_name(enum deed deed);
/* Who does it, as a sentence for others. */
const char *deed_why(enum deed deed);

/* May the reader, whose role is in the group? No: *why says who may. */
bool deed_is_allowed(enum deed deed, const struct group *group, const char **why);

/* The names of the roles that may, as text[]. */
struct db_param deed_roles(struct arena *arena, enum deed deed);

/* The names of what the reader may do in it, for its JSON. */
struct may group_may(struct arena *arena, const struct group *group);

/* A row of the table in words, each list a space between. */
struct deed_row {
    const char *name, *summary;
    struct str roles;
    struct str others; /* the accesses of groups in which users who are not in it may */
    struct str kinds;  /* the kinds of groups in which there is such a deed */
};
struct deed_row deed_row(struct arena *arena, enum deed deed);

#endif
