/* Words replaced in a source. Lines: the charset ("" for none, "md" for Markdown in UTF-8); from
 * and to in characters, as many pairs as there are replacements; the words of each, up to a control
 * character 1; then the source. */
#include "fuzz.h"

#include "base/utf8.h"
#include "formats/apply.h"

#define COUNT_MAX 8

const char fuzz_target[] = "apply";

/* The characters [at, …) of both are the same but for a separator at either end. */
static void same_but_separator(struct str got, struct str was)
{
    for (int first = 0; first < 2; first++)
        for (int last = 0; last < 2; last++) {
            struct str some = str_slice(was, (size_t)first, was.bytes);
            some.bytes -= last && some.bytes > 0;
            if (str_eq(got, some))
                return;
        }
    BROKEN("other words have changed");
}

static void check(struct str canonical, const struct replacement *it, size_t count,
    enum text_format format, const struct applied *applied)
{
    struct arena *arena = arena_make();
    struct text_prepared text;
    size_t old_at = 0, new_at = 0;

    PROMISE(text_prepare(arena, format, applied->source, applied->charset, &text) == TEXT_OK);
    PROMISE(str_eq(text.canonical, applied->text.canonical));
    PROMISE(str_eq(text.map, applied->text.map));
    for (size_t i = 0; i < count; i++) {
        size_t from = utf8_offset_of_char(text.canonical, it[i].start_chars);
        size_t to = utf8_offset_of_char(text.canonical, it[i].end_chars);
        PROMISE(new_at <= from && from <= to && to <= text.canonical.bytes);
        same_but_separator(str_slice(text.canonical, new_at, from),
            str_slice(canonical, old_at, it[i].from_bytes));
        old_at = it[i].to_bytes;
        new_at = to;
    }
    same_but_separator(str_slice(text.canonical, new_at, text.canonical.bytes),
        str_slice(canonical, old_at, canonical.bytes));
    arena_free(arena);
}

static size_t read_places(struct str line, struct str canonical, struct replacement *it)
{
    struct str word;
    size_t count = 0, reached = 0;
    bool more = true;

    while (more && count < COUNT_MAX) {
        uint64_t from, to;
        more = str_cut(line, ' ', &word, &line);
        if (!more || !str_to_u64(word, &from))
            break;
        more = str_cut(line, ' ', &word, &line);
        if (!str_to_u64(word, &to) || to > canonical.bytes || from < reached || to <= from)
            break;
        it[count].from_bytes = utf8_offset_of_char(canonical, (size_t)from);
        it[count].to_bytes = utf8_offset_of_char(canonical, (size_t)to);
        if (it[count].to_bytes == SIZE_MAX)
            break;
        reached = (size_t)to;
        count++;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct str charset, places, source = { (const char *)data, bytes };
    struct replacement it[COUNT_MAX] = { 0 };
    struct str words[COUNT_MAX] = { 0 };
    struct arena *arena = arena_make();
    struct text_prepared text;
    struct applied applied;

    str_cut(source, '\n', &charset, &source);
    str_cut(source, '\n', &places, &source);
    size_t wanted = 0;
    while (wanted < COUNT_MAX && str_contains(source, STR("\x01")))
        str_cut(source, '\x01', &words[wanted++], &source);
    enum text_format format = str_eq(charset, STR("md")) ? TEXT_MARKDOWN : TEXT_PLAIN;
    if (format == TEXT_MARKDOWN || charset.bytes == 0)
        charset = STR_NONE;
    if (text_prepare(arena, format, source, charset, &text) == TEXT_OK) {
        size_t count = read_places(places, text.canonical, it);
        count = count < wanted ? count : wanted;
        for (size_t i = 0; i < count; i++)
            it[i].words = utf8_valid(words[i]) ? words[i] : STR("x");
        if (count > 0 &&
            text_apply(arena, format, source, text.charset, text.canonical, it, count, &applied) ==
                APPLY_OK)
            check(text.canonical, it, count, format, &applied);
    }
    arena_free(arena);
    return 0;
}
