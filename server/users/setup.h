/* What a server does once when it starts, before anybody asks: blocking, on the command line's kind
 * of connection. */
#ifndef GLOSS_USERS_SETUP_H
#define GLOSS_USERS_SETUP_H

#include "base/arena.h"
#include "base/str.h"

/* Tells the database whether Everyone may be read without signing in. False: *why says what failed.
 */
bool setup_public(struct arena *arena, const char *database, bool is_public, struct str *why);

/* While there is no admin: the link that makes its opener the admin, once. STR_NONE when there is
 * one already. False: *why says what failed. */
bool setup_link(struct arena *arena, const char *database, struct str base_url, struct str *link,
    struct str *why);

#endif
