#include "test.h"

#include "base/utf8.h"
#include "formats/v1_groups.h"
#include "formats/v1_users.h"

#define NOW_US INT64_C(1800000000000000)

static json_t *parse(struct arena *arena, const char *text)
{
    json_t *json = json_loads(text, 0, NULL);

    CHECK(json);
    arena_own(arena, json, (void (*)(void *))json_decref);
    return json;
}

/* "/name too-short /x unknown-field", in the order found. */
static struct str faults_of(struct arena *arena, const struct invalid *why)
{
    struct str all = STR("");

    for (size_t i = 0; i < why->count; i++)
        all = arena_printf(arena, "%.*s%s%.*s %s", STR_ARG(all), i ? " " : "",
            STR_ARG(why->faults[i].pointer), why->faults[i].code);
    return all;
}

TEST("what somebody signs up with is read, and each fault is named")
{
    static const struct {
        const char *json, *faults;
    } rows[] = {
        { "{\"name\":\"ana\",\"password\":\"12345678\"}", "" },
        { "{\"name\":\"a.b_c-9\",\"password\":\"\xF0\x9F\x94\x91\xF0\x9F\x94\x91\xF0\x9F\x94\x91"
          "\xF0\x9F\x94\x91\xF0\x9F\x94\x91\xF0\x9F\x94\x91\xF0\x9F\x94\x91\xF0\x9F\x94\x91\"}",
            "" },
        { "{}", "/name required /password required" },
        { "{\"name\":\"Ana\",\"password\":\"12345678\"}", "/name pattern" },
        { "{\"name\":\"-ana\",\"password\":\"12345678\"}", "/name pattern" },
        { "{\"name\":\"a\",\"password\":\"12345678\"}", "" },
        { "{\"name\":\"a23456789-123456789-123456789-123456789\",\"password\":\"12345678\"}", "" },
        { "{\"name\":\"a23456789-123456789-123456789-123456789x\",\"password\":\"12345678\"}",
            "/name too-long" },
        { "{\"name\":\"an\\u00e4\",\"password\":\"12345678\"}", "/name pattern" },
        { "{\"name\":\"ana\",\"password\":\"1234567\"}", "/password too-short" },
        { "{\"name\":\"ana\",\"password\":12345678}", "/password type" },
        { "{\"name\":\"ana\",\"password\":\"12345678\",\"display_name\":\"a\\u0085b\"}",
            "/display_name control" },
        { "{\"name\":\"ana\",\"password\":\"12345678\",\"display_name\":\" \\t\"}",
            "/display_name control" },
        { "{\"name\":\"ana\",\"password\":\"12345678\",\"display_name\":\"  \"}",
            "/display_name blank" },
        { "{\"name\":\"ana\",\"password\":\"12345678\",\"a/b\":1}", "/a~1b unknown-field" },
        { "{\"name\":\"ana\",\"password\":\"12345678\",\"session\":1}", "/session type" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_make();
        struct sign_up out;
        struct invalid why = { 0 };
        bool fine = v1_read_sign_up(arena, parse(arena, rows[i].json), &out, &why);
        struct str faults = faults_of(arena, &why);
        if (!str_eq(faults, str_from(rows[i].faults)) || fine != (faults.bytes == 0))
            FAIL("%s: %.*s", rows[i].json, STR_ARG(faults));
        arena_free(arena);
    }
}

TEST("a long name of an unknown field is not cut in the middle of a character")
{
    struct arena *arena = arena_make();
    struct str long_name = STR("");
    struct str name = STR_NONE;
    struct invalid why = { 0 };

    for (int i = 0; i < 61; i++)
        long_name = arena_printf(arena, "%.*s\xC3\xA9", STR_ARG(long_name));
    struct str text = arena_printf(arena, "{\"%.*s\":1}", STR_ARG(long_name));
    CHECK(!v1_read_me_patch(arena, parse(arena, text.at), &name, &why));
    CHECK(utf8_valid(why.faults[0].detail));
    arena_free(arena);
}

TEST("without a display name the name is shown")
{
    struct arena *arena = arena_make();
    struct sign_up out;
    struct invalid why = { 0 };

    CHECK(v1_read_sign_up(
        arena, parse(arena, "{\"name\":\"ana\",\"password\":\"12345678\"}"), &out, &why));
    CHECK_STR(out.display_name, STR("ana"));
    arena_free(arena);
}

TEST("a new token's scopes are known ones, each once, and its end is to come")
{
    static const struct str known[] = { { "export", 6 }, { "feed", 4 } };
    static const struct {
        const char *json, *faults;
    } rows[] = {
        { "{\"name\":\"x\"}", "" },
        { "{\"name\":\"x\",\"scopes\":[\"feed\",\"export\"]}", "" },
        { "{\"name\":\"x\",\"scopes\":[]}", "/scopes empty" },
        { "{\"name\":\"x\",\"scopes\":\"feed\"}", "/scopes type" },
        { "{\"name\":\"x\",\"scopes\":[\"feed\",\"feed\"]}", "/scopes/1 repeated" },
        { "{\"name\":\"x\",\"scopes\":[\"feed\",\"all\"]}", "/scopes/1 unknown" },
        { "{\"name\":\"x\",\"scopes\":[1]}", "/scopes/0 type" },
        { "{\"name\":\"x\",\"expires_at\":null}", "" },
        { "{\"name\":\"x\",\"expires_at\":\"2030-01-01T00:00:00Z\"}", "" },
        { "{\"name\":\"x\",\"expires_at\":\"2001-01-01T00:00:00Z\"}", "/expires_at past" },
        { "{\"name\":\"x\",\"expires_at\":\"soon\"}", "/expires_at time" },
        { "{\"name\":\"x\",\"expires_at\":7}", "/expires_at type" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_make();
        struct new_token out;
        struct invalid why = { 0 };
        v1_read_new_token(
            arena, parse(arena, rows[i].json), NOW_US, (struct names){ known, 2 }, &out, &why);
        struct str faults = faults_of(arena, &why);
        if (!str_eq(faults, str_from(rows[i].faults)))
            FAIL("%s: %.*s", rows[i].json, STR_ARG(faults));
        arena_free(arena);
    }
}

TEST("a patch of a group leaves alone what it does not name, and null takes a description away")
{
    struct arena *arena = arena_make();
    struct group group = { .name = STR("Old"), .description = STR("Words") };
    struct invalid why = { 0 };

    CHECK(v1_read_group_patch(arena, parse(arena, "{}"), &group, &why));
    CHECK_STR(group.name, STR("Old"));
    CHECK_STR(group.description, STR("Words"));
    CHECK(v1_read_group_patch(arena, parse(arena, "{\"description\":null}"), &group, &why));
    CHECK(!str_given(group.description));
    CHECK(!v1_read_group_patch(arena, parse(arena, "{\"name\":null}"), &group, &why));
    CHECK_STR(faults_of(arena, &why), STR("/name type"));
    arena_free(arena);
}

TEST("an invitation is for a member, any number of times and for ever, unless it says otherwise")
{
    struct arena *arena = arena_make();
    struct invitation out = { 0 };
    struct invalid why = { 0 };

    CHECK(v1_read_new_invitation(arena, parse(arena, "{}"), NOW_US, &out, &why));
    CHECK_INT(out.role, ROLE_MEMBER);
    CHECK_INT(out.uses_left, -1);
    CHECK_INT(out.expires_us, 0);
    CHECK(v1_read_new_invitation(
        arena, parse(arena, "{\"role\":\"owner\",\"uses\":3}"), NOW_US, &out, &why));
    CHECK_INT(out.role, ROLE_OWNER);
    CHECK_INT(out.uses_left, 3);
    CHECK(!v1_read_new_invitation(
        arena, parse(arena, "{\"role\":\"king\",\"uses\":0}"), NOW_US, &out, &why));
    CHECK_STR(faults_of(arena, &why), STR("/role unknown /uses range"));
    arena_free(arena);
}

TEST("a group outside of which one stands has no role, and is shown with both its addresses")
{
    struct arena *arena = arena_make();
    struct group group = { .id = group_everyone,
        .name = STR("Everyone"),
        .kind = GROUP_EVERYONE,
        .access = STR("open"),
        .leaders_see_through = true,
        .members = -1,
        .may = { (const char *const[]){ "read", "write" }, 2 },
        .created_us = NOW_US,
        .updated_us = NOW_US,
        .version = 1 };
    struct writer writer;

    writer_start(&writer);
    v1_write_group(&writer, arena, &group);
    CHECK_STR(writer_finish(&writer, arena),
        STR("{\"id\":\"grp_00000000000000000000000001\",\"name\":\"Everyone\","
            "\"description\":null,\"kind\":\"everyone\",\"access\":\"open\","
            "\"anonymous\":false,\"leaders_see_through\":true,\"premoderated\":false,"
            "\"role\":null,\"members\":null,\"my_mask\":null,\"may\":[\"read\",\"write\"],"
            "\"created_at\":\"2027-01-15T08:00:00.000000Z\","
            "\"updated_at\":\"2027-01-15T08:00:00.000000Z\",\"version\":1,\"links\":{\"self\":"
            "\"/api/v1/groups/grp_00000000000000000000000001\",\"html\":"
            "\"/g/grp_00000000000000000000000001\"}}"));
    arena_free(arena);
}
