#include "reader/changes.h"

#include <string.h>

enum kind { SAME, TAKEN_OUT, PUT_IN };

/* A part of a line; of a kind that is not SAME, it may be the line's end itself. */
struct piece {
    enum kind kind;
    bool is_end;
    struct str text;
};

struct line {
    size_t first, count; /* its pieces */
    size_t left_out;     /* it stands for so many that are the same; it has no pieces then */
    bool differs;
};

/* More is no page that anybody reads, and would take memory that others need: of what is the same
 * the midst is left out, and what differs comes to an end. */
#define SAME_LINES_MAX 1000 /* in a row */
#define SAME_LINES_KEPT 8   /* on each side, where it is more */
#define PIECES_MAX 50000

/* Both texts woven into one. */
struct weave {
    struct arena *arena;
    struct piece *pieces;
    size_t piece_count, piece_room;
    struct line *lines;
    size_t line_count, line_room;
};

#define GROW(weave, list, count, room)                                                \
    do {                                                                              \
        if ((weave)->count == (weave)->room) {                                        \
            size_t more = (weave)->room ? (weave)->room * 2 : 64;                     \
            void *grown = arena_alloc((weave)->arena, more * sizeof *(weave)->list);  \
            if ((weave)->count)                                                       \
                memcpy(grown, (weave)->list, (weave)->count * sizeof *(weave)->list); \
            (weave)->list = grown;                                                    \
            (weave)->room = more;                                                     \
        }                                                                             \
    } while (0)

static void add_line(struct weave *weave)
{
    GROW(weave, lines, line_count, line_room);
    weave->lines[weave->line_count++] = (struct line){ .first = weave->piece_count };
}

static void add_piece(struct weave *weave, struct piece piece)
{
    struct line *line = &weave->lines[weave->line_count - 1];

    GROW(weave, pieces, piece_count, piece_room);
    weave->pieces[weave->piece_count++] = piece;
    line->count++;
    line->differs |= piece.kind != SAME;
}

/* A text of one kind, cut where its lines end. */
static void add_text(struct weave *weave, enum kind kind, struct str text)
{
    struct str line, rest = text;
    bool more = text.bytes > 0;

    while (more && weave->piece_count < PIECES_MAX) {
        more = str_cut(rest, '\n', &line, &rest);
        if (line.bytes)
            add_piece(weave, (struct piece){ kind, false, line });
        if (!more)
            return;
        if (kind != SAME)
            add_piece(weave, (struct piece){ kind, true, STR("¶") });
        add_line(weave);
    }
}

/* Where the nth line break of a text ends, or from behind begins; there are as many. */
static size_t after_breaks(struct str text, size_t count)
{
    size_t at = 0;

    while (count > 0)
        count -= text.at[at++] == '\n';
    return at;
}

static size_t before_breaks(struct str text, size_t count)
{
    size_t at = text.bytes;

    while (count > 0)
        count -= text.at[--at] == '\n';
    return at;
}

/* Of lines in between, those that say something. */
static size_t count_lines(struct str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.bytes; i++)
        count += text.at[i] != '\n' && (i == 0 || text.at[i - 1] == '\n');
    return count;
}

static void add_same(struct weave *weave, struct str text)
{
    size_t breaks = 0;

    for (size_t i = 0; i < text.bytes; i++)
        breaks += text.at[i] == '\n';
    if (breaks <= SAME_LINES_MAX) {
        add_text(weave, SAME, text);
        return;
    }
    size_t from = after_breaks(text, SAME_LINES_KEPT), to = before_breaks(text, SAME_LINES_KEPT);
    add_text(weave, SAME, str_slice(text, 0, from));
    weave->lines[weave->line_count - 1].left_out = count_lines(str_slice(text, from, to));
    add_text(weave, SAME, str_slice(text, to, text.bytes));
}

/* False: there is more of it. */
static bool weave_texts(struct weave *weave, const struct text_index *from,
    const struct text_index *to, const struct change *changes, size_t count)
{
    size_t at = 0;

    add_line(weave);
    for (size_t i = 0; i < count; i++) {
        const struct range *out = &changes[i].from, *in = &changes[i].to;
        add_same(weave, text_between(to, at, in->start_chars));
        add_text(weave, TAKEN_OUT, text_between(from, out->start_chars, out->end_chars));
        add_text(weave, PUT_IN, text_between(to, in->start_chars, in->end_chars));
        at = in->end_chars;
        if (weave->piece_count >= PIECES_MAX)
            return false;
    }
    add_same(weave, text_between(to, at, text_index_chars(to)));
    return true;
}

