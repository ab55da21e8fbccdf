/* Who we run as: never as root. Root's processes become the owner of the data, which is the system
 * user `gloss` where the data is new. */
#ifndef GLOSS_CLUSTER_IDENTITY_H
#define GLOSS_CLUSTER_IDENTITY_H

#include "base/arena.h"
#include "base/str.h"

/* Makes the data directory if there is none (0700), and becomes its owner when we are root. False
 * when that cannot be; *why then says what to do. */
bool identity_take(struct arena *arena, const char *data, struct str *why);

/* For a server without data of its own: root becomes the system user `gloss`. */
bool identity_drop(struct arena *arena, struct str *why);

#endif
