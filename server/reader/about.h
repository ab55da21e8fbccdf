/* What the pages beside the reading page have in common: a text's history, its differences, the
 * form in which it is edited. Inside reader/ only. */
#ifndef GLOSS_READER_ABOUT_H
#define GLOSS_READER_ABOUT_H

#include "db/pool.h"
#include "reader/page.h"

/* The call of reader/about.sql for the document that the path's first parameter names. */
struct db_call about_call(struct request *req, struct uuid document);

/* Whether its row lets this reader in; else they get respond_kept_out(). */
bool about_admits(const struct request *req, const struct db_result *res);
RESPOND enum step respond_kept_out(struct request *req, const struct db_result *res);

/* Begins such a page, up to the text's title as a way back to it. `about` is reader/about.sql's
 * row. */
void about_begin(struct buffer *out, struct request *req, const struct db_result *about,
    const char *heading, const char *script);

#endif
