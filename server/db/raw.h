/* Inside db/ only: from libpq's objects to ours and back. */
#ifndef GLOSS_DB_RAW_H
#define GLOSS_DB_RAW_H

#include "db/params.h"
#include "db/result.h"

#include <libpq-fe.h>

#define RAW_PARAMS_MAX 48

/* libpq's arrays for the parameters; they borrow from `params`. */
struct raw_params {
    const char *values[RAW_PARAMS_MAX];
    int lengths[RAW_PARAMS_MAX];
    int formats[RAW_PARAMS_MAX];
};

void raw_params_set(struct raw_params *raw, struct db_params params);

/* Wraps a PGresult, which stays the caller's to PQclear() after the wrapper's last use. The one
 * place where SQLSTATE becomes an enum err. */
struct db_result raw_result(PGresult *result);

/* A result that never came from PostgreSQL. */
struct db_result raw_failure(enum err err);

#endif
