/* Inside db/ only: where a connection goes, and how it begins. Of several hosts libpq tries one
 * after the other, but it waits for a silent one for ever; whoever has waited long enough begins
 * with the next. */
#ifndef GLOSS_DB_ADDRESS_H
#define GLOSS_DB_ADDRESS_H

#include <libpq-fe.h>
#include <stdbool.h>

struct address;

/* `options` are settings of the session, as libpq's `options`; both texts are borrowed. */
struct address *address_new(const char *conninfo, const char *options, bool read_only);
void address_free(struct address *address);

/* As PQconnectStartParams(). */
PGconn *address_connect(const struct address *address);

/* The next connection begins with the host behind the one that this one began with. */
void address_next(struct address *address);

/* "b,c,a" for "a,b,c" and 1; freed by the caller. */
char *address_turned(const char *list, int places);

#endif
