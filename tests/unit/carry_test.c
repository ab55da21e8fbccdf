#include "anchoring/carry.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "test.h"

static const char *const state_names[] = { "exact", "moved", "changed", "ambiguous", "gone" };

/* The place number `nth` of the quote, from 1 on. */
static struct range range_of(const struct text_index *index, struct str quote, unsigned nth)
{
    struct str text = text_index_text(index);
    size_t at = str_find(text, quote, 0);

    for (unsigned n = 1; n < nth && at != SIZE_MAX; n++)
        at = str_find(text, quote, at + 1);
    if (at == SIZE_MAX)
        FAIL("\"%.*s\" does not stand in the text", STR_ARG(quote));
    return (
        struct range){ text_char_of_byte(index, at), text_char_of_byte(index, at + quote.bytes) };
}

/* Two texts and where the quotes of the first stand in the second. */
struct pair {
    struct text_index *from, *to;
    struct alignment *alignment;
};

static struct pair pair_of(struct str old, struct str now)
{
    struct pair pair = { .from = text_index_new(old), .to = text_index_new(now) };

    pair.alignment = alignment_new(pair.from, pair.to);
    return pair;
}

static void pair_end(struct pair *pair)
{
    alignment_free(pair->alignment);
    text_index_free(pair->from);
    text_index_free(pair->to);
}

static struct carried carry_range(const struct pair *pair, struct range range)
{
    struct carried carried;

    if (!carry(pair->alignment, &range, 1, &carried))
        FAIL("the range lies outside of the text");
    return carried;
}

static struct str words_of(const struct text_index *index, struct range range)
{
    return text_between(index, range.start_chars, range.end_chars);
}

/* What became of the quote, as "exact: its words". */
static struct str carried_over(
    struct arena *arena, const char *old, const char *now, const char *what_and_nth)
{
    struct str quote, number;
    bool has_number = str_cut(str_from(what_and_nth), '@', &quote, &number);
    unsigned nth = has_number ? (unsigned)(number.at[0] - '0') : 1;
    struct pair pair = pair_of(str_from(old), str_from(now));
    struct carried carried = carry_range(&pair, range_of(pair.from, quote, nth));
    struct str what = str_from(state_names[carried.state]);

    if (carried.state != ANCHOR_GONE)
        what = arena_printf(
            arena, "%.*s: %.*s", STR_ARG(what), STR_ARG(words_of(pair.to, carried.range)));
    pair_end(&pair);
    return what;
}

struct row {
    const char *old, *now, *quote, *carried; /* "again@2": the second "again" */
};

