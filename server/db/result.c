#include "db/result.h"

#include "db/raw.h"

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EPOCH_2000_US 946684800000000

void raw_params_set(struct raw_params *raw, struct db_params params)
{
    assert(params.count <= RAW_PARAMS_MAX);
    for (size_t i = 0; i < params.count; i++) {
        const struct db_param *param = &params.at[i];
        raw->values[i] = param->small_bytes ? (const char *)param->small : param->at;
        raw->lengths[i] = (int)param->bytes;
        raw->formats[i] = param->binary;
    }
}

static enum err err_of_sqlstate(const char *state)
{
    static const struct {
        const char *prefix;
        enum err err;
    } rows[] = {
        { "GL001", ERR_REFUSED },
        { "08", ERR_UNAVAILABLE },
        { "57P", ERR_UNAVAILABLE }, /* shutting down, starting up, cannot connect now */
        { "53100", ERR_FULL },
        { "53", ERR_UNAVAILABLE }, /* too many connections, out of memory */
        { "57014", ERR_TIMEOUT },
        { "25P03", ERR_TIMEOUT },
        { "25006", ERR_UNAVAILABLE }, /* read-only: a standby, or our own reading connection */
        { "55P03", ERR_LOCKED },
        { "40", ERR_LOCKED }, /* serialization failure, deadlock */
        { "23505", ERR_DUPLICATE },
        { "23503", ERR_MISSING },
        { "58", ERR_UNAVAILABLE }, /* I/O error of the system */
        { "XX", ERR_UNAVAILABLE },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strncmp(state, rows[i].prefix, strlen(rows[i].prefix)) == 0)
            return rows[i].err;
    return ERR_BUG;
}

struct db_result raw_failure(enum err err)
{
    return (struct db_result){ .err = err };
}

struct db_result raw_result(PGresult *result)
{
    struct db_result res = { .raw = result };
    ExecStatusType status = PQresultStatus(result);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        const char *affected = PQcmdTuples(result);
        res.rows = PQntuples(result);
        res.affected = *affected ? strtoll(affected, NULL, 10) : 0;
        return res;
    }
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!state) {
        res.err = ERR_UNAVAILABLE; /* libpq's own: the connection is gone */
        return res;
    }
    memcpy(res.sqlstate, state, 5);
    res.err = err_of_sqlstate(state);
    res.constraint = str_from(PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME));
    if (res.err == ERR_REFUSED)
        res.refusal = str_from(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    return res;
}

static int find_column(const struct db_result *res, struct db_columns *known, const char *name)
{
    int count = PQnfields(res->raw);
    for (int i = 0; i < count; i++) {
        int column = (known->next + i) % count;
        if (strcmp(PQfname(res->raw, column), name) != 0)
            continue;
        known->next = column + 1;
        return column;
    }
    /* our own bug: the statement does not return that column */
    fprintf(stderr, "gloss: no column %s\n", name);
    abort();
}

static int column_number(const struct db_result *res, const char *name)
{
    struct db_columns *known = (struct db_columns *)(uintptr_t)&res->columns;
    size_t first = ((uintptr_t)name * 0x9E3779B97F4A7C15u) >> 58;

    for (size_t i = 0; i < 8; i++) {
        size_t at = (first + i) % DB_COLUMNS_KNOWN;
        if (known->at[at].name == name)
            return known->at[at].column;
        if (!known->at[at].name) {
            known->at[at].name = name;
            return known->at[at].column = find_column(res, known, name);
        }
    }
    return find_column(res, known, name);
}

struct value {
    const char *at; /* NULL: SQL null */
    size_t bytes;
};

static struct value value_at(const struct db_result *res, int row, const char *name)
{
    int column = column_number(res, name);
    assert(row < res->rows);
    if (PQgetisnull(res->raw, row, column))
        return (struct value){ NULL, 0 };
    return (struct value){ PQgetvalue(res->raw, row, column),
        (size_t)PQgetlength(res->raw, row, column) };
}

