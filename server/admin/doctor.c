#include "admin/commands.h"
#include "admin/database.h"
#include "admin/migrate.h"
#include "base/clock.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#define CLOCK_DIFFERENCE_S_MAX 5
#define FREE_MB_MIN 512
#define FAULTS_SHOWN_MAX 5

static bool report(const char *check, bool fine, struct str text)
{
    printf("%-5s %s%s%.*s\n", fine ? "ok" : "FAULT", check, text.bytes ? ": " : "", STR_ARG(text));
    return fine;
}

/* Every statement under server/sql/doctor/ is a check; its rows are what it found wrong. */
static bool check_rows(struct arena *arena, struct db_direct *db,
    const struct db_statement *statement, const char *check)
{
    struct db_result res = db_direct_query(arena, db, statement, DB_NO_PARAMS);

    if (res.err != ERR_NONE)
        return report(check, false, db_direct_message(db));
    if (res.rows == 0)
        return report(check, true, STR_NONE);
    for (int row = 0; row < res.rows && row < FAULTS_SHOWN_MAX; row++)
        report(check, false, db_get_text(&res, row, "fault"));
    if (res.rows > FAULTS_SHOWN_MAX)
        report(check, false, arena_printf(arena, "and %d more", res.rows - FAULTS_SHOWN_MAX));
    return false;
}

static bool check_statements(struct arena *arena, struct db_direct *db)
{
    const struct str prefix = STR("doctor_");
    bool fine = true;

    for (size_t i = 0; i < sql_all_count; i++)
        if (str_starts(str_from(sql_all[i]->name), prefix))
            fine &= check_rows(arena, db, sql_all[i], sql_all[i]->name + prefix.bytes);
    return fine;
}

static bool check_clock(struct arena *arena, struct db_direct *db)
{
    struct db_result res = db_direct_query(arena, db, &sql_server_clock, DB_NO_PARAMS);

    if (res.err != ERR_NONE)
        return report("database", false, db_direct_message(db));
    struct str version = db_get_text(&res, 0, "version");
    report("database", true, arena_printf(arena, "PostgreSQL %.*s", STR_ARG(version)));
    int64_t behind_s = llabs((clock_wall_us() - db_get_time(&res, 0, "now")) / 1000000);
    if (behind_s <= CLOCK_DIFFERENCE_S_MAX)
        return report("clock", true, STR_NONE);
    return report("clock", false,
        arena_printf(arena, "this machine and the database's differ by %lld s: set both by NTP",
            (long long)behind_s));
}

static bool check_space(struct arena *arena, const struct config *config)
{
    struct statvfs fs;

    if (config->database) /* it may lie on another machine */
        return true;
    if (statvfs(config->data, &fs) != 0)
        return report("disk space", false, STR("cannot be found out"));
    unsigned long long free_mb = (unsigned long long)fs.f_bavail * fs.f_frsize >> 20;
    struct str text = arena_printf(arena, "%llu MB free in %s", free_mb, config->data);
    return report("disk space", free_mb >= FREE_MB_MIN, text);
}

static bool examine(
    struct arena *arena, const struct config *config, const struct database *database)
{
    struct str why = STR_NONE, role = STR_NONE;
    struct db_direct *db = db_direct_open(arena, database->server, &why);

    if (!db)
        return report("database", false, why);
    bool fine = check_clock(arena, db);
    bool role_fine = migrate_role(arena, db, &role, &why);
    fine &= report("role", role_fine, role_fine ? role : why);
    bool current = migrate_check(arena, db, &why);
    fine &= report("schema", current, current ? STR("current") : why);
    if (current) /* the other checks ask for its tables */
        fine &= check_statements(arena, db);
    fine &= check_space(arena, config);
    db_direct_close(db);
    return fine;
}

int command_doctor(const struct config *config)
{
    struct arena *arena = arena_make();
    struct database database;
    struct str why = STR_NONE;
    bool open = database_open(arena, config, &database, &why);
    bool fine = open && examine(arena, config, &database);

    if (open)
        database_close(&database);
    else
        fprintf(stderr, "gloss: %.*s\n", STR_ARG(why));
    arena_free(arena);
    return fine ? 0 : 1;
}
