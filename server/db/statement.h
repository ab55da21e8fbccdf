/* A statement is a file under server/sql/, prepared under its file's name. */
#ifndef GLOSS_DB_STATEMENT_H
#define GLOSS_DB_STATEMENT_H

struct db_statement {
    const char *name; /* annotations_insert */
    const char *text;
};

#endif
