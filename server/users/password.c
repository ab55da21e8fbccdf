#include "users/password.h"

#include "base/utf8.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

_Static_assert(PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "libsodium's own size");

static char dummy[PASSWORD_HASH_BYTES];
static pthread_once_t dummy_once = PTHREAD_ONCE_INIT;

enum password_fault password_check(struct str password)
{
    if (password.bytes > PASSWORD_BYTES_MAX)
        return PASSWORD_TOO_LONG;
    if (!utf8_valid(password))
        return PASSWORD_NOT_UTF8;
    if (str_contains(password, (struct str){ "\0", 1 }))
        return PASSWORD_HAS_NUL;
    if (utf8_chars(password) < PASSWORD_CHARS_MIN)
        return PASSWORD_TOO_SHORT;
    return str_trim(password).bytes == 0 ? PASSWORD_BLANK : PASSWORD_FINE;
}

const char *password_fault_text(enum password_fault fault)
{
    switch (fault) {
    case PASSWORD_FINE:
        return "it is fine";
    case PASSWORD_TOO_SHORT:
        return "the password must have at least 8 characters";
    case PASSWORD_BLANK:
        return "the password must have more than space in it";
    case PASSWORD_TOO_LONG:
        return "the password must have at most 1024 bytes";
    case PASSWORD_HAS_NUL:
        return "the password must not contain a NUL character";
    case PASSWORD_NOT_UTF8:
        return "the password must be UTF-8 text";
    }
    return "";
}

bool password_hash(struct str password, char out[PASSWORD_HASH_BYTES])
{
    return sodium_init() >= 0 &&
        crypto_pwhash_str(out, password.bytes ? password.at : "", password.bytes,
            crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
}

static void make_dummy(void)
{
    unsigned char nobody_knows[32];

    if (sodium_init() < 0)
        return;
    randombytes_buf(nobody_knows, sizeof nobody_knows);
    password_hash((struct str){ (const char *)nobody_knows, sizeof nobody_knows }, dummy);
}

/* libsodium wants the hash with a NUL behind it. */
static bool hash_text(struct str hash, char out[PASSWORD_HASH_BYTES])
{
    if (hash.bytes == 0 || hash.bytes >= PASSWORD_HASH_BYTES)
        return false;
    memcpy(out, hash.at, hash.bytes);
    out[hash.bytes] = '\0';
    return true;
}

bool password_verify(struct str password, struct str hash)
{
    char text[PASSWORD_HASH_BYTES];
    bool known = hash_text(hash, text);

    if (password.bytes > PASSWORD_BYTES_MAX || sodium_init() < 0)
        return false;
    if (!known)
        pthread_once(&dummy_once, make_dummy);
    int verified = crypto_pwhash_str_verify(
        known ? text : dummy, password.bytes ? password.at : "", password.bytes);
    return known && verified == 0;
}

bool password_needs_rehash(struct str hash)
{
    char text[PASSWORD_HASH_BYTES];

    return !hash_text(hash, text) ||
        crypto_pwhash_str_needs_rehash(
            text, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
}
