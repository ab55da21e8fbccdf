#include "anchoring/resolve.h"

#include "anchoring/match.h"
#include "anchoring/similar.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <unicode/uchar.h>

#define CONTEXT_CHARS 32   /* shown with a place */
#define NEIGHBOUR_CHARS 64 /* of a prefix or suffix, compared */
#define MARGIN_CHARS 4     /* more of the context than any other, to decide in part */
#define COMPARED_MAX 20000 /* places whose context is folded; the others' letters decide */
#define FOLDED_QUOTE_MAX (1u << 20)
#define WORD_REST_MAX_CHARS 24

/* Places of the same rank, without keeping them all. */
struct group {
    size_t count;
    struct match first[PLACES_MAX];
    bool has_before, has_after;
    struct match before, after; /* the last that starts at or before the hint, the next one */
};

struct search {
    const struct text_index *index;
    struct str text;
    struct str prefix, suffix;            /* what of them is compared */
    struct folded *prefix_at, *suffix_at; /* folded */
    size_t prefix_count, suffix_count;
    size_t hint_byte, compared;
    size_t best_agreement, next_agreement; /* context in common with the text: most, second most */
    struct group all, best;
};

static void group_add(struct group *group, struct match match, size_t hint_byte)
{
    if (group->count < PLACES_MAX)
        group->first[group->count] = match;
    group->count++;
    if (match.from_byte <= hint_byte) {
        group->before = match;
        group->has_before = true;
    } else if (!group->has_after) {
        group->after = match;
        group->has_after = true;
    }
}

/* -- context -------------------------------------------------------------------------------------
 */

/* Room for the context in its folded form and for blanks that fold together. */
#define WINDOW_CHARS (2 * NEIGHBOUR_CHARS)

static struct str window_before(struct str text, size_t byte)
{
    return utf8_tail(str_slice(text, 0, byte), WINDOW_CHARS);
}

static struct str window_after(struct str text, size_t byte)
{
    return utf8_head(str_slice(text, byte, text.bytes), WINDOW_CHARS);
}

/* How many folded characters of the prefix stand before the place. */
static size_t prefix_agreement(struct search *s, size_t from_byte)
{
    if (s->prefix_count == 0)
        return 0;
    if (str_ends(str_slice(s->text, 0, from_byte), s->prefix))
        return s->prefix_count;
    if (s->compared++ >= COMPARED_MAX)
        return 0;
    size_t count, same = 0;
    struct folded *window = fold_all(window_before(s->text, from_byte), &count);
    while (same < count && same < s->prefix_count &&
        window[count - 1 - same].c == s->prefix_at[s->prefix_count - 1 - same].c)
        same++;
    free(window);
    return same;
}

static size_t suffix_agreement(struct search *s, size_t to_byte)
{
    if (s->suffix_count == 0)
        return 0;
    if (str_starts(str_slice(s->text, to_byte, s->text.bytes), s->suffix))
        return s->suffix_count;
    if (s->compared++ >= COMPARED_MAX)
        return 0;
    size_t count, same = 0;
    struct folded *window = fold_all(window_after(s->text, to_byte), &count);
    while (same < count && same < s->suffix_count && window[same].c == s->suffix_at[same].c)
        same++;
    free(window);
    return same;
}

static void on_match(void *user, struct match match)
{
    struct search *s = user;
    size_t agreement = prefix_agreement(s, match.from_byte) + suffix_agreement(s, match.to_byte);

    group_add(&s->all, match, s->hint_byte);
    if (agreement > s->best_agreement) {
        s->next_agreement = s->best_agreement;
        s->best_agreement = agreement;
        s->best = (struct group){ 0 };
    } else if (agreement < s->best_agreement) {
        if (agreement > s->next_agreement)
            s->next_agreement = agreement;
        return;
    }
    group_add(&s->best, match, s->hint_byte);
}

/* The context decides if it is there in full, or most of it and clearly more than elsewhere. */
static const struct group *candidates(const struct search *s)
{
    size_t wanted = s->prefix_count + s->suffix_count;
    bool full = s->best_agreement == wanted;
    bool clear =
        2 * s->best_agreement >= wanted && s->best_agreement >= s->next_agreement + MARGIN_CHARS;
    return full || clear ? &s->best : &s->all;
}

/* -- places --------------------------------------------------------------------------------------
 */

static struct place place_of(const struct text_index *index, struct match match, double score)
{
    struct place place;
    place_describe(index,
        (struct range){
            text_char_of_byte(index, match.from_byte), text_char_of_byte(index, match.to_byte) },
        &place);
    place.score = score;
    return place;
}

void place_describe(const struct text_index *index, struct range range, struct place *out)
{
    size_t start = range.start_chars, end = range.end_chars;
    out->range = range;
    out->before = text_between(index, start > CONTEXT_CHARS ? start - CONTEXT_CHARS : 0, start);
    out->exact = text_between(index, start, end);
    out->after = text_between(index, end, end + CONTEXT_CHARS);
    out->score = 1;
}

