#include "test.h"

#include "groups/permissions.h"

static bool may_in(const char *access, enum deed deed, enum group_kind kind, enum role role)
{
    struct group group = { .kind = kind, .role = role, .access = str_from(access) };
    const char *why = NULL;
    bool allowed = deed_is_allowed(deed, &group, &why);

    if (!allowed)
        CHECK(why && *why);
    return allowed;
}

static bool may(enum deed deed, enum group_kind kind, enum role role)
{
    return may_in("private", deed, kind, role);
}

static bool is_for_others_alone(enum deed deed)
{
    return deed == DEED_JOIN || deed == DEED_ASK_TO_JOIN;
}

TEST("who is not in a group does what its access lets others do")
{
    for (int deed = 0; deed < DEEDS; deed++) {
        CHECK(!may((enum deed)deed, GROUP_ORDINARY, ROLE_NONE));
        CHECK_INT(may_in("restricted", (enum deed)deed, GROUP_ORDINARY, ROLE_NONE),
            deed == DEED_READ || deed == DEED_ASK_TO_JOIN);
        CHECK_INT(may_in("open", (enum deed)deed, GROUP_ORDINARY, ROLE_NONE),
            deed == DEED_READ || deed == DEED_WRITE || deed == DEED_LIST_TEXT || deed == DEED_JOIN);
    }
}

TEST("who has not signed in reads what others read, and does nothing")
{
    struct group group = { .access = STR("open"), .by_nobody = true };
    const char *why;

    for (int deed = 0; deed < DEEDS; deed++)
        CHECK_INT(deed_is_allowed((enum deed)deed, &group, &why), deed == DEED_READ);
}

TEST("a member reads, writes, sees who is there, and leaves")
{
    for (int deed = 0; deed < DEEDS; deed++)
        CHECK_INT(may((enum deed)deed, GROUP_ORDINARY, ROLE_MEMBER),
            deed <= DEED_WEAR_MASK && !is_for_others_alone((enum deed)deed));
}

TEST("a moderator also judges what is said and who comes in")
{
    for (int deed = 0; deed < DEEDS; deed++)
        CHECK_INT(may((enum deed)deed, GROUP_ORDINARY, ROLE_MODERATOR),
            deed <= DEED_SEE_READY && !is_for_others_alone((enum deed)deed));
}

TEST("an owner does everything, an admin all but what makes leaders and ends the group")
{
    for (int deed = 0; deed < DEEDS; deed++) {
        bool is_theirs = !is_for_others_alone((enum deed)deed);
        CHECK_INT(may((enum deed)deed, GROUP_ORDINARY, ROLE_OWNER), is_theirs);
        CHECK_INT(
            may((enum deed)deed, GROUP_ORDINARY, ROLE_ADMIN), is_theirs && deed < DEED_SET_LEADER);
    }
}

TEST("a group's JSON names what its reader may do")
{
    struct arena *arena = arena_make();
    struct group group = { .role = ROLE_NONE, .access = STR("restricted") };
    struct may list = group_may(arena, &group);

    CHECK_INT(list.count, 2);
    CHECK_STR(str_from(list.names[0]), STR("read"));
    CHECK_STR(str_from(list.names[1]), STR("ask_to_join"));
    CHECK_STR(str_from(deed_name(DEED_SET_LEADER)), STR("set_leader"));
    arena_free(arena);
}

TEST("Everyone, one's own group and a pair are read, written in and not changed, whatever the role")
{
    for (int role = ROLE_MEMBER; role < ROLES; role++)
        for (int deed = 0; deed < DEEDS; deed++) {
            bool common = deed <= DEED_LIST_MEMBERS;
            CHECK_INT(may((enum deed)deed, GROUP_EVERYONE, (enum role)role), common);
            CHECK_INT(may((enum deed)deed, GROUP_PAIR, (enum role)role), common);
            CHECK_INT(may((enum deed)deed, GROUP_OWN, (enum role)role),
                common || (deed == DEED_ORDER_TEXTS && role >= ROLE_ADMIN));
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
