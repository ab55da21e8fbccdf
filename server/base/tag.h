/* Entity tags: what a client has seen, in a few characters. */
#ifndef GLOSS_BASE_TAG_H
#define GLOSS_BASE_TAG_H

#include "base/arena.h"
#include "base/str.h"

#include <stdint.h>

/* `"7.1f0c2a9d3b4e5f60"`, with its quotes: the version, which If-Match compares, and a hash of what
 * is shown. */
struct str tag_of_version(struct arena *arena, int64_t version, struct str shown);

/* The same for what has no version: lists, and the like. */
struct str tag_of(struct arena *arena, struct str shown);

#endif
