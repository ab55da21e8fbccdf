/* UUIDs, and the two ways they are shown: canonical text (in the database and logs) and TypeID
 * (`ann_01jf…`, the native API): a prefix, an underscore and 26 characters of Crockford's base32.
 */
#ifndef GLOSS_BASE_UUID_H
#define GLOSS_BASE_UUID_H

#include "base/arena.h"
#include "base/str.h"

struct uuid {
    uint8_t bytes[16];
};

#define UUID_TEXT_BYTES 36
#define UUID_NIL ((struct uuid){ { 0 } })

/* Version 7 (RFC 9562 5.7): milliseconds, then random bits; later ones of one thread sort later. */
struct uuid uuid_new(void);
/* Version 4: for things whose time of birth is nobody's business. */
struct uuid uuid_random(void);

bool uuid_is_nil(struct uuid id);
bool uuid_eq(struct uuid a, struct uuid b);
int uuid_order(struct uuid a, struct uuid b);

/* Canonical form, lower case, NUL-terminated. */
void uuid_write(struct uuid id, char out[UUID_TEXT_BYTES + 1]);
/* Accepts canonical lower-case text only: one spelling for one thing. */
bool uuid_read(struct str text, struct uuid *out);

/* "ann" and an id → "ann_01jf…". */
struct str typeid_write(struct arena *arena, const char *prefix, struct uuid id);
/* The reverse; false unless the prefix is this one and the rest is 26 lower-case characters, not
 * all of them 0: that is no id. */
bool typeid_read(struct str text, const char *prefix, struct uuid *out);

#endif
