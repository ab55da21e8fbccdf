#include "anchoring/moves.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define RUN_WORDS 5
#define ROUNDS 3
#define REPEATED 1u

struct slot {
    uint32_t i, j; /* twice the position plus 2, plus REPEATED; 0: none */
};

struct found {
    uint32_t i, j, length;
};

static uint32_t run_hash(const struct token *tokens)
{
    uint64_t hash = 0x2545F4914F6CDD1Du;
    for (unsigned i = 0; i < RUN_WORDS; i++)
        hash = (hash ^ tokens[i].word) * 0x9FB21C651E98DF25u;
    return (uint32_t)(hash >> 32);
}

static struct slot *slot_of(
    const struct alignment *it, struct slot *slots, uint32_t slot_count, const struct token *run)
{
    uint32_t at = run_hash(run) & (slot_count - 1);

    for (; slots[at].i != 0; at = (at + 1) & (slot_count - 1)) {
        const struct token *known = it->tokens.from.at + (slots[at].i / 2 - 1);
        unsigned same = 0;
        while (same < RUN_WORDS && known[same].word == run[same].word)
            same++;
        if (same == RUN_WORDS)
            break;
    }
    return &slots[at];
}

static bool is_free(const uint32_t *partner, uint32_t at)
{
    for (unsigned i = 0; i < RUN_WORDS; i++)
        if (partner[at + i] != NOWHERE)
            return false;
    return true;
}

/* The longest passage around the run that is free and the same on both sides. */
static struct found widest(const struct alignment *it, uint32_t i, uint32_t j)
{
    uint32_t end_i = i + RUN_WORDS, end_j = j + RUN_WORDS;

    while (end_i < it->tokens.from.count && end_j < it->tokens.to.count &&
        it->to_of[end_i] == NOWHERE && it->from_of[end_j] == NOWHERE &&
        same_letters(it, end_i, end_j))
        end_i++, end_j++;
    while (i > 0 && j > 0 && it->to_of[i - 1] == NOWHERE && it->from_of[j - 1] == NOWHERE &&
        same_letters(it, i - 1, j - 1))
        i--, j--;
    return (struct found){ i, j, end_i - i };
}

static int longest_first(const void *left, const void *right)
{
    const struct found *a = left, *b = right;
    if (a->length != b->length)
        return a->length < b->length ? 1 : -1;
    return (a->i > b->i) - (a->i < b->i);
}

static uint32_t chars_of(const struct alignment *it, const struct found *found)
{
    const struct token *from = it->tokens.from.at;
    return token_end_char(&from[found->i + found->length - 1]) - from[found->i].first_char;
}

static bool pair_found(struct alignment *it, const struct found *found)
{
    for (uint32_t k = 0; k < found->length; k++)
        if (it->to_of[found->i + k] != NOWHERE || it->from_of[found->j + k] != NOWHERE)
            return false;
    for (uint32_t k = 0; k < found->length; k++) {
        pair_up(it, found->i + k, found->j + k);
    }
    return true;
}

static bool find_round(
    struct alignment *it, struct slot *slots, uint32_t slot_count, uint32_t least_chars)
{
    const struct token *from = it->tokens.from.at, *to = it->tokens.to.at;
    uint32_t n = it->tokens.from.count, m = it->tokens.to.count, count = 0, room = 0;
    struct found *found = NULL;
    bool any = false;

    memset(slots, 0, slot_count * sizeof *slots);
    for (uint32_t i = 0; i + RUN_WORDS <= n; i++) {
        if (!is_free(it->to_of, i))
            continue;
        struct slot *slot = slot_of(it, slots, slot_count, from + i);
        slot->i = slot->i == 0 ? 2 * i + 2 : slot->i | REPEATED;
    }
    for (uint32_t j = 0; j + RUN_WORDS <= m; j++) {
        if (!is_free(it->from_of, j))
            continue;
        struct slot *slot = slot_of(it, slots, slot_count, to + j);
        if (slot->i != 0)
            slot->j = slot->j == 0 ? 2 * j + 2 : slot->j | REPEATED;
    }
    for (uint32_t i = 0; i + RUN_WORDS <= n; i++) {
        if (!is_free(it->to_of, i))
            continue;
        const struct slot *slot = slot_of(it, slots, slot_count, from + i);
        if (slot->j == 0 || ((slot->i | slot->j) & REPEATED))
            continue;
        if (count == room) {
            room = room ? room * 2 : 64;
            found = mem_grow(found, room * sizeof *found);
        }
        found[count] = widest(it, i, slot->j / 2 - 1);
        i = found[count].i + found[count].length - RUN_WORDS; /* its other runs would be the same */
        count++;
    }
    if (count > 0)
        qsort(found, count, sizeof *found, longest_first);
    for (uint32_t f = 0; f < count; f++)
        if (chars_of(it, &found[f]) >= least_chars)
            any |= pair_found(it, &found[f]);
    free(found);
    return any;
}

void moves_find(struct alignment *it, uint32_t least_chars)
{
    uint32_t slot_count = 64, loose = 0;

    for (uint32_t i = 0; i < it->tokens.from.count; i++)
        loose += it->to_of[i] == NOWHERE;
    if (loose < RUN_WORDS)
        return;
    while (slot_count < 2 * loose)
        slot_count *= 2;
    struct slot *slots = mem_alloc(slot_count * sizeof *slots);
    for (int round = 0; round < ROUNDS; round++)
        if (!find_round(it, slots, slot_count, least_chars))
            break;
    free(slots);
}
