#include "formats/notes_file.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <string.h>

#define INDENT_MAX 12 /* deeper replies stand as far in as these */

/* -- pieces ------------------------------------------------------------------------------------ */

static bool is_line_end(uint32_t c)
{
    return c < 0x20 || c == 0x7F || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Text on one line, shown as it is: what Markdown would take for a sign is escaped. */
static void put_text(struct buffer *out, struct str text)
{
    for (size_t at = 0; at < text.bytes;) {
        uint32_t c = utf8_next(text, &at);
        if (is_line_end(c)) {
            buffer_put_char(out, ' ');
            continue;
        }
        if (c < 0x80 && strchr("\\`*_[]<>", (int)c))
            buffer_put_char(out, '\\');
        buffer_put_utf8(out, c);
    }
}

static void put_indent(struct buffer *out, size_t depth)
{
    for (size_t i = 0; i < depth && i < INDENT_MAX; i++)
        buffer_put_cstr(out, "  ");
}

/* Every line of `text` behind the indent and `mark`. */
static void put_lines(
    struct buffer *out, struct str text, size_t depth, const char *mark, bool as_written)
{
    struct str line, rest = text;
    bool more = true;

    while (more) {
        more = str_cut(rest, '\n', &line, &rest);
        if (line.bytes > 0 || *mark)
            put_indent(out, depth);
        buffer_put_cstr(out, mark);
        if (as_written)
            buffer_put(out, line);
        else
            put_text(out, line);
        buffer_put_char(out, '\n');
    }
}

/* A scalar in double quotes, with JSON's escapes, which YAML has too. */
static void put_scalar(struct buffer *out, const char *key, struct str text)
{
    buffer_put_cstr(out, key);
    buffer_put_cstr(out, "\"");
    for (size_t at = 0; at < text.bytes;) {
        uint32_t c = utf8_next(text, &at);
        if (is_line_end(c))
            c = ' ';
        if (c == '"' || c == '\\')
            buffer_put_char(out, '\\');
        buffer_put_utf8(out, c);
    }
    buffer_put_cstr(out, "\"\n");
}

/* -- a document -------------------------------------------------------------------------------- */

static void begin(struct buffer *out, const struct notes_file *file, const struct document *doc)
{
    char text[TIME_TEXT_BYTES + 1];

    if (!file->is_of_document)
        return;
    buffer_put_cstr(out, "---\n");
    put_scalar(out, "title: ", note_title(doc));
    if (doc->kind == DOCUMENT_TEXT) {
        buffer_put_cstr(out, "source: ");
        note_put_document(out, file->base_url, doc->id);
        buffer_put_char(out, '\n');
    }
    if (doc->uri_count > 0)
        buffer_put_cstr(out, "uris:\n");
    for (size_t i = 0; i < doc->uri_count; i++)
        put_scalar(out, "  - ", doc->uris[i]);
    if (str_given(doc->language))
        put_scalar(out, "language: ", doc->language);
    buffer_put_cstr(out, "annotations: ");
    buffer_put_number(out, (size_t)doc->annotations);
    buffer_put_cstr(out, "\nexported: ");
    time_format(file->at_us, text);
    buffer_put_cstr(out, text);
    buffer_put_cstr(out, "\n---\n\n");
}

static void heading(struct buffer *out, const struct notes_file *file, const struct document *doc)
{
    buffer_put_cstr(out, "# ");
    put_text(out, note_title(doc));
    buffer_put_cstr(out, "\n\n");
    if (file->is_of_document || !doc || doc->kind != DOCUMENT_TEXT)
        return;
    buffer_put_char(out, '<');
    note_put_document(out, file->base_url, doc->id);
    buffer_put_cstr(out, ">\n\n");
}

/* -- a note ------------------------------------------------------------------------------------ */

static bool is_simple_tag(struct str tag)
{
    bool has_letter = false;

    for (size_t at = 0; at < tag.bytes;) {
        uint32_t c = utf8_next(tag, &at);
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0xC0;
        has_letter = has_letter || letter;
        if (!letter && !digit && c != '-' && c != '_' && c != '/')
            return false;
        if (c >= 0x2000 && c < 0x2070)
            return false;
    }
    return has_letter;
}

static void put_tags(struct buffer *out, const json_t *tags)
{
    for (size_t index = 0; index < json_array_size(tags); index++) {
        struct str text = note_tag(tags, index);
        buffer_put_cstr(out, index == 0 ? " · " : " ");
        if (is_simple_tag(text)) {
            buffer_put_char(out, '#');
            buffer_put(out, text);
        } else {
            buffer_put_cstr(out, "“");
            put_text(out, text);
            buffer_put_cstr(out, "”");
        }
    }
}

/* **Ana** · question · 2026-03-01 09:30 UTC · #irony · [link](…/n/ann_…) */
static void put_byline(struct buffer *out, struct str base_url, const struct note *note,
    const struct note_words *words)
{
    const struct annotation *it = note->it;

    if (note->depth > 0) {
        put_indent(out, note->depth - 1);
        buffer_put_cstr(out, "- ");
    }
    if (it->is_deleted) {
        buffer_put_cstr(out, "*deleted*");
    } else {
        buffer_put_cstr(out, "**");
        put_text(out, it->author.display_name);
        buffer_put_cstr(out, "**");
    }
    if (!it->is_deleted && !str_eq(words->kind, STR("comment"))) {
        buffer_put_cstr(out, " · ");
        put_text(out, words->kind);
    }
    buffer_put_cstr(out, " · ");
    note_put_time(out, it->created_us);
    if (it->is_private)
        buffer_put_cstr(out, " · private");
    if (it->is_draft)
        buffer_put_cstr(out, " · draft");
    put_tags(out, words->tags);
    buffer_put_cstr(out, " · [link](");
    note_put_address(out, base_url, it);
    buffer_put_cstr(out, ")\n");
}

/* What is suggested for the passage above, and what has become of it. */
static void put_suggestion(struct buffer *out, const struct suggestion *it, size_t depth)
{
    struct buffer line = { 0 };

    if (it->replacement.bytes == 0) {
        put_indent(out, depth);
        buffer_put_cstr(out, "Take it out.\n");
    } else {
        put_indent(out, depth);
        buffer_put_cstr(out, "Instead:\n\n");
        put_lines(out, it->replacement, depth, "> ", false);
    }
    if (!str_eq(it->state, STR("open"))) {
        buffer_put_char(&line, it->state.at[0] == 'a' ? 'A' : 'R');
        buffer_put(&line, str_slice(it->state, 1, it->state.bytes));
        if (str_given(it->reason))
            buffer_put_cstr(&line, ": ");
        buffer_put(&line, it->reason);
        buffer_put_char(out, '\n');
        put_lines(out, buffer_text(&line), depth, "", false);
    }
    buffer_put_char(out, '\n');
    buffer_drop(&line);
}

static void put_note(struct buffer *out, struct notes_file *file, const struct document *doc,
    const struct note *note)
{
    const char *between = note_heading(file, doc, note);
    struct note_words words = note_words(note->it);

    if (between) {
        buffer_put_cstr(out, "## ");
        buffer_put_cstr(out, between);
        buffer_put_cstr(out, "\n\n");
    }
    if (str_given(words.exact)) {
        put_lines(out, words.exact, note->depth, "> ", false);
        buffer_put_char(out, '\n');
    }
    put_byline(out, file->base_url, note, &words);
    buffer_put_char(out, '\n');
    if (note->it->suggestion)
        put_suggestion(out, note->it->suggestion, note->depth);
    if (words.body.bytes > 0) {
        put_lines(out, words.body, note->depth, "", true);
        buffer_put_char(out, '\n');
    }
    note_words_drop(&words);
}

static void end(struct buffer *out, const struct notes_file *file)
{
    if (file->count == 0 && !file->is_of_document)
        buffer_put_cstr(out, "Nothing said yet.\n");
}

const struct notes_format notes_markdown = { "md", "text/markdown; charset=utf-8", begin, heading,
    put_note, end };
