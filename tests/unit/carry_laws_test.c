/* What holds of every text, held against drawn ones. The draw is the same each time. */
#include "anchoring/carry.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "test.h"

static uint64_t drawn = 1;

/* 0 to below - 1. */
static size_t draw(size_t below)
{
    drawn = drawn * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(drawn >> 33) % below;
}

#define WORDS_MAX 600

/* A text as its words, each with what comes before it. */
struct draft {
    struct str word[WORDS_MAX], space[WORDS_MAX];
    size_t count;
};

static struct str draw_word(struct arena *arena, bool is_new)
{
    static const char *const endings[] = { "", "s", "ing", "\xC3\xA9", "'s", ".", ",",
        "!\xE2\x80\x9D", "e\xCC\x81", " \xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9",
        "\xE6\xB8\xAF\xE3\x81\xAF" };
    static const char letters[] = "abdeghiklmnoprstu";
    char word[8];
    size_t bytes = 2 + draw(4);

    /* few words that are often drawn, as in any text; new ones are none of them */
    for (size_t i = 0; i < bytes; i++)
        word[i] = letters[draw(draw(2) ? 5 : sizeof letters - 1)];
    if (is_new)
        word[0] = 'x';
    size_t ending = draw(3) ? 0 : draw(sizeof endings / sizeof *endings);
    return arena_printf(arena, "%.*s%s", (int)bytes, word, endings[ending]);
}

static struct str draw_space(void)
{
    switch (draw(24)) {
    case 0:
        return STR("\n\n");
    case 1:
        return STR("\n");
    case 2:
        return STR("\n- ");
    case 3:
        return STR("\r\n");
    default:
        return STR(" ");
    }
}

static void put_words(
    struct arena *arena, struct draft *draft, size_t at, size_t count, bool is_new)
{
    if (draft->count + count > WORDS_MAX)
        count = WORDS_MAX - draft->count;
    for (size_t i = draft->count; i > at; i--) {
        draft->word[i - 1 + count] = draft->word[i - 1];
        draft->space[i - 1 + count] = draft->space[i - 1];
    }
    for (size_t i = at; i < at + count; i++) {
        draft->word[i] = draw_word(arena, is_new);
        draft->space[i] = draw_space();
    }
    draft->count += count;
}

static void take_words(struct draft *draft, size_t at, size_t count)
{
    draft->count -= count;
    for (size_t i = at; i < draft->count; i++) {
        draft->word[i] = draft->word[i + count];
        draft->space[i] = draft->space[i + count];
    }
}

/* The text, and where its words [from, to) stand. */
static struct text_index *index_of(
    const struct draft *draft, size_t from, size_t to, struct range *range)
{
    struct buffer text = { 0 };

    *range = (struct range){ 0, 0 };
    for (size_t i = 0; i < draft->count; i++) {
        buffer_put(&text, draft->space[i]);
        if (i == from)
            range->start_chars = utf8_chars(buffer_text(&text));
        buffer_put(&text, draft->word[i]);
        if (i + 1 == to)
            range->end_chars = utf8_chars(buffer_text(&text));
    }
    struct text_index *index = text_index_new(buffer_text(&text));
    buffer_drop(&text);
    return index;
}

static bool same_range(struct range a, struct range b)
{
    return a.start_chars == b.start_chars && a.end_chars == b.end_chars;
}

/* Edits the text on both sides of the words [*from, *to), never inside. */
static void edit_outside(
    struct arena *arena, struct draft *draft, size_t *from, size_t *to, bool with_new_words)
{
    bool before = draw(2);
    size_t room = before ? *from : draft->count - *to, count = 1 + draw(30);
    size_t at = before ? draw(*from + 1) : *to + draw(draft->count - *to + 1);

    if (draw(2)) {
        size_t was = draft->count;
        put_words(arena, draft, at, count, with_new_words);
        count = draft->count - was;
        *from += before ? count : 0;
        *to += before ? count : 0;
        return;
    }
    if (count > room)
        count = room;
    size_t last = before ? *from - count : draft->count - count;
    if (at > last)
        at = last;
    take_words(draft, at, count);
    *from -= before ? count : 0;
    *to -= before ? count : 0;
}

