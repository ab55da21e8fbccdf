/* What PostgreSQL answered. Rows are valid during the step that got them; texts are borrowed. */
#ifndef GLOSS_DB_RESULT_H
#define GLOSS_DB_RESULT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"

#define DB_COLUMNS_KNOWN 64

/* Where columns were found, by the address of the name that asked: the same few places in the
 * program ask for those of row after row. */
struct db_columns {
    struct {
        const char *name;
        int column;
    } at[DB_COLUMNS_KNOWN];
    int next; /* the one behind the last that was found: they are mostly asked for in order */
};

struct db_result {
    enum err err;
    int rows;              /* 0 on error */
    int64_t affected;      /* rows that a data-changing statement touched */
    char sqlstate[6];      /* "" without an error of PostgreSQL's */
    struct str refusal;    /* on ERR_REFUSED: the statement's own word for it */
    size_t failed_call;    /* on an error of PostgreSQL's: which of the unit's calls met it */
    struct str constraint; /* on ERR_DUPLICATE and ERR_MISSING: which */
    void *raw;             /* PGresult, for db/ only */
    struct db_columns columns;
};

/* Columns go by name, which is a literal; a name that the statement does not return is our own bug
 * (an assert). */
bool db_is_null(const struct db_result *res, int row, const char *column);
struct str db_get_text(
    const struct db_result *res, int row, const char *column); /* null: STR_NONE */
struct str db_get_bytes(const struct db_result *res, int row, const char *column);
struct uuid db_get_uuid(const struct db_result *res, int row, const char *column); /* null: nil */
int32_t db_get_int(const struct db_result *res, int row, const char *column);      /* null: 0 */
int64_t db_get_long(const struct db_result *res, int row, const char *column);
double db_get_double(const struct db_result *res, int row, const char *column); /* float4 or 8 */
bool db_get_bool(const struct db_result *res, int row, const char *column);
/* Microseconds since 1970; null: 0. */
int64_t db_get_time(const struct db_result *res, int row, const char *column);
/* Arrays of one dimension without nulls; copied to the arena (texts stay borrowed). Null: empty. */
int32_t *db_get_ints(
    struct arena *arena, const struct db_result *res, int row, const char *column, size_t *count);
struct uuid *db_get_uuids(
    struct arena *arena, const struct db_result *res, int row, const char *column, size_t *count);
struct str *db_get_texts(
    struct arena *arena, const struct db_result *res, int row, const char *column, size_t *count);

#endif
