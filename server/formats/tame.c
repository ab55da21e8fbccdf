#include "formats/tame.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/* Lines walked, about 2 ns each: what all paragraphs together may cost before anything is changed,
 * and then what a single one may. */
#define STEPS_MAX 1000000000u
#define PARAGRAPH_STEPS_MAX 2000000u

/* Begins or ends a link, and has no part in the structure of blocks. */
static bool is_link_mark(char c)
{
    return c == '[' || c == ']';
}

static uint64_t steps(struct str s, size_t from, size_t to)
{
    uint64_t lines = 1, marks = 0;
    for (size_t i = from; i < to; i++) {
        lines += s.at[i] == '\n';
        marks += is_link_mark(s.at[i]);
    }
    return lines * marks;
}

/* As if every run of lines without a blank one were a paragraph: never too little. */
static uint64_t steps_at_most(struct str s)
{
    uint64_t total = 0, lines = 0, marks = 0;
    bool blank = true;
    for (size_t i = 0; i < s.bytes; i++) {
        if (s.at[i] != '\n') {
            blank = blank && (s.at[i] == ' ' || s.at[i] == '\t');
            marks += is_link_mark(s.at[i]);
            continue;
        }
        lines++;
        if (blank) {
            total += lines * marks;
            lines = marks = 0;
        }
        blank = true;
    }
    return total + (lines + 1) * marks;
}

static void take_links(char *copy, struct str s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (is_link_mark(s.at[i]))
            copy[i] = ',';
}

/* Looks at the blocks of a copy without links, which has those of the source (but that link
 * definitions are paragraphs in it). */
struct survey {
    struct str source, linkless;
    char *copy;      /* what is to be answered */
    size_t from, to; /* of the source: what the block has of text so far */
    bool code;
    unsigned cells;
};

static void end_paragraph(struct survey *v)
{
    if (!v->code && v->from < v->to && steps(v->source, v->from, v->to) > PARAGRAPH_STEPS_MAX)
        take_links(v->copy, v->source, v->from, v->to);
    v->from = SIZE_MAX;
    v->to = 0;
}

static int on_enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct survey *v = user;
    (void)detail;
    end_paragraph(v);
    v->code = type == MD_BLOCK_CODE;
    return type == MD_BLOCK_TD && ++v->cells > CELLS_MAX ? -1 : 0;
}

static int on_leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct survey *v = user;
    (void)type;
    (void)detail;
    end_paragraph(v);
    v->code = false;
    return 0;
}

static int on_span(MD_SPANTYPE type, void *detail, void *user)
{
    (void)type;
    (void)detail;
    (void)user;
    return 0;
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE bytes, void *user)
{
    struct survey *v = user;
    uintptr_t start = (uintptr_t)v->linkless.at, at = (uintptr_t)text;
    (void)type;
    if (at < start || at - start >= v->linkless.bytes)
        return 0;
    size_t from = at - start;
    if (from < v->from)
        v->from = from;
    if (from + bytes > v->to)
        v->to = from + bytes;
    return 0;
}

#define BEHIND_BYTES 16

static char *copy_of(struct str source)
{
    char *copy = mem_zero(1, source.bytes + BEHIND_BYTES);

    if (source.bytes > 0)
        memcpy(copy, source.at, source.bytes);
    return copy;
}

char *markdown_tame(struct str source)
{
    static const MD_PARSER parser = { 0, MARKDOWN_FLAGS, on_enter_block, on_leave_block, on_span,
        on_span, on_text, NULL, NULL };

    if (steps_at_most(source) <= STEPS_MAX)
        return copy_of(source);
    char *linkless = copy_of(source);
    take_links(linkless, source, 0, source.bytes);

    struct survey v = { .source = source,
        .linkless = { linkless, source.bytes },
        .copy = copy_of(source),
        .from = SIZE_MAX };
    if (md_parse(linkless, (MD_SIZE)source.bytes, &parser, &v) != 0) {
        if (v.cells <= CELLS_MAX)
            mem_none_left();
        take_links(v.copy, source, 0, source.bytes); /* no table, but one paragraph */
    }
    free(linkless);
    return v.copy;
}
