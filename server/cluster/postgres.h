/* Inside cluster/ only: PostgreSQL's programs and its files. */
#ifndef GLOSS_CLUSTER_POSTGRES_H
#define GLOSS_CLUSTER_POSTGRES_H

#include "base/arena.h"
#include "base/str.h"

#include <sys/types.h>

#define POSTGRES_MAJOR_MIN 15

/* Where everything of one data directory is. */
struct postgres {
    const char *data;    /* DATA */
    const char *cluster; /* DATA/postgres */
    const char *log;     /* DATA/postgres.log */
    const char *programs;
    int major;
};

/* Finds the programs: of the version that made the cluster, else the newest. */
bool postgres_find(struct arena *arena, const char *data, struct postgres *pg, struct str *why);

/* Makes the cluster if there is none. An attempt that was cut off is begun anew. */
bool postgres_init(struct arena *arena, const struct postgres *pg, struct str *why);

/* Writes our settings, removes lock files that a recycled pid would make believable, and starts the
 * postmaster. Its pid, or -1. */
pid_t postgres_start(struct arena *arena, const struct postgres *pg, struct str *why);

/* The postmaster that runs on this cluster, 0 if none does. */
pid_t postgres_running(struct arena *arena, const struct postgres *pg);

/* Is this process one of the cluster's, and not dead yet? */
bool postgres_lives(struct arena *arena, const struct postgres *pg, pid_t pid);

/* The size of the log now, and what was said last since it had that size. */
off_t postgres_log_mark(const struct postgres *pg);
struct str postgres_log_since(struct arena *arena, const struct postgres *pg, off_t mark);

#endif
