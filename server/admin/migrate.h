/* The steps of the schema: applied in order, once each, by one process at a time. */
#ifndef GLOSS_ADMIN_MIGRATE_H
#define GLOSS_ADMIN_MIGRATE_H

#include "base/arena.h"
#include "db/direct.h"

/* Applies what is missing, as the owner, and then grants `server_role` its rights. Refuses a step
 * that was changed after it was applied, and a schema newer than this program. *applied counts the
 * steps that were new. False: *why says what is wrong. */
bool migrate(struct arena *arena, struct db_direct *owner, struct str server_role, int *applied,
    struct str *why);

/* Is the schema exactly the one that this program was built with? Asked as the server's role. */
bool migrate_check(struct arena *arena, struct db_direct *server, struct str *why);

/* The role of a connection may not own the schema nor be a superuser; *role is its name. */
bool migrate_role(struct arena *arena, struct db_direct *server, struct str *role, struct str *why);

/* After a dump was restored into another cluster the event log is put in order; else nothing
 * happens. As the server's role, once the schema is known to be current. */
bool migrate_settle(struct arena *arena, struct db_direct *server, struct str *why);

#endif
