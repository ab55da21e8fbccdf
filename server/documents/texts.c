#include "documents/texts.h"

#include "base/arena.h"

#include <stdlib.h>

struct text_cache {
    size_t max_bytes;
};

struct text_cache *text_cache_new(size_t max_bytes)
{
    struct text_cache *cache = mem_zero(1, sizeof *cache);
    cache->max_bytes = max_bytes;
    return cache;
}

void text_cache_free(struct text_cache *cache)
{
    free(cache);
}
