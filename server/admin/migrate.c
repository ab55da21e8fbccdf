#include "admin/migrate.h"

#include "base/log.h"
#include "db/migration.h"
#include "sql.h"

#include <time.h>

#define LOCK_ATTEMPTS 30

/* What keeps the record of the steps, so it is there before the first. */
static const char foundation[] = "CREATE SCHEMA IF NOT EXISTS gloss;"
                                 "CREATE TABLE IF NOT EXISTS gloss.migration ("
                                 " number integer PRIMARY KEY,"
                                 " name text NOT NULL,"
                                 " sha256 text NOT NULL,"
                                 " applied_at timestamptz NOT NULL DEFAULT now())";

static bool failed(
    struct arena *arena, const struct db_direct *db, const char *what, struct str *why)
{
    struct str message = db_direct_message(db);

    *why = arena_printf(arena, "%s: %.*s", what, STR_ARG(message));
    return false;
}

/* Are the recorded steps the first ones of ours, unchanged? *count is how many there are. */
static bool compare(
    struct arena *arena, const struct db_result *res, size_t *count, struct str *why)
{
    for (int row = 0; row < res->rows; row++) {
        int number = db_get_int(res, row, "number");
        struct str name = db_get_text(res, row, "name");

        if (number < 1 || (size_t)number > migration_count) {
            *why = arena_printf(arena,
                "the database is newer than this gloss (it has step %d, %.*s; this is gloss %s "
                "with %zu): run the newer gloss",
                number, STR_ARG(name), GLOSS_VERSION, migration_count);
            return false;
        }
        if (number != row + 1 ||
            !str_eq(db_get_text(res, row, "sha256"), str_from(migrations[number - 1].sha256))) {
            *why = arena_printf(arena,
                "step %d of the schema, %.*s, is another one than the database was made with: "
                "this gloss was built from changed migrations; run the one that made the "
                "database, or a newer release",
                number, STR_ARG(name));
            return false;
        }
    }
    *count = (size_t)res->rows;
    return true;
}

static enum err try_step(
    struct arena *arena, struct db_direct *db, const struct migration *step, struct str *message)
{
    enum err err =
        db_direct_script(db, "BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL search_path = gloss");

    if (err == ERR_NONE)
        err = db_direct_script(db, step->sql);
    if (err == ERR_NONE)
        err = db_direct_query(arena, db, &sql_migrations_record,
            DB_PARAMS(db_int(step->number), db_cstr(step->name), db_cstr(step->sha256)))
                  .err;
    if (err == ERR_NONE)
        err = db_direct_script(db, "COMMIT");
    if (err != ERR_NONE) {
        *message = arena_dup(arena, db_direct_message(db));
        db_direct_script(db, "ROLLBACK");
    }
    return err;
}

/* A step that waits for a busy table would hold up everybody behind it: it gives way and tries
 * again. */
static bool apply(
    struct arena *arena, struct db_direct *db, const struct migration *step, struct str *why)
{
    const struct timespec pause = { 1, 0 };
    struct str message = STR("");
    enum err err = ERR_LOCKED;

    for (int attempt = 0; err == ERR_LOCKED && attempt < LOCK_ATTEMPTS; attempt++) {
        if (attempt > 0)
            nanosleep(&pause, NULL);
        err = try_step(arena, db, step, &message);
    }
    if (err != ERR_NONE)
        *why = arena_printf(arena, "step %s of the schema failed, nothing of it was kept: %.*s",
            step->name, STR_ARG(message));
    return err == ERR_NONE;
}

static bool grant(struct arena *arena, struct db_direct *db, struct str role, struct str *why)
{
    enum err err = db_direct_query(arena, db, &sql_migrations_grant, DB_PARAMS(db_text(role))).err;

    return err == ERR_NONE || failed(arena, db, "cannot give the server's role its rights", why);
}

bool migrate(struct arena *arena, struct db_direct *owner, struct str server_role, int *applied,
    struct str *why)
{
    size_t count;

    if (db_direct_query(arena, owner, &sql_migrations_lock, DB_NO_PARAMS).err != ERR_NONE ||
        db_direct_script(owner, foundation) != ERR_NONE)
        return failed(arena, owner, "cannot prepare the schema `gloss`", why);
    struct db_result res = db_direct_query(arena, owner, &sql_migrations_applied, DB_NO_PARAMS);
    if (res.err != ERR_NONE)
        return failed(arena, owner, "cannot read which steps of the schema are there", why);
    if (!compare(arena, &res, &count, why))
        return false;
    *applied = 0;
    for (size_t i = count; i < migration_count; i++, ++*applied)
        if (!apply(arena, owner, &migrations[i], why))
            return false;
    return grant(arena, owner, server_role, why);
}

bool migrate_check(struct arena *arena, struct db_direct *server, struct str *why)
{
    struct db_result res = db_direct_query(arena, server, &sql_migrations_applied, DB_NO_PARAMS);
    size_t count;

    if (res.err == ERR_BUG || res.err == ERR_MISSING) {
        *why = STR("the database has no schema of gloss yet, or this role may not read it: run "
                   "`gloss migrate --database CONNINFO --owner-database CONNINFO`");
        return false;
    }
    if (res.err != ERR_NONE)
        return failed(arena, server, "cannot read which steps of the schema are there", why);
    if (!compare(arena, &res, &count, why))
        return false;
    if (count < migration_count) {
        *why = arena_printf(arena,
            "the database is older than this gloss (%zu of %zu steps of the schema): run `gloss "
            "migrate --database CONNINFO --owner-database CONNINFO`, or start with "
            "--owner-database",
            count, migration_count);
        return false;
    }
    return true;
}

bool migrate_role(struct arena *arena, struct db_direct *server, struct str *role, struct str *why)
{
    struct db_result res = db_direct_query(arena, server, &sql_migrations_role, DB_NO_PARAMS);

    if (res.err != ERR_NONE || res.rows == 0)
        return failed(arena, server, "cannot find out which role the server has", why);
    *role = db_get_text(&res, 0, "role");
    bool superuser = db_get_bool(&res, 0, "is_superuser");
    if (!superuser && !db_get_bool(&res, 0, "owns") && !db_get_bool(&res, 0, "owns_schema"))
        return true;
    *why = arena_printf(arena,
        "the role %.*s %s; the server runs as one that owns nothing. Make it with `CREATE ROLE "
        "gloss LOGIN PASSWORD '...'`, use it in --database, and the owner in --owner-database",
        STR_ARG(*role), superuser ? "is a superuser" : "owns gloss's tables");
    return false;
}

bool migrate_settle(struct arena *arena, struct db_direct *server, struct str *why)
{
    struct db_result res = db_direct_query(arena, server, &sql_migrations_settle, DB_NO_PARAMS);

    if (res.err != ERR_NONE)
        return failed(arena, server, "cannot put the event log in order", why);
    if (db_get_bool(&res, 0, "restored"))
        log_note(LOG_INFO, "database.restored");
    return true;
}
