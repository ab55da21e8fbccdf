#include "reader/endnotes.h"

#include "reader/page.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static int start_of(const struct annotation *a)
{
    return a->anchor.is_placed && !a->anchor.is_gone ? a->anchor.start_chars : -1;
}

/* In the order of the text, then of time. */
static int by_place(const void *left, const void *right)
{
    const struct annotation *a = *(const struct annotation *const *)left;
    const struct annotation *b = *(const struct annotation *const *)right;

    if (start_of(a) != start_of(b))
        return start_of(a) < start_of(b) ? -1 : 1;
    if (a->created_us != b->created_us)
        return a->created_us < b->created_us ? -1 : 1;
    return uuid_order(a->id, b->id);
}

struct endnotes endnotes_of(struct arena *arena, const struct annotation_list *list)
{
    const struct annotation **roots = arena_array(arena, const struct annotation *, list->count);
    const struct annotation **replies = arena_array(arena, const struct annotation *, list->count);
    struct endnotes notes = { roots, 0, replies, 0, list->more };

    for (size_t i = 0; i < list->count; i++) {
        const struct annotation *a = &list->at[i];
        if (uuid_is_nil(a->parent))
            roots[notes.count++] = a;
        else
            replies[notes.reply_count++] = a;
    }
    qsort(roots, notes.count, sizeof *roots, by_place);
    qsort(replies, notes.reply_count, sizeof *replies, by_place);
    return notes;
}

static struct str text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? (struct str){ text, json_string_length(json_object_get(object, key)) } : STR_NONE;
}

/* The passage, leading back to its block in the text. */
static void put_passage(struct buffer *out, const struct blocks *blocks, const json_t *shown,
    const struct annotation *a)
{
    struct str quote = text_of(json_object_get(shown, "quote"), "exact");
    const struct block *block = start_of(a) < 0 ? NULL : block_at(blocks, (size_t)start_of(a));

    if (!str_given(quote))
        return;
    buffer_put_cstr(out, "<blockquote dir=\"auto\">");
    if (block) {
        buffer_put_cstr(out, block->has_id ? "<a href=\"#h-" : "<a href=\"#o");
        buffer_put_number(out, block->start);
        buffer_put_cstr(out, "\">");
    }
    HTML(out, "{}", quote);
    buffer_put_cstr(out, block ? "</a></blockquote>" : "</blockquote>");
}

static void put_words(struct buffer *out, const json_t *shown)
{
    struct str body = text_of(shown, "body_html");

    if (!str_given(body))
        return;
    buffer_put_cstr(out, "<div class=\"body\" dir=\"auto\">");
    html_safe(out, body); /* body_html() of formats/text.h wrote it */
    buffer_put_cstr(out, "</div>");
}

static struct str state_in_words(struct str state)
{
    if (str_eq(state, STR("pending")))
        return STR("Waits until a leader has looked at it.");
    if (str_eq(state, STR("hidden")))
        return STR("A leader has hidden it.");
    if (str_eq(state, STR("denied")))
        return STR("A leader has not approved it.");
    return STR("A leader takes it for spam.");
}

/* The words there and those suggested, and what was decided. */
static void put_suggestion(struct buffer *out, const json_t *shown, const struct suggestion *it)
{
    HTML(out,
        str_given(it->replacement)
            ? "<p class=\"suggested\" dir=\"auto\"><del>{}</del> <ins>{}</ins></p>"
            : "<p class=\"suggested\" dir=\"auto\"><del>{}</del>{}</p>",
        text_of(json_object_get(shown, "quote"), "exact"), it->replacement);
    HTML(out, "<p class=\"fate\">{}",
        str_eq(it->state, STR("accepted"))       ? STR("Taken into the text.")
            : str_eq(it->state, STR("rejected")) ? STR("Not taken.")
                                                 : STR("Not decided yet."));
    if (str_given(it->reason))
        HTML(out, " <q dir=\"auto\">{}</q>", it->reason);
    buffer_put_cstr(out, "</p>");
}

static void put_note(struct buffer *out, struct arena *arena, const struct blocks *blocks,
    const struct annotation *a)
{
    struct str members = arena_printf(arena, "{%.*s}", STR_ARG(a->shown));
    json_t *shown = a->is_deleted ? NULL : json_loadb(members.at, members.bytes, 0, NULL);

    HTML(out, "<li id=\"{}\"><p class=\"by\"><span dir=\"auto\">{}</span> · {} · ",
        typeid_write(arena, "ann", a->id), a->is_deleted ? STR("deleted") : a->author.display_name,
        a->is_private ? STR("only me") : text_of(shown, "kind"));
    html_time(out, a->created_us);
    buffer_put_cstr(out, "</p>");
    if (str_given(a->moderation))
        HTML(out, "<p class=\"aside\">{}</p>", state_in_words(a->moderation));
    put_passage(out, blocks, shown, a);
    if (a->suggestion)
        put_suggestion(out, shown, a->suggestion);
    put_words(out, shown);
    json_decref(shown);
}

static void put_replies(struct buffer *out, struct arena *arena, const struct blocks *blocks,
    const struct endnotes *notes, struct uuid thread)
{
    bool any = false;

    for (size_t i = 0; i < notes->reply_count; i++) {
        if (!uuid_eq(notes->replies[i]->thread, thread))
            continue;
        buffer_put_cstr(out, any ? "" : "<ol>\n");
        any = true;
        put_note(out, arena, blocks, notes->replies[i]);
        buffer_put_cstr(out, "</li>\n");
    }
    buffer_put_cstr(out, any ? "</ol>" : "");
}

