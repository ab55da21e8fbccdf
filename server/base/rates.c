#include "base/rates.h"

#include "base/arena.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>

#define SLOTS 65536
#define TAG_BITS 20 /* the rest, 44 bits, is a time in milliseconds */
#define TIME_BITS (64 - TAG_BITS)
#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)

struct rates {
    uint64_t seed;
    _Atomic uint64_t slots[SLOTS];
};

struct rates *rates_new(void)
{
    struct rates *rates = mem_zero(1, sizeof *rates);
    if (getrandom(&rates->seed, sizeof rates->seed, 0) != sizeof rates->seed)
        abort();
    return rates;
}

void rates_free(struct rates *rates)
{
    free(rates);
}

/* FNV-1a with a secret start and a final mix: nobody can aim at another's slot. */
static uint64_t hash(const struct rates *rates, char kind, struct str key)
{
    uint64_t h = rates->seed ^ 0xCBF29CE484222325u;
    h = (h ^ (unsigned char)kind) * 0x100000001B3u;
    for (size_t i = 0; i < key.bytes; i++)
        h = (h ^ (unsigned char)key.at[i]) * 0x100000001B3u;
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

struct rate_verdict rates_take(
    struct rates *rates, char kind, struct str key, struct rate rate, int64_t now_ms)
{
    uint64_t h = hash(rates, kind, key), tag = h >> TIME_BITS, now = (uint64_t)now_ms & TIME_MASK;
    _Atomic uint64_t *slot = &rates->slots[h % SLOTS];
    uint64_t step_ms = 60000 / (rate.per_minute ? rate.per_minute : 1);
    uint64_t full_ms = step_ms * rate.burst;
    uint64_t seen = atomic_load(slot);

    for (;;) {
        uint64_t empty_at = seen >> TIME_BITS == tag ? seen & TIME_MASK : now;
        if (empty_at < now)
            empty_at = now;
        uint64_t used_ms = empty_at - now;
        if (used_ms + step_ms > full_ms) {
            uint64_t wait_ms = used_ms + step_ms - full_ms;
            return (struct rate_verdict){ false, 0, (uint32_t)((wait_ms + 999) / 1000),
                (uint32_t)((used_ms + 999) / 1000) };
        }
        uint64_t next = tag << TIME_BITS | ((empty_at + step_ms) & TIME_MASK);
        if (atomic_compare_exchange_weak(slot, &seen, next))
            return (struct rate_verdict){ true, (uint32_t)((full_ms - used_ms - step_ms) / step_ms),
                0, (uint32_t)((used_ms + step_ms + 999) / 1000) };
    }
}