static void check_outside(size_t texts, size_t edits, bool with_new_words)
{
    for (size_t n = 0; n < texts; n++) {
        struct arena *arena = arena_make();
        struct draft *draft = arena_new(arena, struct draft);
        struct range range, wanted;
        struct carried carried;

        put_words(arena, draft, 0, 20 + draw(200), false);
        size_t length = 4 + draw(12), from = draw(draft->count - length), to = from + length;
        struct text_index *old = index_of(draft, from, to, &range);
        for (size_t e = 0; e < edits; e++)
            edit_outside(arena, draft, &from, &to, with_new_words);
        struct text_index *now = index_of(draft, from, to, &wanted);
        struct alignment *alignment = alignment_new(old, now);
        CHECK(carry(alignment, &range, 1, &carried));
        if (carried.state != ANCHOR_EXACT || !same_range(carried.range, wanted))
            FAIL("text %zu: state %d, %zu to %zu, not %zu to %zu", n, (int)carried.state,
                carried.range.start_chars, carried.range.end_chars, wanted.start_chars,
                wanted.end_chars);
        alignment_free(alignment);
        text_index_free(old);
        text_index_free(now);
        arena_free(arena);
    }
}

TEST("text put in or taken out outside a quote changes neither its state nor its words")
{
    check_outside(1500, 1, false);
    check_outside(1500, 1, true);
}

TEST("nor does it at several places at once")
{
    check_outside(1500, 3, true);
}

/* Two paragraphs of `length` words each change places; the text between them stays. */
static void swap_paragraphs(struct draft *draft, size_t first, size_t second, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        struct str word = draft->word[first + i], space = draft->space[first + i];
        draft->word[first + i] = draft->word[second + i];
        draft->space[first + i] = draft->space[second + i];
        draft->word[second + i] = word;
        draft->space[second + i] = space;
    }
}

static void check_swapped(struct arena *arena, bool is_first)
{
    struct draft *draft = arena_new(arena, struct draft);
    struct range range, wanted;
    struct carried carried;
    size_t length = 15 + draw(20), between = draw(40), first = draw(40);
    size_t second = first + length + between, quote = draw(length - 4), words = 4 + draw(3);

    put_words(arena, draft, 0, second + length + draw(40) + 1, false);
    draft->space[first] = draft->space[first + length] = STR("\n\n");
    draft->space[second] = draft->space[second + length] = STR("\n\n");
    if (quote + words > length)
        words = length - quote;
    size_t from = (is_first ? first : second) + quote, to = (is_first ? second : first) + quote;
    struct text_index *old = index_of(draft, from, from + words, &range);
    swap_paragraphs(draft, first, second, length);
    struct text_index *now = index_of(draft, to, to + words, &wanted);
    struct alignment *alignment = alignment_new(old, now);
    CHECK(carry(alignment, &range, 1, &carried));
    CHECK(carried.state == ANCHOR_EXACT || carried.state == ANCHOR_MOVED);
    CHECK(same_range(carried.range, wanted));
    alignment_free(alignment);
    text_index_free(old);
    text_index_free(now);
}

TEST("paragraphs that change places take their quotes along")
{
    for (size_t n = 0; n < 500; n++) {
        struct arena *arena = arena_make();
        check_swapped(arena, n % 2);
        arena_free(arena);
    }
}

/* A passage is taken out, and put back once other text has changed: what its quotes were when they
 * stood last is what they are again. */
