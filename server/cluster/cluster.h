/* The private PostgreSQL under the data directory: made on first use, shared by every gloss process
 * that works on the same data, stopped by the last one out.
 *
 * In the data directory lie
 *   postgres/       the cluster (data checksums, UTF-8)
 *   postgres.log    what it said (a full one is renamed to postgres.log.1)
 *   .s.PGSQL.5432   its only door: a socket in a folder that nobody else may enter
 *   gate.lock       held while somebody starts or stops it
 *   users.lock      held, shared, by each process that uses it
 *   serve.lock      held by the one server; its pid is in it
 */
#ifndef GLOSS_CLUSTER_CLUSTER_H
#define GLOSS_CLUSTER_CLUSTER_H

#include "base/arena.h"
#include "base/str.h"

struct cluster;

enum cluster_use {
    CLUSTER_SERVE, /* one process at a time */
    CLUSTER_VISIT  /* any number, for a short while */
};

/* Is the path fit for a cluster and its socket? Asked before the directory is made. */
bool cluster_check_path(struct arena *arena, const char *data, struct str *why);

/* `data` is absolute fit (above), and ours (identity_take()). Starts PostgreSQL unless it is
 * running. NULL on failure: *why then says what to do. */
struct cluster *cluster_open(
    struct arena *arena, const char *data, enum cluster_use use, struct str *why);

/* Stops PostgreSQL if nobody else uses it. No other thread may use the cluster any more. */
void cluster_close(struct cluster *cluster);

/* Connection strings: of the role that the server runs as, and of the schema's owner. */
const char *cluster_database(const struct cluster *cluster);
const char *cluster_owner_database(const struct cluster *cluster);

/* To be called every second or so, by one thread that may wait for as long: starts PostgreSQL again
 * if it has died. True when it is up. */
bool cluster_watch(struct cluster *cluster);

#endif
