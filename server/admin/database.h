/* The database that a command works on: the given one, or the private one under --data. */
#ifndef GLOSS_ADMIN_DATABASE_H
#define GLOSS_ADMIN_DATABASE_H

#include "admin/config.h"
#include "cluster/cluster.h"
#include "db/direct.h"

struct database {
    const char *server;      /* connection string of the role that the server runs as */
    const char *owner;       /* of the schema's owner; NULL when nobody said */
    struct cluster *cluster; /* NULL: the database was given, it is not ours to start or stop */
};

/* Finds it, and starts the private one for the time it is needed; only migrate and user add make
 * one where there is none. Root becomes the data's owner. */
bool database_open(
    struct arena *arena, const struct config *config, struct database *database, struct str *why);

/* The same for the server: alone on its data, never root, and the port must be free before anything
 * is started. The schema is brought up to date (or, where no owner is known, must be), and the
 * server's role must own nothing. */
bool database_serve(
    struct arena *arena, const struct config *config, struct database *database, struct str *why);

void database_close(struct database *database);

/* Opens, checks that the schema is current, hands over a connection as the server's role. NULL on
 * failure; the database is closed then. */
struct db_direct *database_connect(
    struct arena *arena, const struct config *config, struct database *database, struct str *why);

/* What `gloss migrate` does. */
bool database_migrate(
    struct arena *arena, const struct database *database, int *applied, struct str *why);

#endif
