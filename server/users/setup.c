#include "users/setup.h"

#include "db/direct.h"
#include "sql.h"
#include "users/secret.h"

static struct db_direct *open_database(struct arena *arena, const char *database, struct str *why)
{
    return db_direct_open(arena, database, why);
}

static bool run(struct arena *arena, const char *database, const struct db_statement *statement,
    struct db_params params, struct db_result *res, struct str *why)
{
    struct db_direct *db = open_database(arena, database, why);

    if (!db)
        return false;
    *res = db_direct_query(arena, db, statement, params);
    if (res->err != ERR_NONE)
        *why = arena_dup(arena, db_direct_message(db));
    db_direct_close(db);
    return res->err == ERR_NONE;
}

bool setup_public(struct arena *arena, const char *database, bool is_public, struct str *why)
{
    struct db_result res;
    return run(arena, database, &sql_users_set_public, DB_PARAMS(db_bool(is_public)), &res, why);
}

bool setup_link(struct arena *arena, const char *database, struct str base_url, struct str *link,
    struct str *why)
{
    struct str code = secret_new(arena, "");
    struct db_result res;

    *link = STR_NONE;
    if (!run(arena, database, &sql_users_set_up, DB_PARAMS(db_bytes(secret_digest(arena, code))),
            &res, why))
        return false;
    if (res.rows > 0)
        *link = arena_printf(arena, "%.*s/setup/%.*s", STR_ARG(base_url), STR_ARG(code));
    return true;
}
