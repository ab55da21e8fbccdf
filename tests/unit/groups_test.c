#include "test.h"

#include "groups/permissions.h"

static bool may(enum deed deed, enum group_kind kind, enum role role)
{
    struct group group = { .kind = kind, .role = role };
    const char *why = NULL;
    bool allowed = deed_is_allowed(deed, &group, &why);

    if (!allowed)
        CHECK(why && *why);
    return allowed;
}

TEST("who is not in a group does nothing in it but read it")
{
    CHECK(may(DEED_READ, GROUP_ORDINARY, ROLE_NONE));
    for (int deed = DEED_LIST_MEMBERS; deed < DEEDS; deed++)
        CHECK(!may((enum deed)deed, GROUP_ORDINARY, ROLE_NONE));
}

TEST("a member sees who is there, and leaves")
{
    for (int deed = DEED_READ; deed < DEEDS; deed++)
        CHECK_INT(may((enum deed)deed, GROUP_ORDINARY, ROLE_MEMBER), deed <= DEED_LEAVE);
}

TEST("an owner does everything")
{
    for (int deed = DEED_READ; deed < DEEDS; deed++)
        CHECK(may((enum deed)deed, GROUP_ORDINARY, ROLE_OWNER));
}

TEST("Everyone and one's own group are read and not changed, whatever the role")
{
    for (int role = ROLE_MEMBER; role < ROLES; role++)
        for (int deed = DEED_READ; deed < DEEDS; deed++) {
            CHECK_INT(
                may((enum deed)deed, GROUP_EVERYONE, (enum role)role), deed <= DEED_LIST_MEMBERS);
            CHECK_INT(may((enum deed)deed, GROUP_OWN, (enum role)role), deed <= DEED_LIST_MEMBERS);
        }
}

TEST("a group is named by its id, everyone, or mine")
{
    struct arena *arena = arena_make();
    struct reader nobody = { 0 }, ana = { .id = { { 1 } }, .own_group = { { 2 } } };
    struct uuid id = uuid_new(), out;

    CHECK(group_id_read(typeid_write(arena, "grp", id), &nobody, &out));
    CHECK(uuid_eq(out, id));
    CHECK(group_id_read(STR("everyone"), &nobody, &out));
    CHECK(uuid_eq(out, group_everyone));
    CHECK(group_id_read(STR("mine"), &ana, &out));
    CHECK(uuid_eq(out, ana.own_group));
    CHECK(!group_id_read(STR("mine"), &nobody, &out));
    CHECK(!group_id_read(STR("Everyone"), &ana, &out));
    CHECK(!group_id_read(typeid_write(arena, "doc", id), &ana, &out));
    CHECK(!group_id_read(STR(""), &ana, &out));
    arena_free(arena);
}
