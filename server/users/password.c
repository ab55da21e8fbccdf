#include "users/password.h"

#include "base/utf8.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

_Static_assert(PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "libsodium's own size");

static char dummy[PASSWORD_HASH_BYTES];
static pthread_mutex_t dummy_lock = PTHREAD_MUTEX_INITIALIZER;

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

/* Made when it is first needed; false when there is no memory for it. */
static bool have_dummy(void)
{
    unsigned char nobody_knows[32];

    pthread_mutex_lock(&dummy_lock);
    bool made = dummy[0] != '\0';
    if (!made) {
        randombytes_buf(nobody_knows, sizeof nobody_knows);
        made =
            password_hash((struct str){ (const char *)nobody_knows, sizeof nobody_knows }, dummy);
        if (!made)
            dummy[0] = '\0';
    }
    pthread_mutex_unlock(&dummy_lock);
    return made;
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

/* Where the parts of "$argon2id$v=19$m=65536,t=2,p=1$salt$hash" stand. */
struct parts {
    unsigned long memory_kib;
    unsigned long long passes;
    unsigned char salt[crypto_pwhash_SALTBYTES], hash[32];
};

static bool from_base64(unsigned char *out, size_t bytes, const char *text)
{
    size_t got;

    return sodium_base642bin(out, bytes, text, strlen(text), NULL, &got, NULL,
               sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
        got == bytes;
}

static bool take_apart(const char *text, struct parts *parts)
{
    char salt[44], hash[88];

    return sscanf(text, "$argon2id$v=19$m=%lu,t=%llu,p=1$%43[^$]$%87s", &parts->memory_kib,
               &parts->passes, salt, hash) == 4 &&
        from_base64(parts->salt, sizeof parts->salt, salt) &&
        from_base64(parts->hash, sizeof parts->hash, hash);
}

/* crypto_pwhash_str_verify() calls a lack of memory a wrong password, so its work is done here.
 * Sets *right; false: there is no memory to find out. */
static bool matches(struct str password, const char *text, bool *right)
{
    struct parts parts;
    unsigned char hash[sizeof parts.hash];

    *right = false;
    if (!take_apart(text, &parts))
        return true;
    errno = 0;
    if (crypto_pwhash(hash, sizeof hash, password.bytes ? password.at : "", password.bytes,
            parts.salt, parts.passes, (size_t)parts.memory_kib * 1024,
            crypto_pwhash_ALG_ARGON2ID13) != 0)
        return errno == EINVAL || errno == EFBIG; /* no parameters of ours */
    *right = sodium_memcmp(hash, parts.hash, sizeof hash) == 0;
    return true;
}

bool password_verify(struct str password, struct str hash, bool *right)
{
    char text[PASSWORD_HASH_BYTES];
    bool known = hash_text(hash, text);

    *right = false;
    if (password.bytes > PASSWORD_BYTES_MAX)
        return true;
    if (sodium_init() < 0 || (!known && !have_dummy()))
        return false;
    bool looked = matches(password, known ? text : dummy, right);
    *right = *right && known;
    return looked;
}

bool password_needs_rehash(struct str hash)
{
    char text[PASSWORD_HASH_BYTES];

    return !hash_text(hash, text) ||
        crypto_pwhash_str_needs_rehash(
            text, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
}
