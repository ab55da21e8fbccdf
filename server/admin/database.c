#include "admin/database.h"

#include "admin/listen.h"
#include "admin/migrate.h"
#include "cluster/identity.h"

#include <errno.h>
#include <unistd.h>

static void take_given(const struct config *config, struct database *database)
{
    *database = (struct database){ config->database, config->owner_database, NULL };
}

static bool take_data(struct arena *arena, const struct config *config, struct str *why)
{
    return cluster_check_path(arena, config->data, why) && identity_take(arena, config->data, why);
}

static bool open_private(struct arena *arena, const struct config *config, enum cluster_use use,
    struct database *database, struct str *why)
{
    struct cluster *cluster = cluster_open(arena, config->data, use, why);

    if (cluster)
        *database = (struct database){ cluster_database(cluster), cluster_owner_database(cluster),
            cluster };
    return cluster != NULL;
}

/* Only what puts something in may make a cluster; whoever asks one that is not there has mistyped
 * its place, and would be told that all is well and nobody is in it. */
static bool check_made(struct arena *arena, const struct config *config, struct str *why)
{
    bool makes = config->command == COMMAND_MIGRATE || config->command == COMMAND_USER_ADD;
    struct str folder = arena_printf(arena, "%s/postgres", config->data);

    if (makes || access(folder.at, F_OK) == 0 || errno != ENOENT)
        return true;
    *why = arena_printf(arena,
        "there is no database in %s: say where it is with --data DIR (or GLOSS_DATA); `gloss "
        "serve` "
        "and `gloss user add` make one",
        config->data);
    return false;
}

bool database_open(
    struct arena *arena, const struct config *config, struct database *database, struct str *why)
{
    if (config->database) {
        take_given(config, database);
        return true;
    }
    return check_made(arena, config, why) && take_data(arena, config, why) &&
        open_private(arena, config, CLUSTER_VISIT, database, why);
}

void database_close(struct database *database)
{
    cluster_close(database->cluster);
    database->cluster = NULL;
}

static struct db_direct *connect_as(
    struct arena *arena, const char *conninfo, const char *who, struct str *why)
{
    struct str said;
    struct db_direct *db = db_direct_open(arena, conninfo, &said);

    if (!db)
        *why = arena_printf(arena, "cannot reach the database as %s: %.*s", who, STR_ARG(said));
    return db;
}

static bool migrate_as_owner(struct arena *arena, const struct database *database, struct str role,
    int *applied, struct str *why)
{
    struct db_direct *owner = connect_as(arena, database->owner, "the schema's owner", why);
    bool done = owner && migrate(arena, owner, role, applied, why);

    db_direct_close(owner);
    return done;
}

/* The role is asked twice: before, so that a superuser gets no schema, and afterwards, because
 * there may have been nothing to own. */
static bool prepare(
    struct arena *arena, const struct database *database, int *applied, struct str *why)
{
    struct db_direct *server = connect_as(arena, database->server, "the server's role", why);
    struct str role;
    bool done = server && migrate_role(arena, server, &role, why) &&
        (!database->owner || migrate_as_owner(arena, database, role, applied, why)) &&
        migrate_check(arena, server, why) && migrate_role(arena, server, &role, why) &&
        migrate_settle(arena, server, why);

    db_direct_close(server);
    return done;
}

bool database_migrate(
    struct arena *arena, const struct database *database, int *applied, struct str *why)
{
    if (database->owner)
        return prepare(arena, database, applied, why);
    *why = STR("--owner-database is missing: the schema changes as its owner, which the server's "
               "role is not");
    return false;
}

bool database_serve(
    struct arena *arena, const struct config *config, struct database *database, struct str *why)
{
    int applied = 0;

    if (!(config->database ? identity_drop(arena, why) : take_data(arena, config, why)))
        return false;
    if (!listen_check(arena, config, why))
        return false;
    if (config->database)
        take_given(config, database);
    else if (!open_private(arena, config, CLUSTER_SERVE, database, why))
        return false;
    if (prepare(arena, database, &applied, why))
        return true;
    database_close(database);
    return false;
}

struct db_direct *database_connect(
    struct arena *arena, const struct config *config, struct database *database, struct str *why)
{
    int applied = 0;

    if (!database_open(arena, config, database, why))
        return NULL;
    /* the private database may be new, or older than this program */
    struct db_direct *server = database->cluster && !prepare(arena, database, &applied, why)
        ? NULL
        : connect_as(arena, database->server, "the server's role", why);
    if (server && migrate_check(arena, server, why))
        return server;
    db_direct_close(server);
    database_close(database);
    return NULL;
}
