#include "formats/v1_users.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "formats/given.h"
#include "formats/v1_parts.h"

#define NAME_MIN 1
#define NAME_MAX 39
#define DISPLAY_NAME_MAX 100
#define PASSWORD_MIN 8
#define PASSWORD_MAX 1024
#define CODE_MAX 200
#define SCOPES_MAX 32

static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && (i == 0 || (c != '.' && c != '_' && c != '-')))
            return false;
    }
    return true;
}

static void read_name(const struct given *given, struct str *out)
{
    struct str name;

    if (!v1_need(given, "name") || !given_text(given, "name", NAME_MIN, NAME_MAX, &name))
        return;
    if (is_name(name))
        *out = name;
    else
        given_fault(given, "name", "pattern",
            "A name has lower-case letters from a to z, digits, and . _ - after the first.");
}

static bool read_password(const struct given *given, const char *field, struct str *out)
{
    struct str password;

    if (!v1_need(given, field) || !given_text(given, field, 0, PASSWORD_MAX, &password))
        return false;
    if (password.bytes > PASSWORD_MAX)
        return given_fault(
            given, field, "too-long", "`%s` may have up to %d bytes.", field, PASSWORD_MAX);
    if (utf8_chars(password) < PASSWORD_MIN)
        return given_fault(given, field, "too-short", "`%s` must have at least %d characters.",
            field, PASSWORD_MIN);
    if (str_trim(password).bytes == 0)
        return given_fault(given, field, "blank", "`%s` must have more than space in it.", field);
    *out = password;
    return true;
}

bool v1_read_sign_up(
    struct arena *arena, const json_t *json, struct sign_up *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    *out = (struct sign_up){ 0 };
    given_only(&given, "name password display_name invitation setup session");
    read_name(&given, &out->name);
    read_password(&given, "password", &out->password);
    v1_read_label(&given, "display_name", false, DISPLAY_NAME_MAX, &out->display_name);
    given_text(&given, "invitation", 0, CODE_MAX, &out->invitation);
    given_text(&given, "setup", 0, CODE_MAX, &out->setup);
    given_bool(&given, "session", &out->session);
    if (!str_given(out->display_name))
        out->display_name = out->name;
    return why->count == 0;
}

bool v1_read_erasure(
    struct arena *arena, const json_t *json, struct str *password, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "password");
    if (v1_need(&given, "password"))
        given_text(&given, "password", 0, PASSWORD_MAX, password);
    return why->count == 0;
}

bool v1_read_session(struct arena *arena, const json_t *json, struct str *name,
    struct str *password, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "name password");
    if (v1_need(&given, "name"))
        given_text(&given, "name", 0, 100, name);
    if (v1_need(&given, "password"))
        given_text(&given, "password", 0, PASSWORD_MAX, password);
    return why->count == 0;
}

bool v1_read_new_password(
    struct arena *arena, const json_t *json, struct new_password *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "current new");
    if (v1_need(&given, "current"))
        given_text(&given, "current", 0, PASSWORD_MAX, &out->current);
    read_password(&given, "new", &out->new);
    return why->count == 0;
}

/* Each is one of the names that there are, once. */
static bool read_scope(const struct given *given, size_t index, struct names known,
    const struct str *before, struct str *out)
{
    struct given item = { given->arena, given->why, NULL, given_pointer(given, "scopes") };
    const char *number = arena_printf(given->arena, "%zu", index).at;
    bool is_known = false;

    if (!given_item(given, "scopes", index, 0, 100, out))
        return false;
    for (size_t i = 0; i < known.count; i++)
        is_known = is_known || str_eq(known.at[i], *out);
    if (!is_known)
        return given_fault(&item, number, "unknown", "There is no such scope.");
    for (size_t i = 0; i < index; i++)
        if (str_eq(before[i], *out))
            return given_fault(&item, number, "repeated", "Each scope is named once.");
    return true;
}

