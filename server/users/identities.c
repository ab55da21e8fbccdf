#include "users/identities.h"

#include "users/secret.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 1024
/* From this age on one request asks anew, while the others are still answered from memory: else all
 * that are under way when the second is over would ask at once. */
#define RENEW_MS 700

struct identity {
    unsigned char digest[SECRET_DIGEST_BYTES];
    int64_t asked_ms;
    uint64_t epoch;
    struct reader reader; /* its texts and its pass lie in `block` */
    char *block;          /* NULL: the slot is free */
    bool is_asked_again;
};

struct identities {
    struct identity slots[SLOTS];
};

struct identities *identities_new(void)
{
    return mem_zero(1, sizeof(struct identities));
}

void identities_free(struct identities *identities)
{
    for (size_t i = 0; identities && i < SLOTS; i++)
        free(identities->slots[i].block);
    free(identities);
}

/* A digest is as good as random: its first bits choose the slot, and who comes later has it. */
static struct identity *slot_of(struct identities *identities, struct str digest)
{
    assert(digest.bytes == SECRET_DIGEST_BYTES);
    const unsigned char *bytes = (const unsigned char *)digest.at;
    return &identities->slots[((size_t)bytes[0] << 8 | bytes[1]) % SLOTS];
}

static const int32_t *copy_numbers(char **block, const int32_t *numbers, size_t count)
{
    const char *at = *block;
    if (count > 0)
        memcpy(*block, numbers, count * sizeof *numbers);
    *block += count * sizeof *numbers;
    return (const int32_t *)(const void *)at;
}

static const struct uuid *copy_ids(char **block, const struct uuid *ids, size_t count)
{
    const char *at = *block;
    if (count > 0)
        memcpy(*block, ids, count * sizeof *ids);
    *block += count * sizeof *ids;
    return (const struct uuid *)(const void *)at;
}

static struct str copy_text(char **block, struct str text)
{
    struct str copy = { *block, text.bytes };
    if (text.bytes > 0)
        memcpy(*block, text.at, text.bytes);
    *block += text.bytes;
    return copy;
}

/* Copies what a reader points to behind one another: numbers first, for their alignment. */
static void copy_into(char *block, const struct reader *from, struct reader *to)
{
    *to = *from;
    to->pass.reads = copy_numbers(&block, from->pass.reads, from->pass.count);
    to->pass.past = copy_numbers(&block, from->pass.past, from->pass.past_count);
    to->pass.muted = copy_ids(&block, from->pass.muted, from->pass.muted_count);
    to->name = copy_text(&block, from->name);
    to->display_name = copy_text(&block, from->display_name);
}

static size_t block_bytes(const struct reader *reader)
{
    return (reader->pass.count + reader->pass.past_count) * sizeof *reader->pass.reads +
        reader->pass.muted_count * sizeof *reader->pass.muted + reader->name.bytes +
        reader->display_name.bytes + 1;
}

bool identities_find(struct identities *identities, struct str digest, int64_t now_ms,
    uint64_t epoch, struct arena *arena, struct reader *out)
{
    struct identity *identity = slot_of(identities, digest);
    int64_t age_ms = now_ms - identity->asked_ms;

    if (!identity->block || identity->epoch != epoch || age_ms >= IDENTITY_MS ||
        memcmp(identity->digest, digest.at, SECRET_DIGEST_BYTES) != 0)
        return false;
    if (age_ms >= RENEW_MS && !identity->is_asked_again) {
        identity->is_asked_again = true;
        return false;
    }
    copy_into(arena_alloc(arena, block_bytes(&identity->reader)), &identity->reader, out);
    return true;
}

void identities_keep(struct identities *identities, struct str digest, int64_t asked_ms,
    uint64_t epoch, const struct reader *reader)
{
    struct identity *identity = slot_of(identities, digest);

    free(identity->block);
    identity->block = mem_alloc(block_bytes(reader));
    copy_into(identity->block, reader, &identity->reader);
    memcpy(identity->digest, digest.at, SECRET_DIGEST_BYTES);
    identity->asked_ms = asked_ms;
    identity->is_asked_again = false;
    identity->epoch = epoch;
}
