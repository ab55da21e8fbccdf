#include "base/uuid.h"

#include "base/clock.h"

#include <string.h>
#include <sys/random.h>
#include <uuid/uuid.h>

__extension__ typedef unsigned __int128 uint128;

static const char base32[] = "0123456789abcdefghjkmnpqrstvwxyz";
static const char hex[] = "0123456789abcdef";

struct uuid uuid_random(void)
{
    struct uuid id;
    uuid_generate_random(id.bytes);
    return id;
}

/* The kernel's random bytes, fetched for many ids at a time: asking for each, and libuuid's other
 * system calls, would be a third of a cheap request's work. */
static void random_bytes(uint8_t *out, size_t bytes)
{
    static _Thread_local uint8_t pool[512];
    static _Thread_local size_t left;

    if (left < bytes) {
        ssize_t got = getrandom(pool, sizeof pool, 0);
        if (got != (ssize_t)sizeof pool) { /* not with so few bytes once the system is up */
            memcpy(out, uuid_random().bytes, bytes);
            return;
        }
        left = sizeof pool;
    }
    left -= bytes;
    memcpy(out, pool + left, bytes);
}

struct uuid uuid_new(void)
{
    static _Thread_local int64_t last_ms;
    static _Thread_local uint16_t sequence;
    struct uuid id;
    int64_t now_ms = clock_wall_us() / 1000;

    random_bytes(id.bytes, sizeof id.bytes);
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F));
    /* Method 1 of RFC 9562 6.2: the 12 bits after the time count up within a millisecond, from a
     * random start in their lower half; a clock that steps back is not followed. */
    if (now_ms > last_ms) {
        last_ms = now_ms;
        sequence = (uint16_t)((id.bytes[6] << 8 | id.bytes[7]) & 0x7FF);
    } else if (++sequence > 0xFFF) {
        last_ms++;
        sequence = 0;
    }
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(last_ms >> (40 - 8 * i));
    id.bytes[6] = (uint8_t)(0x70 | sequence >> 8);
    id.bytes[7] = (uint8_t)sequence;
    return id;
}

bool uuid_is_nil(struct uuid id)
{
    return uuid_eq(id, UUID_NIL);
}

bool uuid_eq(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

int uuid_order(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes);
}

static bool dash_before(int byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void uuid_write(struct uuid id, char out[UUID_TEXT_BYTES + 1])
{
    for (int i = 0; i < 16; i++) {
        if (dash_before(i))
            *out++ = '-';
        *out++ = hex[id.bytes[i] >> 4];
        *out++ = hex[id.bytes[i] & 15];
    }
    *out = '\0';
}

static int hex_value(char c)
{
    const char *at = c ? strchr(hex, c) : NULL;
    return at ? (int)(at - hex) : -1;
}

bool uuid_read(struct str text, struct uuid *out)
{
    struct uuid id;
    const char *p = text.at;

    if (text.bytes != UUID_TEXT_BYTES)
        return false;
    for (int i = 0; i < 16; i++) {
        if (dash_before(i) && *p++ != '-')
            return false;
        int high = hex_value(*p++), low = hex_value(*p++);
        if (high < 0 || low < 0)
            return false;
        id.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *out = id;
    return true;
}

/* 128 bits in 26 digits of 5: the first digit holds the top 3 bits. */
struct str typeid_write(struct arena *arena, const char *prefix, struct uuid id)
{
    size_t prefix_bytes = strlen(prefix);
    char *text = arena_alloc(arena, prefix_bytes + 28);
    uint128 number = 0;

    for (int i = 0; i < 16; i++)
        number = number << 8 | id.bytes[i];
    memcpy(text, prefix, prefix_bytes);
    text[prefix_bytes] = '_';
    for (int i = 25; i >= 0; i--) {
        text[prefix_bytes + 1 + (size_t)i] = base32[(unsigned)number & 31];
        number >>= 5;
    }
    return (struct str){ text, prefix_bytes + 27 };
}

bool typeid_read(struct str text, const char *prefix, struct uuid *out)
{
    size_t prefix_bytes = strlen(prefix);
    uint128 number = 0;
    struct uuid id;

    if (text.bytes != prefix_bytes + 27 || memcmp(text.at, prefix, prefix_bytes) != 0 ||
        text.at[prefix_bytes] != '_' || text.at[prefix_bytes + 1] > '7')
        return false;
    for (size_t i = prefix_bytes + 1; i < text.bytes; i++) {
        const char *digit = text.at[i] ? strchr(base32, text.at[i]) : NULL;
        if (!digit)
            return false;
        number = number << 5 | (unsigned)(digit - base32);
    }
    for (int i = 15; i >= 0; i--) {
        id.bytes[i] = (uint8_t)number;
        number >>= 8;
    }
    if (uuid_is_nil(id))
        return false;
    *out = id;
    return true;
}
