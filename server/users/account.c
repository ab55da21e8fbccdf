#include "users/account.h"

#include "http/router.h"

#include <sodium.h>

struct account account_of(const struct db_result *res)
{
    return (struct account){
        .user = { db_get_uuid(res, 0, "id"), db_get_text(res, 0, "name"),
            db_get_text(res, 0, "display_name") },
        .admin = db_get_bool(res, 0, "admin"),
        .own_group = db_get_uuid(res, 0, "own_group_id"),
        .created_us = db_get_time(res, 0, "created_at"),
        .version = db_get_int(res, 0, "version"),
    };
}

struct names scopes_named(struct arena *arena, unsigned scopes)
{
    struct str *names = arena_array(arena, struct str, scope_name_count);
    size_t count = 0;

    for (size_t i = 0; i < scope_name_count; i++)
        if (scopes & (unsigned)scope_names[i].scope)
            names[count++] = str_from(scope_names[i].name);
    return (struct names){ names, count };
}

struct names scopes_known(struct arena *arena)
{
    return scopes_named(arena, SCOPE_ALL);
}

static void wipe(struct str text)
{
    if (text.bytes > 0)
        sodium_memzero((void *)(uintptr_t)text.at, text.bytes);
}

void password_forget(struct request *req, struct str password)
{
    wipe(password);
    wipe(req->body);
}
