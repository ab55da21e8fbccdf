#include "groups/permissions.h"

#define BIT(n) (1u << (n))
#define OWNERS BIT(ROLE_OWNER)
#define LEADERS (BIT(ROLE_OWNER) | BIT(ROLE_ADMIN))
#define MEMBERS (LEADERS | BIT(ROLE_MODERATOR) | BIT(ROLE_MEMBER))
#define ANYBODY (MEMBERS | BIT(ROLE_NONE))
#define ORDINARY BIT(GROUP_ORDINARY)
#define ALL_KINDS (ORDINARY | BIT(GROUP_EVERYONE) | BIT(GROUP_OWN) | BIT(GROUP_PAIR))

static const struct permission {
    unsigned roles, kinds;
    const char *why; /* to those whose role does not do */
} permissions[DEEDS] = {
    [DEED_READ] = { ANYBODY, ALL_KINDS, "" },
    [DEED_LIST_MEMBERS] = { MEMBERS, ALL_KINDS, "Only its members see who is in it." },
    [DEED_LEAVE] = { MEMBERS, ORDINARY, "You are not in it." },
    [DEED_CHANGE] = { LEADERS, ORDINARY, "Only an owner of the group changes it." },
    [DEED_DISSOLVE] = { OWNERS, ORDINARY, "Only an owner of the group dissolves it." },
    [DEED_SET_ROLE] = { OWNERS, ORDINARY, "Only an owner of the group gives roles." },
    [DEED_REMOVE_MEMBER] = { LEADERS, ORDINARY, "Only an owner of the group removes members." },
    [DEED_INVITE] = { LEADERS, ORDINARY, "Only an owner of the group invites." },
};

static const char *why_not_this_kind(enum group_kind kind)
{
    switch (kind) {
    case GROUP_EVERYONE:
        return "Everyone belongs to the server: all its users are in it, and nobody owns it.";
    case GROUP_OWN:
        return "This is your own group: it is as it is, and nobody else joins it.";
    case GROUP_PAIR:
        return "This is between two: it stays as it is.";
    case GROUP_ORDINARY:
        break;
    }
    return "";
}

bool deed_is_allowed(enum deed deed, const struct group *group, const char **why)
{
    const struct permission *permission = &permissions[deed];

    if (!(permission->kinds & BIT(group->kind)))
        *why = why_not_this_kind(group->kind);
    else if (!(permission->roles & BIT(group->role)))
        *why = permission->why;
    else
        return true;
    return false;
}

struct db_param deed_roles(struct arena *arena, enum deed deed)
{
    struct str names[ROLES];
    size_t count = 0;

    for (int role = ROLE_MEMBER; role < ROLES; role++)
        if (permissions[deed].roles & BIT(role))
            names[count++] = str_from(role_name((enum role)role));
    return db_texts(arena, names, count);
}
