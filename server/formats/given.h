/* What a client has given in a JSON object: read member by member, each fault noted with a pointer
 * to it, so that one answer names them all. The values are borrowed from the JSON. */
#ifndef GLOSS_FORMATS_GIVEN_H
#define GLOSS_FORMATS_GIVEN_H

#include "base/arena.h"
#include "base/invalid.h"
#include "base/uuid.h"

#include <jansson.h>

struct given {
    struct arena *arena;
    struct invalid *why;
    const json_t *object;
    const char *pointer; /* to the object; "" is the whole body */
};

/* The pointer to a member, escaped (RFC 6901). */
const char *given_pointer(const struct given *given, const char *name);

/* Notes a fault of the member. Returns false. */
bool given_fault(const struct given *given, const char *name, const char *code,
    const char *detail_format, ...) __attribute__((format(printf, 4, 5)));

/* Notes each member that is not in the space-separated list. */
void given_only(const struct given *given, const char *names);

/* The member is there; null counts. */
bool given_has(const struct given *given, const char *name);
bool given_is_null(const struct given *given, const char *name);

/* These set *out and return true if the member is there and right. If it is not there they leave
 * *out alone and return false; if it is wrong they also note why. */
bool given_text(const struct given *given, const char *name, size_t min_chars, size_t max_chars,
    struct str *out);
bool given_int(const struct given *given, const char *name, int64_t min, int64_t max, int64_t *out);
bool given_bool(const struct given *given, const char *name, bool *out);
/* One of the words of a space-separated list. */
bool given_word(const struct given *given, const char *name, const char *words, struct str *out);
/* A TypeID with this prefix. */
bool given_id(const struct given *given, const char *name, const char *prefix, struct uuid *out);
bool given_object(const struct given *given, const char *name, struct given *out);
/* An array of up to max items, which are the caller's to read. */
bool given_array(const struct given *given, const char *name, size_t max, const json_t **out);

/* The text at `index` of an array that given_array() found under `name`. */
bool given_item(const struct given *given, const char *name, size_t index, size_t min_chars,
    size_t max_chars, struct str *out);

/* A JSON text as it is without the object's other members: the value of one of `object_text`'s own
 * members, numbers and order as they were sent, white space left out. The text must have been
 * parsed before. STR_NONE when there is no such member. */
struct str given_as_sent(struct arena *arena, struct str object_text, const char *name);

#endif
