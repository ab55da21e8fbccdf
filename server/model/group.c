#include "model/group.h"

const struct uuid group_everyone = { { [15] = 1 } };

static const char *const role_names[ROLES] = { "", "member", "moderator", "admin", "owner" };

const char *role_name(enum role role)
{
    return role_names[role];
}

enum role role_of_name(struct str name)
{
    for (int role = ROLE_MEMBER; role < ROLES; role++)
        if (str_eq(name, str_from(role_names[role])))
            return (enum role)role;
    return ROLE_NONE;
}

enum group_kind group_kind_of_name(struct str name)
{
    if (str_eq(name, STR("everyone")))
        return GROUP_EVERYONE;
    if (str_eq(name, STR("personal")))
        return GROUP_OWN;
    return str_eq(name, STR("pair")) ? GROUP_PAIR : GROUP_ORDINARY;
}

const char *group_kind_shown(enum group_kind kind)
{
    static const char *const names[] = { [GROUP_ORDINARY] = "group",
        [GROUP_EVERYONE] = "everyone",
        [GROUP_OWN] = "mine",
        [GROUP_PAIR] = "pair" };

    return names[kind];
}

bool group_id_read(struct str text, const struct reader *reader, struct uuid *out)
{
    if (str_eq(text, STR("everyone"))) {
        *out = group_everyone;
        return true;
    }
    if (str_eq(text, STR("mine"))) {
        if (reader_is_nobody(reader))
            return false;
        *out = reader->own_group;
        return true;
    }
    return typeid_read(text, "grp", out);
}

bool group_ids_read(struct str text, const struct reader *reader, struct group_ids *out)
{
    struct str rest = text, id;

    out->count = 0;
    if (text.bytes > 0 && text.at[text.bytes - 1] == ',')
        return false;
    while (rest.bytes > 0 && out->count < GROUP_IDS_MAX) {
        str_cut(rest, ',', &id, &rest);
        if (!group_id_read(id, reader, &out->at[out->count++]))
            return false;
    }
    return out->count > 0 && rest.bytes == 0;
}
