/* What is wrong with something that a client sent: each fault with a JSON pointer (RFC 6901) to it.
 */
#ifndef GLOSS_BASE_INVALID_H
#define GLOSS_BASE_INVALID_H

#include "base/arena.h"
#include "base/str.h"

#define FAULTS_MAX 16

struct fault {
    struct str pointer; /* "/tags/3"; "" is the whole body */
    const char *code;   /* a word for programs: "type", "too-long", "unknown-field" … */
    struct str detail;  /* a sentence for people: what is wrong and what would have been right */
};

struct invalid {
    size_t count;
    struct fault faults[FAULTS_MAX];
};

/* Adds a fault; those past FAULTS_MAX are dropped. Returns false, so that a reader can end with it.
 */
bool invalid_add(struct invalid *why, struct arena *arena, const char *pointer, const char *code,
    const char *detail_format, ...) __attribute__((format(printf, 5, 6)));

#endif
