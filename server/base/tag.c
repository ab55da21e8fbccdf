#include "base/tag.h"

#include <inttypes.h>
#include <sodium.h>

#define HASH_BYTES 8 /* of a hash that nobody gains by forging: it is one's own view */

static const char *hash_text(struct str shown, char out[2 * HASH_BYTES + 1])
{
    unsigned char hash[crypto_generichash_BYTES_MIN];

    crypto_generichash(
        hash, sizeof hash, (const unsigned char *)(shown.at ? shown.at : ""), shown.bytes, NULL, 0);
    return sodium_bin2hex(out, 2 * HASH_BYTES + 1, hash, HASH_BYTES);
}

struct str tag_of_version(struct arena *arena, int64_t version, struct str shown)
{
    char hash[2 * HASH_BYTES + 1];
    return arena_printf(arena, "\"%" PRId64 ".%s\"", version, hash_text(shown, hash));
}

struct str tag_of(struct arena *arena, struct str shown)
{
    char hash[2 * HASH_BYTES + 1];
    return arena_printf(arena, "\"%s\"", hash_text(shown, hash));
}
