/* The texts of revisions in memory: immutable, so right for ever, and bounded in bytes. One cache
 * serves all workers; its lock is held only to look one up. */
#ifndef GLOSS_DOCUMENTS_TEXTS_H
#define GLOSS_DOCUMENTS_TEXTS_H

#include "anchoring/resolve.h"
#include "base/uuid.h"

#include <stddef.h>

struct text_cache;

struct text_cache *text_cache_new(size_t max_bytes);
/* Texts that are still held must have been given back. */
void text_cache_free(struct text_cache *cache);

/* A text that somebody reads; it stays until text_release(). */
struct held_text;

const struct text_index *held_text_index(const struct held_text *held);

/* NULL when it is not there. */
struct held_text *text_cache_get(struct text_cache *cache, struct uuid revision);

/* Puts a text in and holds it; `index` is the cache's from now on. Where another thread was faster,
 * its text is held and this one dropped: they are the same. A text too large for the cache is held
 * and not kept. */
struct held_text *text_cache_put(
    struct text_cache *cache, struct uuid revision, struct text_index *index);

void text_release(struct held_text *held);

#endif
