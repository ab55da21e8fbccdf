#include "users/secret.h"

#include <assert.h>
#include <sodium.h>

#define RANDOM_BYTES 32

struct str secret_new(struct arena *arena, const char *prefix)
{
    unsigned char random[RANDOM_BYTES];
    char text[sodium_base64_ENCODED_LEN(RANDOM_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    int ready = sodium_init();

    assert(ready >= 0); /* the system has random bytes */
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(
        text, sizeof text, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    struct str secret = arena_printf(arena, "%s%s", prefix, text);
    sodium_memzero(random, sizeof random);
    sodium_memzero(text, sizeof text);
    return secret;
}

struct str secret_digest(struct arena *arena, struct str secret)
{
    unsigned char *digest = arena_alloc(arena, SECRET_DIGEST_BYTES);

    crypto_hash_sha256(digest, (const unsigned char *)(secret.at ? secret.at : ""), secret.bytes);
    return (struct str){ (const char *)digest, SECRET_DIGEST_BYTES };
}