/* The one nearest to the hint, unless two are equally near. */
static bool nearest(
    const struct search *s, const struct group *group, size_t hint_chars, struct match *out)
{
    size_t before = SIZE_MAX, after = SIZE_MAX;
    if (group->has_before)
        before = hint_chars - text_char_of_byte(s->index, group->before.from_byte);
    if (group->has_after)
        after = text_char_of_byte(s->index, group->after.from_byte) - hint_chars;
    *out = before < after ? group->before : group->after;
    return before != after;
}

static enum resolved decide(const struct search *s, const struct quote *quote,
    struct place places[PLACES_MAX], size_t *count, size_t *total)
{
    const struct group *group = candidates(s);
    size_t chars = text_index_chars(s->index);
    size_t hint = quote->hint_chars < chars ? quote->hint_chars : chars;
    struct match one = group->first[0];

    if (group->count == 1 || (quote->has_hint && nearest(s, group, hint, &one))) {
        places[0] = place_of(s->index, one, 1);
        *count = *total = 1;
        return RESOLVED;
    }
    *total = group->count;
    *count = group->count < PLACES_MAX ? group->count : PLACES_MAX;
    for (size_t i = 0; i < *count; i++)
        places[i] = place_of(s->index, group->first[i], 1);
    return RESOLVED_AMBIGUOUS;
}

/* -- what is only alike --------------------------------------------------------------------------
 */

static bool is_word_char(struct str text, size_t byte)
{
    return u_isalnum((UChar32)utf8_next(text, &byte));
}

static size_t previous(struct str text, size_t byte)
{
    return byte - utf8_tail(str_slice(text, 0, byte), 1).bytes;
}

/* A passage that was found by its letters may begin or end in the middle of a word. */
static struct match whole_words(struct str text, struct match match)
{
    for (int i = 0; i < WORD_REST_MAX_CHARS && match.from_byte > 0; i++) {
        size_t before = previous(text, match.from_byte);
        if (!is_word_char(text, before) || !is_word_char(text, match.from_byte))
            break;
        match.from_byte = before;
    }
    for (int i = 0; i < WORD_REST_MAX_CHARS && match.to_byte < text.bytes; i++) {
        if (!is_word_char(text, match.to_byte) ||
            !is_word_char(text, previous(text, match.to_byte)))
            break;
        utf8_next(text, &match.to_byte);
    }
    return match;
}

static enum resolved show_similar(const struct search *s, const struct folded *quote,
    size_t quote_count, struct place places[PLACES_MAX], size_t *count)
{
    struct similar similar;
    if (similar_find(s->text, quote, quote_count, s->hint_byte, &similar) &&
        similar.match.from_byte < similar.match.to_byte) {
        places[0] = place_of(s->index, whole_words(s->text, similar.match), similar.score);
        *count = 1;
    }
    return RESOLVED_NOWHERE;
}

/* -- the whole -----------------------------------------------------------------------------------
 */

static void search_begin(
    struct search *s, const struct text_index *index, const struct quote *quote)
{
    *s = (struct search){ .index = index, .text = text_index_text(index) };
    s->prefix = utf8_tail(quote->prefix, NEIGHBOUR_CHARS);
    s->suffix = utf8_head(quote->suffix, NEIGHBOUR_CHARS);
    s->prefix_at = fold_all(s->prefix, &s->prefix_count);
    s->suffix_at = fold_all(s->suffix, &s->suffix_count);
    if (quote->has_hint) {
        size_t byte = text_byte_of_char(index, quote->hint_chars);
        s->hint_byte = byte == SIZE_MAX ? s->text.bytes : byte;
    }
}

static enum resolved resolve(struct search *s, const struct quote *quote,
    struct place places[PLACES_MAX], size_t *count, size_t *total)
{
    match_exact(s->text, quote->exact, on_match, s);
    if (s->all.count > 0)
        return decide(s, quote, places, count, total);
    if (quote->exact.bytes > FOLDED_QUOTE_MAX)
        return RESOLVED_NOWHERE;

    size_t folded_count;
    struct folded *folded = fold_all(quote->exact, &folded_count);
    match_folded(s->text, folded, folded_count, on_match, s);
    enum resolved answer = s->all.count > 0 ? decide(s, quote, places, count, total)
                                            : show_similar(s, folded, folded_count, places, count);
    free(folded);
    return answer;
}

enum resolved quote_resolve(struct arena *arena, const struct text_index *index,
    const struct quote *quote, struct place places[PLACES_MAX], size_t *count, size_t *total)
{
    struct search search;

    *count = *total = 0;
    search_begin(&search, index, quote);
    enum resolved answer = resolve(&search, quote, places, count, total);
    free(search.prefix_at);
    free(search.suffix_at);
    for (size_t i = 0; i < *count; i++) {
        places[i].before = arena_dup(arena, places[i].before);
        places[i].exact = arena_dup(arena, places[i].exact);
        places[i].after = arena_dup(arena, places[i].after);
    }
    return answer;
}
