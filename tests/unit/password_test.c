#include "test.h"

#include "users/password.h"
#include "users/secret.h"

#include <sodium.h>

static struct str repeated(struct arena *arena, char c, size_t bytes)
{
    char *text = arena_alloc(arena, bytes + 1);

    memset(text, c, bytes);
    return (struct str){ text, bytes };
}

TEST("a password has 8 characters at least and 1024 bytes at most, and no NUL")
{
    struct arena *arena = arena_make();

    CHECK_INT(password_check(STR("1234567")), PASSWORD_TOO_SHORT);
    CHECK_INT(password_check(STR("12345678")), PASSWORD_FINE);
    CHECK_INT(password_check(STR("пароль77")), PASSWORD_FINE);
    CHECK_INT(password_check(STR("\U0001f600\U0001f600\U0001f600")), PASSWORD_TOO_SHORT);
    CHECK_INT(password_check(STR("        ")), PASSWORD_BLANK);
    CHECK_INT(password_check(STR("       .")), PASSWORD_FINE);
    CHECK_INT(password_check(repeated(arena, 'x', 1024)), PASSWORD_FINE);
    CHECK_INT(password_check(repeated(arena, 'x', 1025)), PASSWORD_TOO_LONG);
    CHECK_INT(password_check(STR("1234\0005678")), PASSWORD_HAS_NUL);
    CHECK_INT(password_check(STR("\xff\xfe\xfd\xfc\xff\xfe\xfd\xfc")), PASSWORD_NOT_UTF8);
    arena_free(arena);
}

static bool verifies(struct str password, struct str hash)
{
    bool right;

    CHECK(password_verify(password, hash, &right));
    return right;
}

TEST("a hash verifies its own password to the byte, and no other")
{
    char hash[PASSWORD_HASH_BYTES];

    CHECK(password_hash(STR("correct horse"), hash));
    CHECK(verifies(STR("correct horse"), str_from(hash)));
    CHECK(!verifies(STR("correct horsf"), str_from(hash)));
    CHECK(!verifies(STR("correct horse "), str_from(hash)));
    CHECK(!verifies(STR(""), str_from(hash)));
    CHECK(!password_needs_rehash(str_from(hash)));
}

TEST("a hash of other parameters verifies its password too")
{
    char hash[PASSWORD_HASH_BYTES];

    CHECK(sodium_init() >= 0);
    CHECK_INT(crypto_pwhash_str(hash, "correct horse", 13, crypto_pwhash_OPSLIMIT_MIN,
                  crypto_pwhash_MEMLIMIT_MIN),
        0);
    CHECK(verifies(STR("correct horse"), str_from(hash)));
    CHECK(!verifies(STR("correct horsf"), str_from(hash)));
}

TEST("two hashes of one password differ")
{
    char one[PASSWORD_HASH_BYTES], other[PASSWORD_HASH_BYTES];

    CHECK(password_hash(STR("correct horse"), one));
    CHECK(password_hash(STR("correct horse"), other));
    CHECK(strcmp(one, other) != 0);
}

TEST("nobody gets in without a hash, or with a broken one")
{
    CHECK(!verifies(STR("correct horse"), STR_NONE));
    CHECK(!verifies(STR("correct horse"), STR("")));
    CHECK(!verifies(STR("correct horse"), STR("$argon2id$nonsense")));
    CHECK(!verifies(STR("correct horse"),
        STR("$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHRzb21lc2FsdA$"
            "c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g")));
    CHECK(password_needs_rehash(STR("$argon2id$nonsense")));
}

TEST("a hash with weaker parameters is to be made anew")
{
    CHECK(password_needs_rehash(STR("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                    "c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g")));
}

TEST("a secret has its prefix and 43 characters that need no escape anywhere")
{
    struct arena *arena = arena_make();
    struct str secret = secret_new(arena, TOKEN_PREFIX);

    CHECK(str_starts(secret, STR("gloss_")));
    CHECK_INT(secret.bytes, 6 + 43);
    for (size_t i = 0; i < secret.bytes; i++)
        CHECK(strchr(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", secret.at[i]));
    CHECK(!str_eq(secret, secret_new(arena, TOKEN_PREFIX)));
    arena_free(arena);
}

TEST("a digest is SHA-256")
{
    struct arena *arena = arena_make();
    struct str digest = secret_digest(arena, STR("abc"));

    CHECK_INT(digest.bytes, SECRET_DIGEST_BYTES);
    CHECK_STR(str_slice(digest, 0, 4), STR("\xba\x78\x16\xbf"));
    CHECK_STR(str_slice(digest, 28, 32), STR("\xf2\x00\x15\xad"));
    arena_free(arena);
}
