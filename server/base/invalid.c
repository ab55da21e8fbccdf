#include "base/invalid.h"

bool invalid_add(struct invalid *why, struct arena *arena, const char *pointer, const char *code,
    const char *detail_format, ...)
{
    va_list args;

    if (why->count == FAULTS_MAX)
        return false;
    va_start(args, detail_format);
    why->faults[why->count++] = (struct fault){ arena_dup(arena, str_from(pointer)), code,
        arena_vprintf(arena, detail_format, args) };
    va_end(args);
    return false;
}
