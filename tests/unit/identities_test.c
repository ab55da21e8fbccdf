#include "test.h"

#include "base/arena.h"
#include "users/identities.h"
#include "users/secret.h"

static const int32_t reads[] = { 1, 4, 9 };

static struct reader ana(void)
{
    return (struct reader){ .id = { { 7 } },
        .name = STR("ana"),
        .display_name = STR("Ana Lima"),
        .scopes = 3,
        .pass = { .reads = reads, .count = 3 } };
}

static struct str digest_of(struct arena *arena, const char *secret)
{
    return secret_digest(arena, str_from(secret));
}

/* Kept at 1000 ms under epoch 5, then asked for. */
static bool is_found(const char *secret, int64_t now_ms, uint64_t epoch, struct reader *out)
{
    struct arena *arena = arena_make();
    struct identities *identities = identities_new();
    struct reader reader = ana();

    identities_keep(identities, digest_of(arena, "secret"), 1000, 5, &reader);
    bool found = identities_find(identities, digest_of(arena, secret), now_ms, epoch, arena, out);
    identities_free(identities);
    arena_free(arena);
    return found;
}

TEST("an identity is found for less than a second")
{
    struct reader reader;

    CHECK(is_found("secret", 1000, 5, &reader));
    CHECK(is_found("secret", 1699, 5, &reader));
    CHECK(!is_found("secret", 2000, 5, &reader));
}

TEST("of an identity that grows old one asks anew, and the others are answered for the second")
{
    struct arena *arena = arena_make();
    struct identities *identities = identities_new();
    struct reader reader = ana(), found;
    struct str digest = digest_of(arena, "secret");

    identities_keep(identities, digest, 1000, 5, &reader);
    CHECK(!identities_find(identities, digest, 1700, 5, arena, &found));
    CHECK(identities_find(identities, digest, 1701, 5, arena, &found));
    CHECK(identities_find(identities, digest, 1999, 5, arena, &found));
    CHECK(!identities_find(identities, digest, 2000, 5, arena, &found));
    identities_keep(identities, digest, 1700, 5, &reader);
    CHECK(identities_find(identities, digest, 2000, 5, arena, &found));
    identities_free(identities);
    arena_free(arena);
}

TEST("an identity is not believed once a right has changed")
{
    struct reader reader;
    CHECK(!is_found("secret", 1001, 6, &reader));
}

TEST("another secret finds nobody")
{
    struct reader reader;
    CHECK(!is_found("Secret", 1001, 5, &reader));
}

TEST("what is found has its own copy of names and pass")
{
    struct arena *arena = arena_make();
    struct identities *identities = identities_new();
    struct reader reader = ana(), found;

    identities_keep(identities, digest_of(arena, "secret"), 0, 0, &reader);
    CHECK(identities_find(identities, digest_of(arena, "secret"), 0, 0, arena, &found));
    identities_free(identities);
    CHECK_STR(found.name, STR("ana"));
    CHECK_STR(found.display_name, STR("Ana Lima"));
    CHECK_INT(found.pass.count, 3);
    CHECK(pass_holds(&found.pass, 9));
    CHECK(!pass_holds(&found.pass, 2));
    arena_free(arena);
}

TEST("a thousand secrets later the memory still answers rightly or not at all")
{
    struct arena *arena = arena_make();
    struct identities *identities = identities_new();
    struct reader reader = ana(), found;

    for (unsigned i = 0; i < 5000; i++) {
        struct str digest = secret_digest(arena, arena_printf(arena, "%u", i));
        reader.scopes = i;
        identities_keep(identities, digest, 0, 0, &reader);
    }
    for (unsigned i = 0; i < 5000; i++) {
        struct str digest = secret_digest(arena, arena_printf(arena, "%u", i));
        if (identities_find(identities, digest, 0, 0, arena, &found))
            CHECK_INT(found.scopes, i);
    }
    identities_free(identities);
    arena_free(arena);
}
