/* One worker's memory of who holds which secret, so that a busy reader costs one look-up a second:
 * bounded, and nothing is believed for longer than that, or across a change of rights. */
#ifndef GLOSS_USERS_IDENTITIES_H
#define GLOSS_USERS_IDENTITIES_H

#include "base/arena.h"
#include "model/reader.h"
#include "users/users.h"

#define IDENTITY_MS 1000

/* Finds what was kept under the digest (SECRET_DIGEST_BYTES), and copies it to the arena. `epoch`
 * is the present one of all rights. Of an old one that is still good one caller is told that it is
 * not here, so that somebody renews it. */
bool identities_find(struct identities *identities, struct str digest, int64_t now_ms,
    uint64_t epoch, struct arena *arena, struct reader *out);

/* Keeps a reader. Time and epoch are those from BEFORE the database was asked. */
void identities_keep(struct identities *identities, struct str digest, int64_t asked_ms,
    uint64_t epoch, const struct reader *reader);

#endif
