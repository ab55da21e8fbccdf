#include "anchoring/slides.h"

unsigned seam(const struct tokens *tokens, uint32_t i)
{
    return i < tokens->count ? tokens->at[i].space : SPACE_PARAGRAPH;
}

uint32_t slide_length(const struct tokens *tokens, struct span gap, int step, uint32_t most)
{
    const struct token *at = tokens->at;
    uint32_t length = 0;

    if (step > 0)
        while (length < most && same_token(&at[gap.from + length], &at[gap.to + length]))
            length++;
    else
        while (length < most && same_token(&at[gap.from - 1 - length], &at[gap.to - 1 - length]))
            length++;
    return length;
}

/* A change between two runs: so many tokens of the old or of the new text. */
struct sliding {
    struct alignment *it;
    const struct tokens *tokens; /* of the side that has more */
    struct span gap;
    uint32_t other; /* where it is on the other side */
    bool is_old;
};

static void pair_sides(const struct sliding *s, uint32_t more, uint32_t less)
{
    if (s->is_old)
        pair_up(s->it, more, less);
    else
        pair_up(s->it, less, more);
}

static void set_free(const struct sliding *s, uint32_t i)
{
    (s->is_old ? s->it->to_of : s->it->from_of)[i] = NOWHERE;
}

/* Pair by pair: the one on the near side of the gap is parted, and one made on the far side. */
static void slide(struct sliding *s, int step, uint32_t length)
{
    for (; length > 0; length--) {
        if (step > 0) {
            set_free(s, s->gap.to);
            pair_sides(s, s->gap.from++, s->other++);
            s->gap.to++;
        } else {
            set_free(s, --s->gap.from);
            pair_sides(s, --s->gap.to, --s->other);
        }
    }
}

static void settle(struct sliding *s, uint32_t room_left, uint32_t room_right)
{
    uint32_t left = slide_length(s->tokens, s->gap, -1, room_left);
    uint32_t right = slide_length(s->tokens, s->gap, 1, room_right);
    unsigned best = seams(s->tokens, s->gap);
    uint32_t best_left = 0, best_right = 0;

    for (uint32_t n = 1; n <= left; n++) {
        struct span gap = { s->gap.from - n, s->gap.to - n };
        if (seams(s->tokens, gap) > best) {
            best = seams(s->tokens, gap);
            best_left = n;
        }
    }
    for (uint32_t n = 1; n <= right; n++) {
        struct span gap = { s->gap.from + n, s->gap.to + n };
        if (seams(s->tokens, gap) > best) {
            best = seams(s->tokens, gap);
            best_right = n;
        }
    }
    if (best_right > 0)
        slide(s, 1, best_right);
    else
        slide(s, -1, best_left);
}

static uint32_t run_before(const struct alignment *it, uint32_t i)
{
    uint32_t length = 0, j = it->to_of[i];

    while (length < i && length < j && length < SLIDE_MAX &&
        it->to_of[i - length - 1] == j - length - 1)
        length++;
    return length + 1;
}

static uint32_t run_behind(const struct alignment *it, uint32_t i)
{
    uint32_t length = 1, j = it->to_of[i];

    while (i + length < it->tokens.from.count && length < SLIDE_MAX &&
        it->to_of[i + length] == j + length)
        length++;
    return length;
}

void gaps_slide(struct alignment *it)
{
    uint32_t n = it->tokens.from.count;

    for (uint32_t i = 0; i + 1 < n; i++) {
        if (it->to_of[i] == NOWHERE)
            continue;
        uint32_t j = it->to_of[i] + 1, next = i + 1;
        while (next < n && it->to_of[next] == NOWHERE)
            next++;
        if (next == n)
            return;
        uint32_t next_j = it->to_of[next];
        struct sliding s = { .it = it };
        if (next > i + 1 && next_j == j)
            s = (struct sliding){ it, &it->tokens.from, { i + 1, next }, j, true };
        else if (next == i + 1 && next_j > j && next_j - j < SLIDE_MAX) {
            uint32_t k = j;
            while (k < next_j && it->from_of[k] == NOWHERE)
                k++;
            if (k < next_j)
                continue;
            s = (struct sliding){ it, &it->tokens.to, { j, next_j }, i + 1, false };
        } else {
            continue;
        }
        settle(&s, run_before(it, i), run_behind(it, next));
        i = s.is_old ? s.gap.to - 1 : s.other - 1;
    }
}