static void check_rows(const struct row *rows, size_t count)
{
    struct arena *arena = arena_make();

    for (size_t i = 0; i < count; i++) {
        struct str got = carried_over(arena, rows[i].old, rows[i].now, rows[i].quote);
        if (!str_eq(got, str_from(rows[i].carried)))
            FAIL("row %zu, \"%s\": is \"%.*s\", not \"%s\"", i, rows[i].quote, STR_ARG(got),
                rows[i].carried);
    }
    arena_free(arena);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

#define HARBOUR                                                                                  \
    "The harbour lies open to the west. When a storm comes, the boats are drawn up on the "      \
    "shingle.\n\nIn summer the same boats take visitors to the islands. Nobody who has seen "    \
    "the seals there forgets them.\n\nThe ferry is another matter: it goes in any weather, and " \
    "it has never been late.\n"
#define SUMMER                                                                              \
    "In summer the same boats take visitors to the islands. Nobody who has seen the seals " \
    "there forgets them.\n\n"
#define FERRY "The ferry is another matter: it goes in any weather, and it has never been late.\n"

TEST("what is put in or taken out elsewhere makes no difference to a quote")
{
    static const struct row rows[] = {
        { HARBOUR, HARBOUR, "the seals", "exact: the seals" },
        { HARBOUR, "Old " HARBOUR, "the seals", "exact: the seals" },
        { HARBOUR, "# Places\n\nSome of them.\n\n" HARBOUR, "The harbour lies",
            "exact: The harbour lies" },
        { HARBOUR, HARBOUR "\nThe end.", "never been late.", "exact: never been late." },
        { HARBOUR, SUMMER FERRY, "the islands", "exact: the islands" },
        { HARBOUR, SUMMER, "the islands", "exact: the islands" },
        { "so he said", "so she and he said", "he said", "exact: he said" },
        { "foo bar foo baz", "foo baz", "foo baz", "exact: foo baz" },
        { "foo baz", "foo bar foo baz", "foo baz", "exact: foo baz" },
    };
    CHECK_ROWS(rows);
}

TEST("a quote whose words changed is where its words were")
{
    static const struct row rows[] = {
        { HARBOUR, "The harbour lies open to the cold west. When a storm comes, all is over.\n",
            "lies open to the west", "changed: lies open to the cold west" },
        { "drawn up on the shingle", "drawn up on\nthe shingle", "up on the",
            "changed: up on\nthe" },
        { "drawn up on\r\nthe shingle", "drawn up on\nthe shingle", "up on\r\nthe",
            "changed: up on\nthe" },
        { "It isn't late", "It isn\xE2\x80\x99t late", "isn't", "changed: isn\xE2\x80\x99t" },
        { "The colour of the sea is grey.", "The color of the sea is grey.", "colour",
            "changed: color" },
        { "## Sea birds\n\nGulls and terns.", "## Sea Birds\n\nGulls and terns.", "Sea birds",
            "changed: Sea Birds" },
        { "The end of it.\n\n## Sea birds\n\nSee gulls.\n\nSea birds nest here.",
            "The end of it.\n\n## Sea Birds\n\n*Sea birds* are many, and their nests are here.",
            "Sea birds", "changed: Sea Birds" },
        { "One may walk there in an hour. It is worth it.",
            "One can stroll there in an hour or two. It is worth it.",
            "One may walk there in an hour.", "changed: One can stroll there in an hour or two." },
    };
    CHECK_ROWS(rows);
}

TEST("a changed quote of whole sentences is whole sentences again")
{
    static const struct row rows[] = {
        { "Gulls are loud. The terns come in May and leave when the first storms blow. Nobody "
          "minds.",
            "Gulls are loud. Terns come in April and they leave in good time for the storms. "
            "Nobody minds.",
            "The terns come in May and leave when the first storms blow.",
            "changed: Terns come in April and they leave in good time for the storms." },
        { "# Birds\n\n- Gulls nest on the roofs of the town and do not mind the noise.\n- Terns "
          "nest on the beach.\n",
            "# Birds\n\n- Most gulls nest on the roofs of our town and do not mind the noise.\n- "
            "Terns nest on the beach.\n",
            "Gulls nest on the roofs of the town and do not mind the noise.",
            "changed: Most gulls nest on the roofs of our town and do not mind the noise." },
        { "\xE6\xB8\xAF\xE3\x81\xAF\xE8\xA5\xBF\xE3\x81\xAB\xE9\x96\x8B\xE3\x81\x8F\xE3\x80\x82"
          "\xE8\x88\xB9\xE3\x81\xAF\xE5\xB0\x91\xE3\x81\xAA\xE3\x81\x84\xE3\x80\x82",
            "\xE6\xB8\xAF\xE3\x81\xAF\xE5\x8D\x97\xE3\x81\xAB\xE9\x96\x8B\xE3\x81\x8F\xE3\x80\x82"
            "\xE8\x88\xB9\xE3\x81\xAF\xE5\xB0\x91\xE3\x81\xAA\xE3\x81\x84\xE3\x80\x82",
            "\xE6\xB8\xAF\xE3\x81\xAF\xE8\xA5\xBF\xE3\x81\xAB\xE9\x96\x8B\xE3\x81\x8F\xE3\x80\x82",
            "changed: "
            "\xE6\xB8\xAF\xE3\x81\xAF\xE5\x8D\x97\xE3\x81\xAB\xE9\x96\x8B\xE3\x81\x8F\xE3\x80"
            "\x82" },
    };
    CHECK_ROWS(rows);
}

TEST("nor is it of more paragraphs than it was, unless that is much more like it")
{
    static const struct row rows[] = {
        { "Ask at the pier.\n\n---\n\n### Reading all the tables of times "
          "{/*reading-tables-of-times*/}\n\nThe "
          "ferry "
          "sails at nine.\n",
            "Fragen hilft.\n\n---\n\n### Lesen {/*reading-tables-of-times*/}\n\nNeun "
            "Uhr "
            "ist es so weit.\n",
            "Reading all the tables of times {/*reading-tables-of-times*/}",
            "changed: Lesen {/*reading-tables-of-times*/}" },
    };
    CHECK_ROWS(rows);
}

TEST("a quote that much was put into is where most of its words are")
{
    static const char before[] =
        "The ferry sails at nine. It is never late, in no weather. Bring bread.";
    static const char after[] =
        "The ferry sails at nine. It is never late, in no weather.\n\nThe captain was born on one "
        "of "
        "the islands, and he knows each rock by its name; as a boy he swam to all of them, and he "
        "would still do it were his wife not to see.\n\nBring bread.";
    static const struct row rows[] = {
        { before, after, before,
            "changed: The ferry sails at nine. It is never late, in no weather." },
    };
    CHECK_ROWS(rows);
}

TEST("what was taken out is gone, though its words stand elsewhere")
{
    static const struct row rows[] = {
        { HARBOUR, SUMMER FERRY, "drawn up on the shingle", "gone" },
        { HARBOUR, SUMMER FERRY, "boats", "gone" },
        { HARBOUR, "", "boats", "gone" },
        { HARBOUR, "   \n", "boats", "gone" },
        { HARBOUR, "Nothing of it is left, and what came is about mountains and their snow.",
            "Nobody who has seen the seals there forgets them.", "gone" },
        { "See the map. Bring a lamp. Leave early.", "See the map. Leave early.", "Bring a lamp.",
            "gone" },
        { "Gulls are loud. Their nests are lined with moss and feathers, year after year.",
            "Gulls are loud. Nobody nested in the old tower since the fire.", "nests", "gone" },
    };
    CHECK_ROWS(rows);
}

TEST("a passage that went past others moved, and what stayed is exact")
{
    static const char swapped[] =
        FERRY "\nThe harbour lies open to the west. When a storm comes, the boats are drawn up on "
              "the shingle.\n\n" SUMMER;
    static const struct row rows[] = {
        { HARBOUR, swapped, "it goes in any weather", "moved: it goes in any weather" },
        { HARBOUR, swapped, "visitors to the islands", "exact: visitors to the islands" },
        { "# One\n\nThe lamp is lit at six by old Martha.\n\nOne more.\n\n# Two\n\nTwo more, and a "
          "good many words to go with them.\n",
            "# One\n\nOne more.\n\n# Two\n\nTwo more, and a good many words to go with "
            "them.\n\nThe lamp is lit at six by old Martha.\n",
            "lit at six", "moved: lit at six" },
        { "- [Gulls](gulls.md) nest on the roofs\n- [Terns](terns.md) nest on the beach\n- "
          "[Ducks](ducks.md) nest on the island\n",
            "- [Terns](terns.md) nest on the beach\n- [Ducks](ducks.md) nest on the island\n- "
            "[Gulls](gulls.md) nest on the roofs\n",
            "](gulls.md) nest", "moved: ](gulls.md) nest" },
    };
    CHECK_ROWS(rows);
}

TEST("where two places are equally good, the answer is ambiguous")
{
    static const struct row rows[] = {
        { "again\nagain\nagain\n", "again\nagain\n", "again@1", "ambiguous: again" },
        { "again\nagain\nagain\n", "again\nagain\n", "again@2", "ambiguous: again" },
        { "again\nagain\nagain\n", "again\nagain\n", "again@3", "ambiguous: again" },
        { "again\nagain\n", "again\nagain\nagain\n", "again@2", "ambiguous: again" },
        { "the end\nagain\n", "the end\nagain\nagain\n", "end", "exact: end" },
        { "so so", "so", "so@1", "ambiguous: so" },
        { "so so", "so", "so@2", "ambiguous: so" },
        { "Alpha. All work and no play. All work and no play. Omega.",
            "Alpha. All work and no play. Omega.", "All work and no play.@1",
            "ambiguous: All work and no play." },
        { "Alpha. All work and no play. All work and no play. Omega.",
            "Alpha. All work and no play. Omega.", "All work and no play.@2",
            "ambiguous: All work and no play." },
        { "Alpha. All work and no play. All work and no play. Omega.",
            "Beta. Alpha. All work and no play. All work and no play. Omega.",
            "All work and no play.@2", "exact: All work and no play." },
    };
    CHECK_ROWS(rows);
}

/* Twenty equal quotes, each with words of its own around it. */
static struct str twenty(struct buffer *out, unsigned without, const char *lead)
{
    static const char *const names[] = { "ash", "beech", "cedar", "dogwood", "elm", "fir", "gorse",
        "hazel", "ivy", "juniper", "kapok", "larch", "maple", "nutmeg", "oak", "pine", "quince",
        "rowan", "spruce", "teak" };

    buffer_put_cstr(out, lead);
    for (unsigned i = 0; i < 20; i++) {
        if (i == without)
            continue;
        buffer_put_cstr(out, names[i]);
        buffer_put_cstr(out, ": it grows slowly\n");
    }
    return buffer_text(out);
}

TEST("of twenty equal quotes each is carried by what stands around it")
{
    struct buffer old = { 0 }, now = { 0 };
    struct pair pair = pair_of(twenty(&old, 20, ""), twenty(&now, 7, "Trees, and how they do:\n"));

    for (unsigned nth = 1; nth <= 20; nth++) {
        struct range range = range_of(pair.from, STR("it grows slowly"), nth);
        struct carried carried = carry_range(&pair, range);
        if (nth == 8) {
            CHECK_INT(carried.state, ANCHOR_GONE);
            continue;
        }
        struct range wanted = range_of(pair.to, STR("it grows slowly"), nth < 8 ? nth : nth - 1);
        CHECK_INT(carried.state, ANCHOR_EXACT);
        CHECK_INT(carried.range.start_chars, wanted.start_chars);
    }
    pair_end(&pair);
    buffer_drop(&old);
    buffer_drop(&now);
}

TEST("a paragraph that was taken out and put back is where it was")
{
    struct pair back = pair_of(STR(HARBOUR), STR(HARBOUR));
    struct carried carried = carry_range(&back, range_of(back.from, STR("the seals"), 1));

    CHECK_INT(carried.state, ANCHOR_EXACT);
    CHECK(carried.score >= 1);
    pair_end(&back);
}

TEST("a range without words goes with its neighbours")
{
    static const struct row rows[] = {
        { "one  two", "zero one  two", "  ", "exact:   " },
        { "one\n\ntwo", "one\n\ntwo three", "\n\n", "exact: \n\n" },
        { " one", " one more", " ", "exact:  " },
        { "one two ", "zero one two ", " @2", "exact:  " },
        { "one  two", "one two", "  ", "gone" },
        { "one  two", "nothing", "  ", "gone" },
        { "  ", "x", "  ", "gone" },
    };
    CHECK_ROWS(rows);
}

TEST("blanks at the ends of a quote are its own")
{
    static const struct row rows[] = {
        { "on the shore today", "and on the shore today", " the shore ", "exact:  the shore " },
        { "on  the shore today", "on the shore today", "  the shore", "changed:  the shore" },
        { "on the shore", "on the shore ", "shore", "exact: shore" },
    };
    CHECK_ROWS(rows);
}

TEST("a part of a word is carried with the word")
{
    static const struct row rows[] = {
        { "the lighthouse stands", "there the lighthouse stands", "house", "exact: house" },
        { "the lighthouse stands", "there the lighthouse stands", "light", "exact: light" },
        { "the lighthouse stands", "the lighthouses stand", "house", "changed: lighthouses" },
    };
    CHECK_ROWS(rows);
}

TEST("ranges lie in the text, or nothing is carried")
{
    struct pair pair = pair_of(STR("four"), STR("four"));
    const struct range outside[] = { { 0, 2 }, { 0, 5 } }, backwards = { 3, 2 };
    struct carried carried[2];

    CHECK(!carry(pair.alignment, outside, 2, carried));
    CHECK(!carry(pair.alignment, &backwards, 1, carried));
    CHECK(carry(pair.alignment, NULL, 0, NULL));
    pair_end(&pair);
    alignment_free(NULL);
}

/* -- changes -------------------------------------------------------------------------------------
 */

/* "[old|new]" for each, as they are told to readers or not. */
static struct str changes_told(
    struct arena *arena, const char *old, const char *now, bool to_readers)
{
    struct pair pair = pair_of(str_from(old), str_from(now));
    struct buffer out = { 0 };
    const struct change *changes;
    size_t count;

    if (to_readers)
        alignment_differences(arena, pair.alignment, &changes, &count);
    else
        CHECK(alignment_changes(arena, pair.alignment, &changes, &count));
    for (size_t i = 0; i < count; i++) {
        struct str from = words_of(pair.from, changes[i].from);
        struct str to = words_of(pair.to, changes[i].to);
        buffer_put(&out, arena_printf(arena, "[%.*s|%.*s]", STR_ARG(from), STR_ARG(to)));
    }
    pair_end(&pair);
    return buffer_finish(&out, arena);
}

static struct str changes_of(struct arena *arena, const char *old, const char *now)
{
    return changes_told(arena, old, now, false);
}

static struct str differences_of(struct arena *arena, const char *old, const char *now)
{
    return changes_told(arena, old, now, true);
}

TEST("to readers the words that stayed in a change are none, and what is taken out takes its space")
{
    struct arena *arena = arena_make();

    CHECK_STR(
        differences_of(arena, "It is a fine day, today.", "It is a fine day, today."), STR(""));
    CHECK_STR(differences_of(arena, "Keep one. Drop two. Keep three.", "Keep one. Keep three."),
        STR("[Drop two. |]"));
    CHECK_STR(differences_of(arena, "Keep one. Drop two.", "Keep one."), STR("[ Drop two.|]"));
    CHECK_STR(differences_of(arena, "Keep one.", "Keep one. Add two."), STR("[|Add two.]"));
    CHECK_STR(differences_of(arena, "One bright morning.\nTwo dead boys got up to fight.",
                  "One fine, clear mornings.\nNobody got up."),
        STR("[bright morning.\nTwo dead boys|fine, clear mornings.\nNobody][ to fight|]"));
    CHECK_STR(differences_of(
                  arena, "caf\u00e9 noir and \u706f\u53f0", "caf\u00e9 blanc and \u706f\u53f0"),
        STR("[noir|blanc]"));
    arena_free(arena);
}

TEST("what differs is told word by word")
{
    struct arena *arena = arena_make();

    CHECK_STR(changes_of(arena, "one two three", "one two three"), STR(""));
    CHECK_STR(changes_of(arena, "one two three", "one 2 three"), STR("[two|2]"));
    CHECK_STR(changes_of(arena, "one two three", "one three"), STR("[two|]"));
    CHECK_STR(changes_of(arena, "one three", "one two three"), STR("[|two]"));
    CHECK_STR(changes_of(arena, "one", "one two"), STR("[|two]"));
    CHECK_STR(changes_of(arena, "see one two", "See One two"), STR("[see one|See One]"));
    CHECK_STR(changes_of(arena, "", "one"), STR("[|one]"));
    CHECK_STR(changes_of(arena, "one", ""), STR("[one|]"));
    arena_free(arena);
}

/* -- bounds --------------------------------------------------------------------------------------
 */

static void put_many(struct buffer *out, const char *what, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buffer_put_cstr(out, what);
}

static void put_numbered(struct buffer *out, const char *what, size_t times, size_t step)
{
    for (size_t i = 0; i < times; i++) {
        buffer_put_cstr(out, what);
        buffer_put_number(out, i * step % times);
        buffer_put_char(out, ' ');
    }
}

/* Aligned in memory in proportion to the texts, and all its ranges stay inside. */
static void check_bounded(struct buffer *old, struct buffer *now)
{
    struct pair pair = pair_of(buffer_text(old), buffer_text(now));
    size_t chars = text_index_chars(pair.from);

    CHECK(alignment_memory_bytes(pair.alignment) < 40 * (old->bytes + now->bytes) + 4096);
    for (size_t i = 0; i < 100; i++) {
        struct range range = { chars * i / 100, chars * (i + 1) / 100 };
        struct carried carried = carry_range(&pair, range);
        CHECK(carried.state == ANCHOR_GONE || carried.range.end_chars <= text_index_chars(pair.to));
    }
    pair_end(&pair);
    buffer_drop(old);
    buffer_drop(now);
}

TEST("texts that are made to be hard to align are not")
{
    struct buffer old = { 0 }, now = { 0 };

    put_many(&old, "a", 300000);
    put_many(&now, "a", 300001);
    check_bounded(&old, &now);
    put_many(&old, "the same line again\n", 30000);
    put_many(&now, "the same line again\n", 29000);
    check_bounded(&old, &now);
    put_many(&old, ". ", 100000);
    put_many(&now, ".,", 100000);
    check_bounded(&old, &now);
    put_many(&old, "a b c ", 50000);
    buffer_put_cstr(&now, "x ");
    put_many(&now, "b c a ", 50000);
    check_bounded(&old, &now);
    put_numbered(&old, "old", 50000, 1);
    put_numbered(&now, "new", 50000, 1);
    check_bounded(&old, &now);
    put_numbered(&old, "word", 50000, 1);
    put_numbered(&now, "word", 50000, 49999); /* backwards */
    check_bounded(&old, &now);
    put_numbered(&old, "word", 50000, 1);
    put_numbered(&now, "word", 50000, 17389); /* in no order */
    check_bounded(&old, &now);
}

/* Lines of which none stands once, with so few changes that a short edit script tells them all. */
TEST("long texts that repeat themselves are aligned by their edits")
{
    struct buffer old = { 0 }, now = { 0 };

    buffer_put_cstr(&old, "first ");
    put_many(&old, "tick tock ", 5000);
    buffer_put_cstr(&old, "last");
    buffer_put_cstr(&now, "begin ");
    put_many(&now, "tick tock ", 4990);
    buffer_put_cstr(&now, "end");
    struct pair pair = pair_of(buffer_text(&old), buffer_text(&now));
    struct carried carried = carry_range(&pair, (struct range){ 6006, 6015 });
    CHECK(carried.state == ANCHOR_EXACT || carried.state == ANCHOR_AMBIGUOUS);
    CHECK_STR(words_of(pair.to, carried.range), STR("tick tock"));
    pair_end(&pair);
    buffer_drop(&old);
    buffer_drop(&now);
}
