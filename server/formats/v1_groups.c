#include "formats/v1_groups.h"

#include "formats/given.h"
#include "formats/v1_parts.h"
#include "formats/v1_users.h"

#define NAME_MAX 100
#define DESCRIPTION_MAX 2000
#define USES_MAX 10000
#define MESSAGE_MAX 2000

struct str v1_group_path(struct arena *arena, struct uuid group)
{
    struct str id = typeid_write(arena, "grp", group);
    return arena_printf(arena, "/api/v1/groups/%.*s", STR_ARG(id));
}

static void read_description(const struct given *given, struct str *out)
{
    if (given_is_null(given, "description"))
        *out = STR_NONE;
    else
        given_text(given, "description", 0, DESCRIPTION_MAX, out);
}

#define SETTINGS "name description access anonymous leaders_see_through premoderated"

/* Whoever writes in an open group without being in it has no mask there. */
static void read_settings(const struct given *given, struct group *out)
{
    read_description(given, &out->description);
    given_word(given, "access", "private restricted open", &out->access);
    given_bool(given, "anonymous", &out->anonymous);
    given_bool(given, "leaders_see_through", &out->leaders_see_through);
    given_bool(given, "premoderated", &out->premoderated);
    if (out->anonymous && str_eq(out->access, STR("open")))
        given_fault(given, given_has(given, "access") ? "access" : "anonymous", "conflict",
            "An open group cannot be anonymous: who writes in it without being a member would "
            "not be.");
}

bool v1_read_new_group(struct arena *arena, const json_t *json, struct group *out, struct str *with,
    struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    if (given_has(&given, "with")) {
        given_only(&given, "with");
        given_text(&given, "with", 1, NAME_MAX, with);
        return why->count == 0;
    }
    given_only(&given, SETTINGS);
    v1_read_label(&given, "name", true, NAME_MAX, &out->name);
    read_settings(&given, out);
    return why->count == 0;
}

bool v1_read_group_patch(
    struct arena *arena, const json_t *json, struct group *group, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, SETTINGS);
    v1_read_label(&given, "name", false, NAME_MAX, &group->name);
    read_settings(&given, group);
    return why->count == 0;
}

static void read_role(const struct given *given, enum role *out)
{
    struct str name;

    if (given_word(given, "role", "owner admin moderator member", &name))
        *out = role_of_name(name);
}

bool v1_read_member_patch(
    struct arena *arena, const json_t *json, enum role *role, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "role");
    if (v1_need(&given, "role"))
        read_role(&given, role);
    return why->count == 0;
}

bool v1_read_new_owner(
    struct arena *arena, const json_t *json, struct str *user, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "user");
    if (v1_need(&given, "user"))
        given_text(&given, "user", 1, 100, user);
    return why->count == 0;
}

bool v1_read_new_request(
    struct arena *arena, const json_t *json, struct str *message, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "message");
    if (!given_is_null(&given, "message"))
        given_text(&given, "message", 0, MESSAGE_MAX, message);
    return why->count == 0;
}

bool v1_read_decision(struct arena *arena, const json_t *json, struct str *state,
    struct str *reason, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "state reason");
    if (v1_need(&given, "state"))
        given_word(&given, "state", "accepted declined withdrawn", state);
    if (!given_is_null(&given, "reason"))
        given_text(&given, "reason", 0, MESSAGE_MAX, reason);
    return why->count == 0;
}

bool v1_read_mask(struct arena *arena, const json_t *json, struct str *name, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "name");
    v1_read_label(&given, "name", true, NAME_MAX, name);
    return why->count == 0;
}

bool v1_read_new_invitation(struct arena *arena, const json_t *json, int64_t now_us,
    struct invitation *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };
    int64_t uses = -1;

    given_only(&given, "role uses expires_at");
    out->role = ROLE_MEMBER;
    read_role(&given, &out->role);
    if (!given_is_null(&given, "uses"))
        given_int(&given, "uses", 1, USES_MAX, &uses);
    out->uses_left = (int32_t)uses;
    v1_read_expiry(&given, now_us, &out->expires_us);
    return why->count == 0;
}

static void write_role(struct writer *writer, enum role role)
{
    if (role == ROLE_NONE)
        writer_key_null(writer, "role");
    else
        writer_key_cstr(writer, "role", role_name(role));
}

/* A mask's id stands where a user's would. */
void v1_write_mask(struct writer *writer, struct arena *arena, const struct mask *mask)
{
    if (uuid_is_nil(mask->id)) {
        writer_null(writer);
        return;
    }
    writer_object(writer);
    writer_key_text(writer, "id", typeid_write(arena, "usr", mask->id));
    writer_key_text(writer, "name", mask->name);
    writer_key_bool(writer, "worn", mask->worn);
    writer_object_end(writer);
}