static void read_scopes(const struct given *given, struct names known, struct new_token *out)
{
    struct str *scopes = arena_array(given->arena, struct str, SCOPES_MAX);
    const json_t *list;

    out->has_scopes = given_has(given, "scopes");
    if (!given_array(given, "scopes", SCOPES_MAX, &list))
        return;
    if (json_array_size(list) == 0)
        given_fault(given, "scopes", "empty", "Name at least one scope, or leave `scopes` out.");
    for (size_t i = 0; i < json_array_size(list); i++)
        read_scope(given, i, known, scopes, &scopes[i]);
    out->scopes = (struct names){ scopes, json_array_size(list) };
}

bool v1_read_new_token(struct arena *arena, const json_t *json, int64_t now_us, struct names known,
    struct new_token *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    *out = (struct new_token){ 0 };
    given_only(&given, "name scopes expires_at");
    v1_read_label(&given, "name", true, 100, &out->name);
    read_scopes(&given, known, out);
    v1_read_expiry(&given, now_us, &out->expires_us);
    return why->count == 0;
}

bool v1_read_me_patch(
    struct arena *arena, const json_t *json, struct str *display_name, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "display_name");
    v1_read_label(&given, "display_name", false, DISPLAY_NAME_MAX, display_name);
    return why->count == 0;
}

bool v1_read_token_patch(
    struct arena *arena, const json_t *json, struct str *name, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    given_only(&given, "name");
    v1_read_label(&given, "name", false, 100, name);
    return why->count == 0;
}

void v1_write_user(struct writer *writer, struct arena *arena, const struct user *user)
{
    if (!user) {
        writer_null(writer);
        return;
    }
    writer_object(writer);
    writer_key_text(writer, "id", typeid_write(arena, "usr", user->id));
    writer_key_text(writer, "name", user->name);
    writer_key_text(writer, "display_name", user->display_name);
    writer_object_end(writer);
}

void v1_write_author(struct writer *writer, struct arena *arena, const struct author *author)
{
    writer_object(writer);
    writer_key_text(writer, "id", typeid_write(arena, "usr", author->id));
    writer_key_text(writer, "name", author->name);
    writer_key_text(writer, "display_name", author->display_name);
    if (author->is_masked)
        writer_key_bool(writer, "masked", true);
    if (str_given(author->mask))
        writer_key_text(writer, "mask", author->mask);
    writer_object_end(writer);
}

static void write_names(struct writer *writer, const char *key, struct names names)
{
    writer_key(writer, key);
    writer_array(writer);
    for (size_t i = 0; i < names.count; i++)
        writer_text(writer, names.at[i]);
    writer_array_end(writer);
}

struct str v1_write_me(
    struct arena *arena, const struct account *account, struct names scopes, struct uuid everyone)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(&writer, "id", typeid_write(arena, "usr", account->user.id));
    writer_key_text(&writer, "name", account->user.name);
    writer_key_text(&writer, "display_name", account->user.display_name);
    writer_key_bool(&writer, "admin", account->admin);
    write_names(&writer, "scopes", scopes);
    writer_key_text(&writer, "mine", typeid_write(arena, "grp", account->own_group));
    writer_key_text(&writer, "everyone", typeid_write(arena, "grp", everyone));
    v1_write_time(&writer, "created_at", account->created_us);
    v1_write_links(&writer, STR("/api/v1/me"), STR("/account"));
    writer_object_end(&writer);
    return writer_finish(&writer, arena);
}

struct str v1_write_session(struct arena *arena, const struct session *session)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key(&writer, "user");
    v1_write_user(&writer, arena, &session->user);
    v1_write_time(&writer, "created_at", session->created_us);
    v1_write_time(&writer, "expires_at", session->expires_us);
    writer_object_end(&writer);
    return writer_finish(&writer, arena);
}

void v1_write_token(struct writer *writer, struct arena *arena, const struct token *token,
    struct names scopes, struct str text)
{
    writer_object(writer);
    writer_key_text(writer, "id", typeid_write(arena, "tok", token->id));
    writer_key_text(writer, "name", token->name);
    write_names(writer, "scopes", scopes);
    v1_write_time(writer, "created_at", token->created_us);
    v1_write_time(writer, "expires_at", token->expires_us);
    v1_write_time(writer, "last_used_at", token->last_used_us);
    if (str_given(text))
        writer_key_text(writer, "token", text);
    writer_object_end(writer);
}
