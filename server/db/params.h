/* The parameters of a statement, in the binary form that PostgreSQL reads without parsing. Values
 * are borrowed until the call that takes them returns. */
#ifndef GLOSS_DB_PARAMS_H
#define GLOSS_DB_PARAMS_H

#include "base/arena.h"
#include "base/str.h"
#include "base/uuid.h"

struct db_param {
    const char
        *at; /* NULL with small_bytes 0: SQL null; NULL otherwise: the bytes are in `small` */
    size_t bytes;
    unsigned char small[16];
    unsigned char small_bytes;
    bool binary;
};

struct db_params {
    const struct db_param *at;
    size_t count;
};

#define DB_PARAMS(...)                                             \
    ((struct db_params){ (const struct db_param[]){ __VA_ARGS__ }, \
        sizeof((const struct db_param[]){ __VA_ARGS__ }) / sizeof(struct db_param) })
#define DB_NO_PARAMS ((struct db_params){ NULL, 0 })

/* What is sent, in whatever form; STR_NONE for null. Borrowed from the parameter. */
struct str db_param_bytes(const struct db_param *param);

struct db_param db_null(void);
struct db_param db_uuid(struct uuid id);
struct db_param db_uuid_or_null(const struct uuid *id);
/* Text, json and everything that has a text form; a text that was not given is null. */
struct db_param db_text(struct str text);
struct db_param db_cstr(const char *text);
struct db_param db_bytes(struct str bytes); /* bytea */
struct db_param db_int(int32_t number);     /* integer */
struct db_param db_long(int64_t number);    /* bigint */
struct db_param db_double(double number);   /* double precision */
struct db_param db_bool(bool value);
struct db_param db_time(int64_t us);         /* timestamptz, from microseconds since 1970 */
struct db_param db_time_or_null(int64_t us); /* 0 is null */
struct db_param db_ints(struct arena *arena, const int32_t *numbers, size_t count); /* integer[] */
struct db_param db_texts(struct arena *arena, const struct str *texts, size_t count);
struct db_param db_uuids(struct arena *arena, const struct uuid *ids, size_t count);

#endif