static void check_restored(struct arena *arena)
{
    struct draft *draft = arena_new(arena, struct draft), *passage = arena_new(arena, struct draft);
    struct range range, wanted, none;
    struct carried carried;

    put_words(arena, draft, 0, 120 + draw(100), false);
    size_t length = 12 + draw(20), from = 20 + draw(draft->count - length - 40), to = from + length;
    struct text_index *first = index_of(draft, from, to, &range);
    *passage = *draft;
    take_words(draft, from, length);
    struct text_index *without = index_of(draft, 0, 0, &none);
    struct alignment *away = alignment_new(first, without);
    CHECK(carry(away, &range, 1, &carried));
    CHECK_INT(carried.state, ANCHOR_GONE);
    size_t at = from, unused = from;
    edit_outside(arena, draft, &at, &unused, true);
    put_words(arena, draft, at, length, true);
    memcpy(draft->word + at, passage->word + from, length * sizeof *draft->word);
    memcpy(draft->space + at, passage->space + from, length * sizeof *draft->space);
    struct text_index *last = index_of(draft, at, at + length, &wanted);
    struct alignment *back = alignment_new(first, last);
    CHECK(carry(back, &range, 1, &carried));
    CHECK_INT(carried.state, ANCHOR_EXACT);
    CHECK(same_range(carried.range, wanted));
    alignment_free(away);
    alignment_free(back);
    text_index_free(first);
    text_index_free(without);
    text_index_free(last);
}

TEST("what was taken out is gone, and put back it is what it was")
{
    for (size_t n = 0; n < 500; n++) {
        struct arena *arena = arena_make();
        check_restored(arena);
        arena_free(arena);
    }
}

static void edit_anywhere(struct arena *arena, struct draft *draft)
{
    size_t at = draw(draft->count + 1), count = 1 + draw(25);

    if (draw(2))
        put_words(arena, draft, at, count, draw(2));
    else
        take_words(draft, at, at + count > draft->count ? draft->count - at : count);
}

static struct str words_of(const struct text_index *index, struct range range)
{
    return text_between(index, range.start_chars, range.end_chars);
}

static void check_promises(const struct text_index *old, const struct text_index *now,
    struct range range, const struct carried *carried)
{
    if (carried->state == ANCHOR_GONE)
        return;
    CHECK(carried->range.start_chars <= carried->range.end_chars);
    CHECK(carried->range.end_chars <= text_index_chars(now));
    CHECK(same_range(carried->range, range_snap(now, carried->range)));
    CHECK(carried->score > 0 && carried->score <= 1);
    if (carried->state == ANCHOR_EXACT || carried->state == ANCHOR_MOVED)
        CHECK_STR(words_of(now, carried->range), words_of(old, range_snap(old, range)));
}

static void check_texts(const struct text_index *old, const struct text_index *now)
{
    struct alignment *there = alignment_new(old, now), *again = alignment_new(old, now);
    struct alignment *same = alignment_new(old, old);
    struct range ranges[40];
    struct carried carried[40], repeated;

    for (size_t i = 0; i < 40; i++) {
        ranges[i].start_chars = draw(text_index_chars(old) + 1);
        ranges[i].end_chars =
            ranges[i].start_chars + draw(text_index_chars(old) - ranges[i].start_chars + 1);
    }
    CHECK(carry(there, ranges, 40, carried));
    for (size_t i = 0; i < 40; i++) {
        check_promises(old, now, ranges[i], &carried[i]);
        CHECK(carry(again, &ranges[i], 1, &repeated));
        CHECK(repeated.state == carried[i].state);
        CHECK(same_range(repeated.range, carried[i].range));
        CHECK(carry(same, &ranges[i], 1, &repeated));
        CHECK_INT(repeated.state, ANCHOR_EXACT);
        CHECK(same_range(repeated.range, range_snap(old, ranges[i])));
    }
    alignment_free(there);
    alignment_free(again);
    alignment_free(same);
}

TEST("whatever became of a text: ranges lie in it, on whole characters, and exact reads the same")
{
    for (size_t n = 0; n < 300; n++) {
        struct arena *arena = arena_make();
        struct draft *draft = arena_new(arena, struct draft);
        struct range none;

        put_words(arena, draft, 0, 1 + draw(200), false);
        struct text_index *old = index_of(draft, 0, 0, &none);
        for (size_t e = draw(12); e > 0; e--)
            edit_anywhere(arena, draft);
        struct text_index *now = index_of(draft, 0, 0, &none);
        check_texts(old, now);
        text_index_free(old);
        text_index_free(now);
        arena_free(arena);
    }
}
