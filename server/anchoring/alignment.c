#include "anchoring/alignment.h"

#include "anchoring/anchors.h"
#include "anchoring/moves.h"
#include "anchoring/runs.h"
#include "anchoring/slides.h"
#include "anchoring/tidy.h"

#include <stdlib.h>
#include <string.h>

static void count_words(struct alignment *it, const struct tokens *tokens)
{
    for (uint32_t i = 0; i < tokens->count; i++)
        it->seen[tokens->at[i].word]++;
}

struct alignment *alignment_new(const struct text_index *from, const struct text_index *to)
{
    struct alignment *it = mem_zero(1, sizeof *it);

    it->from = from;
    it->to = to;
    tokens_read(&it->tokens, text_index_text(from), text_index_text(to));
    uint32_t n = it->tokens.from.count, m = it->tokens.to.count;
    it->to_of = mem_alloc((n + 1) * sizeof *it->to_of);
    it->from_of = mem_alloc((m + 1) * sizeof *it->from_of);
    it->like_of = mem_alloc((n + 1) * sizeof *it->like_of);
    it->likeness = mem_zero(n + 1, 1);
    it->moved = mem_zero(n + 1, 1);
    it->seen = mem_zero(it->tokens.words + 1, sizeof *it->seen);
    memset(it->to_of, 0xFF, (n + 1) * sizeof *it->to_of);
    memset(it->like_of, 0xFF, (n + 1) * sizeof *it->like_of);
    memset(it->from_of, 0xFF, (m + 1) * sizeof *it->from_of);
    count_words(it, &it->tokens.from);
    count_words(it, &it->tokens.to);
    anchors_pair(it);
    islands_part(it);
    moves_find(it, 20);
    runs_widen(it);
    gaps_slide(it);
    runs_mark_moved(it);
    gaps_liken(it);
    return it;
}

void alignment_free(struct alignment *it)
{
    if (!it)
        return;
    tokens_free(&it->tokens);
    free(it->to_of);
    free(it->from_of);
    free(it->like_of);
    free(it->likeness);
    free(it->moved);
    free(it->runs);
    free(it->seen);
    free(it);
}

size_t alignment_memory_bytes(const struct alignment *it)
{
    size_t n = it->tokens.from.count, m = it->tokens.to.count;
    return sizeof *it + (n + m) * (sizeof(struct token) + sizeof(uint32_t)) + n * 6 +
        it->tokens.words * sizeof *it->seen + it->run_count * sizeof *it->runs;
}

unsigned word_weight(const struct alignment *it, const struct token *token)
{
    uint32_t seen = it->seen[token->word];

    if (token->kind == TOKEN_SIGN)
        return seen > 8 ? 1 : 2;
    unsigned weight = token->kind == TOKEN_LETTER ? 4 : 4 + (token->chars < 8 ? token->chars : 8);
    while (seen > 2 && weight > 3) {
        weight -= 1;
        seen /= 2;
    }
    return weight;
}
