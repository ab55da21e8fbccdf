/* A blocking connection for the command line: migrations, doctor, users and tokens. Never used by
 * the loop. */
#ifndef GLOSS_DB_DIRECT_H
#define GLOSS_DB_DIRECT_H

#include "db/params.h"
#include "db/result.h"
#include "db/statement.h"

struct db_direct;

/* NULL on failure, *why then says what libpq said (in the arena). */
struct db_direct *db_direct_open(struct arena *arena, const char *conninfo, struct str *why);
void db_direct_close(struct db_direct *db);

/* Runs one statement with parameters. The result (which owns its rows until the arena ends) has
 * err set on failure; *db_direct_message() then has PostgreSQL's words. */
struct db_result db_direct_query(struct arena *arena, struct db_direct *db,
    const struct db_statement *statement, struct db_params params);
/* Runs SQL text that may hold several statements; no rows come back. */
enum err db_direct_script(struct db_direct *db, const char *sql);
struct str db_direct_message(const struct db_direct *db);

#endif