/* -- as HTML ----------------------------------------------------------------------------------- */

/* The most of what is the same that is shown on each side of a change, in lines. */
#define AROUND 1

static void put_line(struct buffer *out, const struct weave *weave, const struct line *line)
{
    static const char *const opening[] = { "", "<del>", "<ins>" },
                             *const closing[] = { "", "</del>", "</ins>" };

    if (line->count == 0)
        return;
    buffer_put_cstr(out, "<p dir=\"auto\">");
    for (size_t i = 0; i < line->count; i++) {
        const struct piece *piece = &weave->pieces[line->first + i];
        buffer_put_cstr(out, opening[piece->kind]);
        HTML(out, "{}", piece->text);
        buffer_put_cstr(out, closing[piece->kind]);
    }
    buffer_put_cstr(out, "</p>\n");
}

static void put_same(struct buffer *out, const struct weave *weave, size_t from, size_t to)
{
    size_t shown = 0, left_out = 0;

    for (size_t i = from; i < to; i++) {
        shown += weave->lines[i].count > 0;
        left_out += weave->lines[i].left_out;
    }
    if (shown + left_out == 0)
        return;
    buffer_put_cstr(
        out, left_out ? "<p class=\"same hint\">" : "<details class=\"same\"><summary>");
    buffer_put_number(out, shown + left_out);
    buffer_put_cstr(
        out, shown + left_out == 1 ? " paragraph is the same" : " paragraphs are the same");
    if (left_out) {
        buffer_put_cstr(out, "</p>\n");
        return;
    }
    buffer_put_cstr(out, "</summary>\n");
    for (size_t i = from; i < to; i++)
        put_line(out, weave, &weave->lines[i]);
    buffer_put_cstr(out, "</details>\n");
}

/* A stretch of lines that differ, or stand next to such: where it begins at or after `at`. */
static bool next_stretch(const struct weave *weave, size_t at, size_t *from, size_t *to)
{
    size_t first = at;

    while (first < weave->line_count && !weave->lines[first].differs)
        first++;
    if (first == weave->line_count)
        return false;
    *from = first - at > AROUND ? first - AROUND : at;
    *to = first + 1;
    for (size_t i = first + 1; i < weave->line_count && i <= *to + 2 * AROUND; i++)
        if (weave->lines[i].differs)
            *to = i + 1;
    *to = *to + AROUND < weave->line_count ? *to + AROUND : weave->line_count;
    return true;
}

static size_t count_stretches(const struct weave *weave)
{
    size_t count = 0, from, to;

    for (size_t at = 0; next_stretch(weave, at, &from, &to); at = to)
        count++;
    return count;
}

static void put_way(struct buffer *out, size_t number, const char *words)
{
    buffer_put_cstr(out, "<a href=\"#c");
    buffer_put_number(out, number);
    buffer_put_cstr(out, "\">");
    buffer_put_cstr(out, words);
    buffer_put_cstr(out, "</a> ");
}

static void put_heading(struct buffer *out, size_t number, size_t count)
{
    buffer_put_cstr(out, "<section class=\"hunk\" id=\"c");
    buffer_put_number(out, number);
    buffer_put_cstr(out, "\"><header><h2 tabindex=\"-1\">Change ");
    buffer_put_number(out, number);
    buffer_put_cstr(out, " of ");
    buffer_put_number(out, count);
    buffer_put_cstr(out, "</h2><p>");
    if (number > 1)
        put_way(out, number - 1, "previous");
    if (number < count)
        put_way(out, number + 1, "next");
    buffer_put_cstr(out, "</p></header>\n");
}

size_t html_changes(struct buffer *out, struct arena *arena, const struct text_index *from,
    const struct text_index *to, const struct change *changes, size_t count, bool *is_all)
{
    struct weave weave = { .arena = arena };
    size_t number = 0, begins, ends, at = 0;

    *is_all = weave_texts(&weave, from, to, changes, count);
    size_t stretches = count_stretches(&weave);
    for (; next_stretch(&weave, at, &begins, &ends); at = ends) {
        put_same(out, &weave, at, begins);
        put_heading(out, ++number, stretches);
        for (size_t i = begins; i < ends; i++)
            put_line(out, &weave, &weave.lines[i]);
        buffer_put_cstr(out, "</section>\n");
    }
    if (stretches)
        put_same(out, &weave, at, weave.line_count);
    return stretches;
}