static void write_may(struct writer *writer, const struct may *may)
{
    writer_key(writer, "may");
    writer_array(writer);
    for (size_t i = 0; i < may->count; i++)
        writer_cstr(writer, may->names[i]);
    writer_array_end(writer);
}

void v1_write_group(struct writer *writer, struct arena *arena, const struct group *group)
{
    struct str id = typeid_write(arena, "grp", group->id);

    writer_object(writer);
    writer_key_text(writer, "id", id);
    writer_key_text(writer, "name", group->name);
    writer_key_text(writer, "description", group->description);
    writer_key_cstr(writer, "kind", group_kind_shown(group->kind));
    writer_key_text(writer, "access", group->access);
    writer_key_bool(writer, "anonymous", group->anonymous);
    writer_key_bool(writer, "leaders_see_through", group->leaders_see_through);
    writer_key_bool(writer, "premoderated", group->premoderated);
    write_role(writer, group->role);
    if (group->members < 0)
        writer_key_null(writer, "members");
    else
        writer_key_int(writer, "members", group->members);
    writer_key(writer, "my_mask");
    v1_write_mask(writer, arena, &group->mask);
    write_may(writer, &group->may);
    v1_write_time(writer, "created_at", group->created_us);
    v1_write_time(writer, "updated_at", group->updated_us);
    writer_key_int(writer, "version", group->version);
    v1_write_links(
        writer, v1_group_path(arena, group->id), arena_printf(arena, "/g/%.*s", STR_ARG(id)));
    writer_object_end(writer);
}

void v1_write_member(struct writer *writer, struct arena *arena, const struct member *member)
{
    writer_object(writer);
    writer_key(writer, "user");
    v1_write_author(writer, arena, &member->user);
    write_role(writer, member->role);
    v1_write_time(writer, "joined_at", member->joined_us);
    writer_object_end(writer);
}

/* By its code, which is what can be read; by its id it can be revoked. */
static void write_invitation_links(struct writer *writer, struct arena *arena, struct str code)
{
    v1_write_links(writer, arena_printf(arena, "/api/v1/invitations/%.*s", STR_ARG(code)),
        arena_printf(arena, "/join/%.*s", STR_ARG(code)));
}

void v1_write_invitation(
    struct writer *writer, struct arena *arena, const struct invitation *invitation)
{
    writer_object(writer);
    writer_key_text(writer, "id", typeid_write(arena, "inv", invitation->id));
    writer_key_text(writer, "group", typeid_write(arena, "grp", invitation->group));
    writer_key_text(writer, "code", invitation->code);
    write_role(writer, invitation->role);
    if (invitation->uses_left < 0)
        writer_key_null(writer, "uses_left");
    else
        writer_key_int(writer, "uses_left", invitation->uses_left);
    v1_write_time(writer, "expires_at", invitation->expires_us);
    writer_key(writer, "author");
    v1_write_user(writer, arena, invitation->author);
    v1_write_time(writer, "created_at", invitation->created_us);
    write_invitation_links(writer, arena, invitation->code);
    writer_object_end(writer);
}

struct str v1_write_invitation_seen(
    struct arena *arena, const struct invitation *invitation, const struct group *group)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key(&writer, "group");
    writer_object(&writer);
    writer_key_text(&writer, "id", typeid_write(arena, "grp", group->id));
    writer_key_text(&writer, "name", group->name);
    writer_key_text(&writer, "description", group->description);
    writer_object_end(&writer);
    write_role(&writer, invitation->role);
    writer_key(&writer, "author");
    v1_write_user(&writer, arena, invitation->author);
    v1_write_time(&writer, "expires_at", invitation->expires_us);
    write_invitation_links(&writer, arena, invitation->code);
    writer_object_end(&writer);
    return writer_finish(&writer, arena);
}

struct str v1_request_path(struct arena *arena, struct uuid id)
{
    struct str text = typeid_write(arena, "req", id);

    return arena_printf(arena, "/api/v1/requests/%.*s", STR_ARG(text));
}

void v1_write_request(struct writer *writer, struct arena *arena, const struct join_request *asked)
{
    struct str group = typeid_write(arena, "grp", asked->group);

    writer_object(writer);
    writer_key_text(writer, "id", typeid_write(arena, "req", asked->id));
    writer_key_text(writer, "group", group);
    writer_key_text(writer, "group_name", asked->group_name);
    writer_key(writer, "user");
    v1_write_user(writer, arena, &asked->user);
    writer_key_text(writer, "message", asked->message);
    writer_key_text(writer, "state", asked->state);
    writer_key_text(writer, "reason", asked->reason);
    v1_write_time(writer, "created_at", asked->created_us);
    v1_write_time(writer, "decided_at", asked->decided_us);
    v1_write_links(
        writer, v1_request_path(arena, asked->id), arena_printf(arena, "/g/%.*s", STR_ARG(group)));
    writer_object_end(writer);
}
