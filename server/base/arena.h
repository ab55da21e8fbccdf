/* Memory with one lifetime: what an arena gave is gone when the arena is. Allocation never fails;
 * when the machine has no memory left the process ends. One thread uses an arena at a time. */
#ifndef GLOSS_BASE_ARENA_H
#define GLOSS_BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* The caller owns the arena and ends it with arena_free(), which also releases what it owns. */
struct arena *arena_make(void);
void arena_free(struct arena *arena);

/* Zeroed memory, aligned for any type, valid until the arena ends. Zero bytes give a pointer that
 * may be compared and not read. */
void *arena_alloc(struct arena *arena, size_t bytes);

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

void *arena_alloc_array(struct arena *arena, size_t count, size_t item_bytes);

/* Copies that outlive their source. arena_dup()'s copy is followed by a NUL byte that does not
 * count, so `.at` may go where C wants a string (if the text itself has no NUL). */
struct str arena_dup(struct arena *arena, struct str text);
const char *arena_cstr(struct arena *arena, struct str text);

/* printf into the arena; the result is followed by a NUL that does not count. */
struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Hands a library's object over: release(object) runs when the arena ends, latest first. */
void arena_own(struct arena *arena, void *object, void (*release)(void *object));

/* Bytes taken from the system so far; for limits and metrics. */
size_t arena_bytes(const struct arena *arena);

/* malloc, calloc and realloc for what outlives any arena; they end the process instead of failing.
 */
void *mem_alloc(size_t bytes);
void *mem_zero(size_t count, size_t item_bytes);
void *mem_grow(void *block, size_t bytes);

/* Ends the process in the same way, where a library or the kernel says that it found no memory. */
_Noreturn void mem_none_left(void);

#endif
