#include "step/cursor.h"

#include "base/clock.h"

#include <sodium.h>
#include <string.h>

#define CURSOR_VERSION 1
#define PAYLOAD_BYTES (1 + 1 + 8 + 16 + 1)
#define CURSOR_BYTES (PAYLOAD_BYTES + 4)
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

static unsigned char *put(unsigned char *at, uint64_t number, int bytes)
{
    while (bytes-- > 0)
        *at++ = (unsigned char)(number >> 8 * bytes);
    return at;
}

static uint64_t get(const unsigned char *at, int bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < bytes; i++)
        number = number << 8 | at[i];
    return number;
}

/* FNV-1a: a letter lost on the way to the terminal and back is noticed. */
static uint32_t checksum(const unsigned char *at, size_t bytes)
{
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < bytes; i++)
        sum = (sum ^ at[i]) * 16777619u;
    return sum;
}

struct str cursor_write(struct arena *arena, const struct cursor *cursor)
{
    unsigned char raw[CURSOR_BYTES], *at = raw;
    size_t room = sodium_base64_ENCODED_LEN(CURSOR_BYTES, VARIANT);
    char *text = arena_alloc(arena, room);

    at = put(at, CURSOR_VERSION, 1);
    at = put(at, (uint64_t)cursor->order, 1);
    at = put(at, (uint64_t)cursor->time_us, 8);
    memcpy(at, cursor->id.bytes, sizeof cursor->id.bytes);
    at = put(at + sizeof cursor->id.bytes, cursor->minor, 1);
    put(at, checksum(raw, PAYLOAD_BYTES), 4);
    sodium_bin2base64(text, room, raw, sizeof raw, VARIANT);
    return (struct str){ text, room - 1 };
}

/* The checksum keeps nobody from making a cursor up; what it says must be fit for the database. */
static bool is_in_range(enum cursor_order order, int64_t time_us)
{
    if (order == CURSOR_NUMBER)
        return time_us >= INT32_MIN && time_us <= INT32_MAX;
    return time_us >= TIME_FIRST_US && time_us <= TIME_LAST_US;
}

/* libsodium takes some bytes past ASCII for letters; there is one spelling for one thing. */
static bool is_spelled_so(struct str text, const unsigned char raw[CURSOR_BYTES])
{
    char again[sodium_base64_ENCODED_LEN(CURSOR_BYTES, VARIANT)];

    sodium_bin2base64(again, sizeof again, raw, CURSOR_BYTES, VARIANT);
    return str_eq(text, str_from(again));
}

bool cursor_read(struct str text, enum cursor_order order, struct cursor *out)
{
    unsigned char raw[CURSOR_BYTES];
    size_t bytes;

    if (text.bytes != sodium_base64_ENCODED_LEN(CURSOR_BYTES, VARIANT) - 1 ||
        sodium_base642bin(raw, sizeof raw, text.at, text.bytes, NULL, &bytes, NULL, VARIANT) != 0 ||
        bytes != CURSOR_BYTES || !is_spelled_so(text, raw))
        return false;
    if (raw[0] != CURSOR_VERSION || raw[1] != (unsigned char)order ||
        get(raw + PAYLOAD_BYTES, 4) != checksum(raw, PAYLOAD_BYTES) ||
        !is_in_range(order, (int64_t)get(raw + 2, 8)))
        return false;
    out->order = order;
    out->time_us = (int64_t)get(raw + 2, 8);
    memcpy(out->id.bytes, raw + 10, sizeof out->id.bytes);
    out->minor = raw[26];
    return true;
}
