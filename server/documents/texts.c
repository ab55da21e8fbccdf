#include "documents/texts.h"

#include "base/arena.h"
#include "base/meter.h"
#include "documents/documents.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096
#define ENTRY_BYTES 128 /* a guess at what an entry costs beside its text */

struct held_text {
    struct text_cache *cache;
    struct held_text *next_in_bucket;
    struct held_text *next, *previous; /* the ring that the clock's hand goes round */
    struct uuid revision;
    struct text_index *index;
    size_t bytes;
    unsigned holders;
    bool used; /* since the hand last came by */
    bool kept; /* in the table; else it goes with its last holder */
};

struct text_cache {
    pthread_mutex_t lock;
    size_t max_bytes, bytes;
    struct held_text *buckets[BUCKETS];
    struct held_text *hand;
    struct cache_meter meter;
};

struct text_cache *text_cache_new(size_t max_bytes)
{
    struct text_cache *cache = mem_zero(1, sizeof *cache);
    cache->max_bytes = max_bytes;
    counter_set(&cache->meter.max_bytes, max_bytes);
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

static struct held_text **bucket_of(struct text_cache *cache, struct uuid revision)
{
    /* the end of a UUIDv7 is random */
    unsigned number = (unsigned)revision.bytes[14] << 8 | revision.bytes[15];
    return &cache->buckets[number % BUCKETS];
}

static struct held_text *find(struct text_cache *cache, struct uuid revision)
{
    struct held_text *text = *bucket_of(cache, revision);
    while (text && !uuid_eq(text->revision, revision))
        text = text->next_in_bucket;
    return text;
}

static void text_free(struct held_text *text)
{
    text_index_free(text->index);
    free(text);
}

static void keep(struct text_cache *cache, struct held_text *text)
{
    struct held_text **bucket = bucket_of(cache, text->revision);

    text->kept = true;
    text->next_in_bucket = *bucket;
    *bucket = text;
    if (cache->hand) {
        text->next = cache->hand;
        text->previous = cache->hand->previous;
        text->previous->next = text;
        cache->hand->previous = text;
    } else {
        text->next = text->previous = text;
        cache->hand = text;
    }
    cache->bytes += text->bytes;
    counter_set(&cache->meter.bytes, cache->bytes);
    counter_add(&cache->meter.entries, 1);
}

static void forget(struct text_cache *cache, struct held_text *text)
{
    struct held_text **at = bucket_of(cache, text->revision);

    while (*at != text)
        at = &(*at)->next_in_bucket;
    *at = text->next_in_bucket;
    if (cache->hand == text)
        cache->hand = text->next == text ? NULL : text->next;
    text->previous->next = text->next;
    text->next->previous = text->previous;
    cache->bytes -= text->bytes;
    counter_set(&cache->meter.bytes, cache->bytes);
    counter_add(&cache->meter.entries, (uint64_t)-1);
    text->kept = false;
}

/* Takes out what nobody holds and nobody has asked for lately, until `more` bytes fit; returns a
 * list of it, to be freed without the lock. Twice round at most: held texts cannot go. */
static struct held_text *make_room(struct text_cache *cache, size_t more)
{
    struct held_text *out = NULL, *first = NULL;
    int rounds = 0;

    while (cache->hand && cache->bytes + more > cache->max_bytes) {
        struct held_text *text = cache->hand;
        if (text == first && ++rounds == 2)
            break;
        if (!first)
            first = text;
        cache->hand = text->next;
        if (text->holders > 0 || text->used) {
            text->used = false;
            continue;
        }
        if (text == first)
            first = NULL;
        forget(cache, text);
        text->next_in_bucket = out;
        out = text;
    }
    return out;
}

static void free_all(struct held_text *list)
{
    while (list) {
        struct held_text *next = list->next_in_bucket;
        text_free(list);
        list = next;
    }
}

void text_cache_free(struct text_cache *cache)
{
    while (cache->hand) {
        struct held_text *text = cache->hand;
        assert(text->holders == 0);
        forget(cache, text);
        text_free(text);
    }
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

const struct cache_meter *text_cache_meter(const struct text_cache *cache)
{
    return &cache->meter;
}

const struct text_index *held_text_index(const struct held_text *held)
{
    return held->index;
}

struct held_text *text_cache_get(struct text_cache *cache, struct uuid revision)
{
    pthread_mutex_lock(&cache->lock);
    struct held_text *text = find(cache, revision);
    if (text) {
        text->holders++;
        text->used = true;
    }
    counter_add(text ? &cache->meter.hits : &cache->meter.misses, 1);
    pthread_mutex_unlock(&cache->lock);
    return text;
}

struct held_text *text_cache_put(
    struct text_cache *cache, struct uuid revision, struct text_index *index)
{
    struct held_text *text = mem_zero(1, sizeof *text), *out = NULL;

    *text = (struct held_text){ .cache = cache,
        .revision = revision,
        .index = index,
        .bytes = text_index_memory_bytes(index) + ENTRY_BYTES,
        .holders = 1 };
    pthread_mutex_lock(&cache->lock);
    struct held_text *there = find(cache, revision);
    if (there) {
        there->holders++;
        text->next_in_bucket = NULL;
        out = text;
        text = there;
    } else {
        if (text->bytes <= cache->max_bytes)
            out = make_room(cache, text->bytes);
        if (cache->bytes + text->bytes <= cache->max_bytes)
            keep(cache, text);
    }
    pthread_mutex_unlock(&cache->lock);
    free_all(out);
    return text;
}

void text_release(struct held_text *held)
{
    struct text_cache *cache = held->cache;

    pthread_mutex_lock(&cache->lock);
    bool is_last = --held->holders == 0 && !held->kept;
    pthread_mutex_unlock(&cache->lock);
    if (is_last)
        text_free(held);
}
