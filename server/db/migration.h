/* The steps of the schema, from migrations/, built into the program (server/tools/embed.c). */
#ifndef GLOSS_DB_MIGRATION_H
#define GLOSS_DB_MIGRATION_H

#include <stddef.h>

struct migration {
    int number;         /* 1 for 0001_documents.sql */
    const char *name;   /* "0001_documents" */
    const char *sha256; /* of the file's bytes, 64 hexadecimal digits */
    const char *sql;
};

/* In the order of their numbers, which start at 1 and leave none out. */
extern const struct migration migrations[];
extern const size_t migration_count;

#endif
