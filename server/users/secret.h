/* Secrets that the server makes: tokens, session ids, invitation and set-up codes. They are shown
 * once; what is kept is their SHA-256 (they are too random to be guessed from it). */
#ifndef GLOSS_USERS_SECRET_H
#define GLOSS_USERS_SECRET_H

#include "base/arena.h"
#include "base/str.h"

#define SECRET_DIGEST_BYTES 32
#define TOKEN_PREFIX "gloss_"

/* The prefix and 43 characters of base64url: 32 random bytes. */
struct str secret_new(struct arena *arena, const char *prefix);

/* What is stored and looked up, SECRET_DIGEST_BYTES of it. */
struct str secret_digest(struct arena *arena, struct str secret);

#endif