static uint32_t u32_at(const char *at)
{
    uint32_t network;
    memcpy(&network, at, sizeof network);
    return ntohl(network);
}

static int64_t i64_at(const char *at)
{
    uint64_t network;
    memcpy(&network, at, sizeof network);
    return (int64_t)be64toh(network);
}

bool db_is_null(const struct db_result *res, int row, const char *column)
{
    return !value_at(res, row, column).at;
}

struct str db_get_text(const struct db_result *res, int row, const char *column)
{
    struct value value = value_at(res, row, column);
    return (struct str){ value.at, value.bytes };
}

struct str db_get_bytes(const struct db_result *res, int row, const char *column)
{
    return db_get_text(res, row, column);
}

struct uuid db_get_uuid(const struct db_result *res, int row, const char *column)
{
    struct value value = value_at(res, row, column);
    struct uuid id = UUID_NIL;
    if (value.at) {
        assert(value.bytes == sizeof id.bytes);
        memcpy(id.bytes, value.at, sizeof id.bytes);
    }
    return id;
}

int64_t db_get_long(const struct db_result *res, int row, const char *column)
{
    struct value value = value_at(res, row, column);
    if (!value.at)
        return 0;
    if (value.bytes == 8)
        return i64_at(value.at);
    if (value.bytes == 4)
        return (int32_t)u32_at(value.at);
    assert(value.bytes == 2);
    return (int16_t)((unsigned char)value.at[0] << 8 | (unsigned char)value.at[1]);
}

int32_t db_get_int(const struct db_result *res, int row, const char *column)
{
    return (int32_t)db_get_long(res, row, column);
}

double db_get_double(const struct db_result *res, int row, const char *column)
{
    struct value value = value_at(res, row, column);
    if (!value.at)
        return 0;
    if (value.bytes == 4) {
        uint32_t bits = u32_at(value.at);
        float number;
        memcpy(&number, &bits, sizeof number);
        return (double)number;
    }
    assert(value.bytes == 8);
    int64_t bits = i64_at(value.at);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

bool db_get_bool(const struct db_result *res, int row, const char *column)
{
    struct value value = value_at(res, row, column);
    return value.at && value.at[0];
}

int64_t db_get_time(const struct db_result *res, int row, const char *column)
{
    struct value value = value_at(res, row, column);
    return value.at ? i64_at(value.at) + EPOCH_2000_US : 0;
}

/* The elements of an array without nulls; `at` is moved over each by its length. */
static size_t array_count(struct value value, const char **at)
{
    if (!value.at || u32_at(value.at) == 0)
        return 0;
    assert(u32_at(value.at) == 1 && u32_at(value.at + 4) == 0);
    *at = value.at + 20;
    return u32_at(value.at + 12);
}

int32_t *db_get_ints(
    struct arena *arena, const struct db_result *res, int row, const char *column, size_t *count)
{
    const char *at = NULL;
    *count = array_count(value_at(res, row, column), &at);
    int32_t *numbers = arena_array(arena, int32_t, *count);
    for (size_t i = 0; i < *count; i++, at += 8)
        numbers[i] = (int32_t)u32_at(at + 4);
    return numbers;
}

struct uuid *db_get_uuids(
    struct arena *arena, const struct db_result *res, int row, const char *column, size_t *count)
{
    const char *at = NULL;
    *count = array_count(value_at(res, row, column), &at);
    struct uuid *ids = arena_array(arena, struct uuid, *count);
    for (size_t i = 0; i < *count; i++, at += 4 + sizeof ids->bytes)
        memcpy(ids[i].bytes, at + 4, sizeof ids->bytes);
    return ids;
}

struct str *db_get_texts(
    struct arena *arena, const struct db_result *res, int row, const char *column, size_t *count)
{
    const char *at = NULL;
    *count = array_count(value_at(res, row, column), &at);
    struct str *texts = arena_array(arena, struct str, *count);
    for (size_t i = 0; i < *count; i++) {
        texts[i] = (struct str){ at + 4, u32_at(at) };
        at += 4 + texts[i].bytes;
    }
    return texts;
}
