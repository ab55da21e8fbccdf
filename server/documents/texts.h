/* The texts of revisions in memory: immutable, so right for ever, and bounded in bytes. One cache
 * serves all workers; its lock is held only to look one up. */
#ifndef GLOSS_DOCUMENTS_TEXTS_H
#define GLOSS_DOCUMENTS_TEXTS_H

#include <stddef.h>

struct text_cache;

struct text_cache *text_cache_new(size_t max_bytes);
void text_cache_free(struct text_cache *cache);

#endif
