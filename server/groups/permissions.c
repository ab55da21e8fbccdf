#include "groups/permissions.h"

#define BIT(n) (1u << (n))
#define OWNERS BIT(ROLE_OWNER)
#define ADMINS (OWNERS | BIT(ROLE_ADMIN))
#define LEADERS (ADMINS | BIT(ROLE_MODERATOR))
#define MEMBERS (LEADERS | BIT(ROLE_MEMBER))
#define ORDINARY BIT(GROUP_ORDINARY)
#define ALL_KINDS (ORDINARY | BIT(GROUP_EVERYONE) | BIT(GROUP_OWN) | BIT(GROUP_PAIR))

/* Users who are not in the group, by its access. A private one they do not even know of. */
enum others { NOBODY_ELSE, RESTRICTED = 1, OPEN = 2, READERS = RESTRICTED | OPEN };

static const struct permission {
    const char *name, *summary;
    unsigned roles, kinds;
    enum others others;
    const char *why; /* to those who may not */
} permissions[DEEDS] = {
    [DEED_READ] = { "read", "read its texts and what is said there", MEMBERS, ALL_KINDS, READERS,
        "Only its members read it." },
    [DEED_WRITE] = { "write", "annotate, reply, react", MEMBERS, ALL_KINDS, OPEN,
        "Only its members write in it." },
    [DEED_LIST_TEXT] = { "list_text", "put a text in", MEMBERS, ALL_KINDS, OPEN,
        "Only its members put texts in." },
    [DEED_LIST_MEMBERS] = { "list_members", "see who is in it", MEMBERS, ALL_KINDS, NOBODY_ELSE,
        "Only its members see who is in it." },
    [DEED_JOIN] = { "join", "join without asking", 0, ORDINARY, OPEN,
        "One does not just join this group: ask its leaders (POST …/requests)." },
    [DEED_ASK_TO_JOIN] = { "ask_to_join", "ask to be let in", 0, ORDINARY, RESTRICTED,
        "There is nothing to ask for: the group is open, or you are in it." },
    [DEED_LEAVE] = { "leave", "leave it", MEMBERS, ORDINARY, NOBODY_ELSE, "You are not in it." },
    [DEED_WEAR_MASK] = { "wear_mask", "write under another name", MEMBERS, ORDINARY, NOBODY_ELSE,
        "Only its members have a mask in it." },
    [DEED_MODERATE] = { "moderate", "approve, deny, hide and unhide what others wrote", LEADERS,
        ORDINARY, NOBODY_ELSE, "Only an owner, admin or moderator of the group moderates." },
    [DEED_SEE_FLAGS] = { "see_flags", "see what readers flagged", LEADERS, ORDINARY, NOBODY_ELSE,
        "Only an owner, admin or moderator of the group sees its flags." },
    [DEED_SEE_LOG] = { "see_log", "see the moderation log", LEADERS, ORDINARY, NOBODY_ELSE,
        "Only an owner, admin or moderator of the group sees its log." },
    [DEED_DECIDE_REQUESTS] = { "decide_requests", "let in who asks, or not", LEADERS, ORDINARY,
        NOBODY_ELSE, "Only an owner, admin or moderator of the group decides on requests." },
    [DEED_SEE_READY] = { "see_ready", "see who is ready for the reveal", LEADERS, ORDINARY,
        NOBODY_ELSE, "Only an owner, admin or moderator of the group sees who is ready." },
    [DEED_SET_READING] = { "set_reading", "say when a text's annotations are revealed", ADMINS,
        ORDINARY, NOBODY_ELSE, "Only an owner or admin of the group sets how it reads a text." },
    [DEED_REVEAL] = { "reveal", "reveal them to all", ADMINS, ORDINARY, NOBODY_ELSE,
        "Only an owner or admin of the group reveals to all." },
    [DEED_ORDER_TEXTS] = { "order_texts", "order its texts, take out what is listed", ADMINS,
        ORDINARY | BIT(GROUP_OWN), NOBODY_ELSE,
        "Only an owner or admin of the group orders its texts." },
    [DEED_MANAGE_TEXTS] = { "manage_texts", "change, list, delete and restore texts at home in it",
        ADMINS, ORDINARY, NOBODY_ELSE,
        "Only who put a text in, and an owner or admin of its group, change it." },
    [DEED_INVITE] = { "invite", "invite, see and revoke invitations", ADMINS, ORDINARY, NOBODY_ELSE,
        "Only an owner or admin of the group invites." },
    [DEED_REMOVE_MEMBER] = { "remove_member", "remove members and moderators", ADMINS, ORDINARY,
        NOBODY_ELSE, "Only an owner or admin of the group removes members." },
    [DEED_SET_ROLE] = { "set_role", "make and unmake moderators", ADMINS, ORDINARY, NOBODY_ELSE,
        "Only an owner or admin of the group gives roles." },
    [DEED_CHANGE] = { "change", "change its name, description and settings", ADMINS, ORDINARY,
        NOBODY_ELSE, "Only an owner or admin of the group changes it." },
    [DEED_SET_LEADER] = { "set_leader", "make, unmake and remove admins and owners", OWNERS,
        ORDINARY, NOBODY_ELSE, "Only an owner of the group makes and unmakes admins and owners." },
    [DEED_HAND_OVER] = { "hand_over", "hand it over to another member", OWNERS, ORDINARY,
        NOBODY_ELSE, "Only an owner of the group hands it over." },
    [DEED_DISSOLVE] = { "dissolve", "dissolve it", OWNERS, ORDINARY, NOBODY_ELSE,
        "Only an owner of the group dissolves it." },
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

static bool others_may(const struct permission *permission, const struct group *group)
{
    return permission->others &
        (str_eq(group->access, STR("open"))                ? OPEN
                : str_eq(group->access, STR("restricted")) ? RESTRICTED
                                                           : NOBODY_ELSE);
}

/* Who has not signed in reads what others read, and does nothing else. */
static bool may(enum deed deed, const struct group *group)
{
    const struct permission *permission = &permissions[deed];

    if (!(permission->kinds & BIT(group->kind)))
        return false;
    if (group->role != ROLE_NONE)
        return permission->roles & BIT(group->role);
    return others_may(permission, group) && (!group->by_nobody || deed == DEED_READ);
}

const char *deed_name(enum deed deed)
{
    return permissions[deed].name;
}

const char *deed_why(enum deed deed)
{
    return permissions[deed].why;
}

bool deed_is_allowed(enum deed deed, const struct group *group, const char **why)
{
    if (may(deed, group))
        return true;
    *why = permissions[deed].kinds & BIT(group->kind) ? permissions[deed].why
                                                      : why_not_this_kind(group->kind);
    return false;
}

struct may group_may(struct arena *arena, const struct group *group)
{
    const char **names = arena_array(arena, const char *, DEEDS);
    size_t count = 0;

    for (int deed = 0; deed < DEEDS; deed++)
        if (may((enum deed)deed, group))
            names[count++] = permissions[deed].name;
    return (struct may){ names, count };
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

/* -- in words ---------------------------------------------------------------------------------- */

static struct str with_word(struct arena *arena, struct str list, bool is_in, const char *word)
{
    return is_in ? arena_printf(arena, "%.*s%s%s", STR_ARG(list), list.bytes ? " " : "", word)
                 : list;
}

struct deed_row deed_row(struct arena *arena, enum deed deed)
{
    const struct permission *permission = &permissions[deed];
    struct deed_row row = { permission->name, permission->summary, STR(""), STR(""), STR("") };

    for (int role = ROLE_OWNER; role > ROLE_NONE; role--)
        row.roles =
            with_word(arena, row.roles, permission->roles & BIT(role), role_name((enum role)role));
    row.others = with_word(arena, row.others, permission->others & RESTRICTED, "restricted");
    row.others = with_word(arena, row.others, permission->others & OPEN, "open");
    for (int kind = GROUP_ORDINARY; kind <= GROUP_PAIR; kind++)
        row.kinds = with_word(arena, row.kinds, permission->kinds & BIT(kind),
            group_kind_shown((enum group_kind)kind));
    return row;
}
