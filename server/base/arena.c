#include "base/arena.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES 4096
#define ALIGNMENT 16

struct chunk {
    struct chunk *next;
    size_t room; /* bytes after the header */
    size_t used;
};

struct owned {
    struct owned *next;
    void *object;
    void (*release)(void *object);
};

struct arena {
    struct chunk *chunks; /* the one being filled first */
    struct owned *owned;
    size_t total_bytes;
};

static size_t round_up(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static const size_t chunk_header_bytes = (sizeof(struct chunk) + ALIGNMENT - 1) & ~(size_t)15;

void mem_none_left(void)
{
    static const char message[] = "gloss: out of memory\n";
    fputs(message, stderr);
    abort();
}

void *mem_alloc(size_t bytes)
{
    void *block = malloc(bytes ? bytes : 1);
    if (!block)
        mem_none_left();
    return block;
}

void *mem_zero(size_t count, size_t item_bytes)
{
    void *block = calloc(count ? count : 1, item_bytes ? item_bytes : 1);
    if (!block)
        mem_none_left();
    return block;
}

void *mem_grow(void *block, size_t bytes)
{
    void *grown = realloc(block, bytes ? bytes : 1);
    if (!grown)
        mem_none_left();
    return grown;
}

static struct chunk *chunk_add(struct arena *arena, size_t room)
{
    struct chunk *chunk = mem_alloc(chunk_header_bytes + room);
    chunk->next = arena->chunks;
    chunk->room = room;
    chunk->used = 0;
    arena->chunks = chunk;
    arena->total_bytes += chunk_header_bytes + room;
    return chunk;
}

struct arena *arena_make(void)
{
    struct arena *arena = mem_zero(1, sizeof *arena);
    chunk_add(arena, CHUNK_BYTES - chunk_header_bytes);
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    for (struct owned *o = arena->owned; o; o = o->next)
        o->release(o->object);
    for (struct chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    assert(bytes < SIZE_MAX - CHUNK_BYTES);
    size_t need = round_up(bytes);
    struct chunk *chunk = arena->chunks;

    if (chunk->room - chunk->used < need) {
        struct chunk *full = chunk;
        if (need > CHUNK_BYTES / 2) {
            /* a chunk of its own, put behind the one being filled, which keeps its room */
            chunk = chunk_add(arena, need);
            arena->chunks = full;
            chunk->next = full->next;
            full->next = chunk;
        } else {
            chunk = chunk_add(arena, CHUNK_BYTES - chunk_header_bytes);
        }
    }
    void *at = (char *)chunk + chunk_header_bytes + chunk->used;
    chunk->used += need;
    memset(at, 0, bytes);
    return at;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t item_bytes)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, item_bytes, &bytes))
        mem_none_left();
    return arena_alloc(arena, bytes);
}

struct str arena_dup(struct arena *arena, struct str text)
{
    if (!text.at)
        return STR_NONE;
    char *copy = arena_alloc(arena, text.bytes + 1);
    memcpy(copy, text.at, text.bytes);
    return (struct str){ copy, text.bytes };
}

const char *arena_cstr(struct arena *arena, struct str text)
{
    return text.at ? arena_dup(arena, text).at : "";
}

struct str arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    assert(length >= 0);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, args);
    return (struct str){ text, (size_t)length };
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

void arena_own(struct arena *arena, void *object, void (*release)(void *object))
{
    struct owned *o = arena_new(arena, struct owned);
    *o = (struct owned){ arena->owned, object, release };
    arena->owned = o;
}

size_t arena_bytes(const struct arena *arena)
{
    return arena->total_bytes;
}
