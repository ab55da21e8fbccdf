#include "test.h"

#include "documents/texts.h"

#include <pthread.h>

static struct uuid id_of(int number)
{
    return (struct uuid){ { [13] = (uint8_t)(number >> 8), [14] = (uint8_t)number, [15] = 7 } };
}

static struct text_index *text_of(size_t bytes)
{
    char *at = malloc(bytes);
    memset(at, 'a', bytes);
    struct text_index *index = text_index_new((struct str){ at, bytes });
    free(at);
    return index;
}

static bool is_there(struct text_cache *cache, int number)
{
    struct held_text *held = text_cache_get(cache, id_of(number));
    if (held)
        text_release(held);
    return held != NULL;
}

static void put(struct text_cache *cache, int number, size_t bytes)
{
    text_release(text_cache_put(cache, id_of(number), text_of(bytes)));
}

TEST("a text that was put in is found, and others are not")
{
    struct text_cache *cache = text_cache_new(1 << 20);
    CHECK(!is_there(cache, 1));
    put(cache, 1, 100);
    CHECK(is_there(cache, 1));
    CHECK(!is_there(cache, 2));
    text_cache_free(cache);
}

TEST("two who load the same text hold one")
{
    struct text_cache *cache = text_cache_new(1 << 20);
    struct held_text *first = text_cache_put(cache, id_of(1), text_of(100));
    struct held_text *second = text_cache_put(cache, id_of(1), text_of(100));
    CHECK(held_text_index(first) == held_text_index(second));
    text_release(first);
    text_release(second);
    text_cache_free(cache);
}

TEST("there is no more in it than was allowed")
{
    struct text_cache *cache = text_cache_new(100000);
    int there = 0;
    for (int i = 0; i < 100; i++)
        put(cache, i, 10000);
    for (int i = 0; i < 100; i++)
        there += is_there(cache, i);
    CHECK(there > 0 && there < 10);
    CHECK(is_there(cache, 99));
    text_cache_free(cache);
}

TEST("a text that somebody reads stays, however many come after it")
{
    struct text_cache *cache = text_cache_new(50000);
    struct held_text *held = text_cache_put(cache, id_of(1), text_of(10000));
    for (int i = 2; i < 100; i++)
        put(cache, i, 10000);
    CHECK(is_there(cache, 1));
    CHECK_INT(text_index_chars(held_text_index(held)), 10000);
    text_release(held);
    text_cache_free(cache);
}

TEST("what is asked for again and again outlives what is asked for once")
{
    struct text_cache *cache = text_cache_new(100000);
    put(cache, 0, 10000);
    for (int i = 1; i < 100; i++) {
        CHECK(is_there(cache, 0));
        put(cache, i, 10000);
    }
    CHECK(is_there(cache, 0));
    text_cache_free(cache);
}

TEST("a text larger than the whole is held and not kept")
{
    struct text_cache *cache = text_cache_new(5000);
    put(cache, 1, 1000);
    struct held_text *held = text_cache_put(cache, id_of(2), text_of(10000));
    CHECK_INT(text_index_chars(held_text_index(held)), 10000);
    CHECK(!is_there(cache, 2));
    text_release(held);
    CHECK(is_there(cache, 1));
    text_cache_free(cache);
}

static void *work(void *argument)
{
    struct text_cache *cache = argument;
    unsigned seed = (unsigned)(uintptr_t)&cache;
    for (int i = 0; i < 3000; i++) {
        int number = rand_r(&seed) % 40;
        struct held_text *held = text_cache_get(cache, id_of(number));
        if (!held)
            held = text_cache_put(cache, id_of(number), text_of(1000 + (size_t)number));
        if (text_index_chars(held_text_index(held)) != 1000 + (size_t)number)
            abort();
        text_release(held);
    }
    return NULL;
}

TEST("threads that take, put and give back at once get the right texts")
{
    struct text_cache *cache = text_cache_new(30000);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, cache);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    text_cache_free(cache);
}
