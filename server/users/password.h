/* Passwords: what is accepted, and how they are kept (argon2id, libsodium's INTERACTIVE limits).
 * Hashing and verifying take about 0.1 s and 64 MiB: never on the loop. */
#ifndef GLOSS_USERS_PASSWORD_H
#define GLOSS_USERS_PASSWORD_H

#include "base/str.h"

#define PASSWORD_CHARS_MIN 8
#define PASSWORD_BYTES_MAX 1024
#define PASSWORD_HASH_BYTES 128 /* with its NUL */

enum password_fault {
    PASSWORD_FINE,
    PASSWORD_TOO_SHORT,
    PASSWORD_BLANK,
    PASSWORD_TOO_LONG,
    PASSWORD_HAS_NUL,
    PASSWORD_NOT_UTF8
};

/* Is this fit for a new password? Anything may be in it but NUL, if there is more
 * than space; it is taken as it was sent. */
enum password_fault password_check(struct str password);
/* What is wrong and what would be right, as a sentence without its full stop. */
const char *password_fault_text(enum password_fault fault);

/* A hash that carries its salt and its parameters; false when there is no memory for it. */
bool password_hash(struct str password, char out[PASSWORD_HASH_BYTES]);

/* Sets *right; false when there is no memory to find out. Without a hash (no such user) it verifies
 * against a dummy, so that the answer takes as long, and none is right. */
bool password_verify(struct str password, struct str hash, bool *right);

/* True when the hash was made with other parameters than ours: make a new one at the next login. */
bool password_needs_rehash(struct str hash);

#endif
