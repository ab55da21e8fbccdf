/* A fuzz target is a file here and a folder of its name in corpus/. `make fuzz` runs it in
 * libFuzzer; the unit tests run it on each file of its corpus. Targets promise more than not to
 * crash: PROMISE() is what must hold for any input. */
#ifndef GLOSS_FUZZ_H
#define GLOSS_FUZZ_H

#include "base/arena.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

/* Each target's own. */
extern const char fuzz_target[];
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Ends the input with a finding. */
_Noreturn void fuzz_broken(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define PROMISE(condition)                                             \
    do {                                                               \
        if (!(condition))                                              \
            fuzz_broken(__FILE__, __LINE__, "not so: %s", #condition); \
    } while (0)
/* With words of one's own. */
#define BROKEN(...) fuzz_broken(__FILE__, __LINE__, __VA_ARGS__)

#endif