void html_endnotes(struct buffer *out, struct arena *arena, const struct blocks *blocks,
    const struct endnotes *notes)
{
    buffer_put_cstr(
        out, "<noscript><section class=\"endnotes\" aria-label=\"Notes\">\n<h2>Notes</h2>\n<ol>\n");
    for (size_t i = 0; i < notes->count; i++) {
        put_note(out, arena, blocks, notes->roots[i]);
        if (notes->roots[i]->replies > 0)
            put_replies(out, arena, blocks, notes, notes->roots[i]->id);
        buffer_put_cstr(out, "</li>\n");
    }
    buffer_put_cstr(out, "</ol>\n");
    if (notes->count == 0)
        buffer_put_cstr(out, "<p>None yet.</p>\n");
    if (notes->more)
        buffer_put_cstr(out, "<p>There are older ones, which take scripts to see.</p>\n");
    buffer_put_cstr(out, "</section></noscript>\n");
}

/* -- their numbers in the text ------------------------------------------------------------------
 */

/* Where the notes are whose passages end in each block: those of block i stand in `at` from
 * `first[i]` to `first[i + 1]`, in their order. */
struct numbers {
    size_t *first, *at;
};

/* The block in which a note's passage ends; `blocks->count` for one that has none. */
static size_t end_block(const struct blocks *blocks, const struct annotation *a)
{
    int end = start_of(a) < 0 ? -1 : a->anchor.end_chars - 1;
    const struct block *block =
        start_of(a) < 0 ? NULL : block_at(blocks, end > 0 ? (size_t)end : 0);

    return block ? (size_t)(block - blocks->at) : blocks->count;
}

static struct numbers numbers_of(
    struct arena *arena, const struct blocks *blocks, const struct endnotes *notes)
{
    size_t *first = arena_array(arena, size_t, blocks->count + 2);
    size_t *next = arena_array(arena, size_t, blocks->count + 1);
    size_t *at = arena_array(arena, size_t, notes->count);

    memset(first, 0, (blocks->count + 2) * sizeof *first);
    for (size_t i = 0; i < notes->count; i++)
        first[end_block(blocks, notes->roots[i]) + 1]++;
    for (size_t i = 0; i <= blocks->count; i++) {
        next[i] = first[i];
        first[i + 1] += first[i];
    }
    for (size_t i = 0; i < notes->count; i++)
        at[next[end_block(blocks, notes->roots[i])]++] = i;
    return (struct numbers){ first, at };
}

static void put_numbers(struct buffer *out, struct arena *arena, const struct endnotes *notes,
    const struct numbers *numbers, size_t block)
{
    size_t from = numbers->first[block], to = numbers->first[block + 1];

    if (from < to)
        buffer_put_cstr(out, "<noscript data-aside>");
    for (size_t i = from; i < to; i++)
        HTML(out, "<a class=\"ref\" href=\"#{}\">{}</a>",
            typeid_write(arena, "ann", notes->roots[numbers->at[i]]->id),
            arena_printf(arena, "%zu", numbers->at[i] + 1));
    buffer_put_cstr(out, from < to ? "</noscript>" : "");
}

/* -- a long text in parts -----------------------------------------------------------------------
 */

#define LONG_BLOCKS \
    200 /* more of them stand in parts, so that browsers pass over what is far off */
#define PART_BLOCKS 40

/* How much deeper one is behind some markup than before it. */
static int depth_of(struct str html)
{
    int depth = 0;

    for (size_t at = 0; (at = str_find(html, STR("<"), at)) != SIZE_MAX; at++) {
        struct str tag = str_slice(html, at + 1, html.bytes);
        if (str_starts(tag, STR("/")))
            depth--;
        else if (!str_starts(tag, STR("hr")) && !str_starts(tag, STR("br")) &&
            !str_starts(tag, STR("img")))
            depth++;
    }
    return depth;
}

void html_text_with_notes(struct buffer *out, struct arena *arena, const struct blocks *blocks,
    const struct endnotes *notes)
{
    struct numbers numbers = numbers_of(arena, blocks, notes);
    bool in_parts = blocks->count > LONG_BLOCKS;
    size_t from = 0, in_part = 0;
    int depth = 0;

    buffer_put_cstr(out, in_parts ? "<div class=\"part\">\n" : "");
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->at[i];
        struct str between = str_slice(blocks->html, from, block->open_byte);
        html_safe(out, between); /* formats/ wrote it */
        depth += depth_of(between);
        if (in_parts && depth == 0 && in_part >= PART_BLOCKS) {
            buffer_put_cstr(out, "</div>\n<div class=\"part\">\n");
            in_part = 0;
        }
        in_part++;
        depth++; /* its own tag, which is closed in what follows */
        html_safe(out, str_slice(blocks->html, block->open_byte, block->stamp_byte));
        if (!block->has_id)
            HTML(out, " id=\"o{}\"", arena_printf(arena, "%zu", block->start));
        html_safe(out, str_slice(blocks->html, block->stamp_byte, block->end_byte));
        put_numbers(out, arena, notes, &numbers, i);
        from = block->end_byte;
    }
    html_safe(out, str_slice(blocks->html, from, blocks->html.bytes));
    buffer_put_cstr(out, in_parts ? "</div>\n" : "");
}
