#include "db/direct.h"

#include "db/raw.h"

#include <stdlib.h>

struct db_direct {
    PGconn *connection;
};

static void release_result(void *result)
{
    PQclear(result);
}

static void ignore_notice(void *unused, const char *message)
{
    (void)unused;
    (void)message;
}

struct db_direct *db_direct_open(struct arena *arena, const char *conninfo, struct str *why)
{
    /* What comes before dbname is overridden by what the conninfo says itself. */
    const char *const keys[] = { "connect_timeout", "dbname", "fallback_application_name", NULL };
    const char *const values[] = { "10", conninfo, "gloss", NULL };
    PGconn *connection = PQconnectdbParams(keys, values, 1);

    PQsetNoticeProcessor(connection, ignore_notice, NULL);
    struct db_direct direct = { connection };
    if (PQstatus(connection) != CONNECTION_OK ||
        db_direct_script(&direct, "SET search_path = gloss") != ERR_NONE) {
        *why = arena_dup(arena, db_direct_message(&direct));
        PQfinish(connection);
        return NULL;
    }
    struct db_direct *db = mem_alloc(sizeof *db);
    *db = direct;
    return db;
}

void db_direct_close(struct db_direct *db)
{
    if (!db)
        return;
    PQfinish(db->connection);
    free(db);
}

struct db_result db_direct_query(struct arena *arena, struct db_direct *db,
    const struct db_statement *statement, struct db_params params)
{
    struct raw_params raw;

    raw_params_set(&raw, params);
    PGresult *result = PQexecParams(db->connection, statement->text, (int)params.count, NULL,
        raw.values, raw.lengths, raw.formats, 1);
    if (!result)
        return raw_failure(ERR_UNAVAILABLE);
    arena_own(arena, result, release_result);
    return raw_result(result);
}

enum err db_direct_script(struct db_direct *db, const char *sql)
{
    PGresult *result = PQexec(db->connection, sql);
    enum err err = result ? raw_result(result).err : ERR_UNAVAILABLE;

    PQclear(result);
    return err;
}

struct str db_direct_message(const struct db_direct *db)
{
    return str_trim(str_from(PQerrorMessage(db->connection)));
}
