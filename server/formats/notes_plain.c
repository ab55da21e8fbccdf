/* Notes as plain words, for reading. */
#include "base/utf8.h"
#include "formats/notes_file.h"

#define INDENT_MAX 12

/* What would move a terminal's cursor is not written. */
static void put_words(struct buffer *out, struct str text)
{
    for (size_t at = 0; at < text.bytes;) {
        uint32_t c = utf8_next(text, &at);
        if ((c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0)) || c == '\t')
            buffer_put_utf8(out, c);
    }
}

static void put_lines(struct buffer *out, struct str text, size_t depth)
{
    struct str line, rest = text;
    bool more = true;

    while (more) {
        more = str_cut(rest, '\n', &line, &rest);
        for (size_t i = 0; line.bytes > 0 && i < depth && i < INDENT_MAX; i++)
            buffer_put_cstr(out, "    ");
        put_words(out, line);
        buffer_put_char(out, '\n');
    }
}

static void put_title(struct buffer *out, struct str title, char under)
{
    size_t from = out->bytes;

    put_words(out, title);
    size_t chars = utf8_chars((struct str){ out->at + from, out->bytes - from });
    buffer_put_char(out, '\n');
    for (size_t i = 0; i < chars && i < 78; i++)
        buffer_put_char(out, under);
    buffer_put_cstr(out, "\n\n");
}

static void heading(struct buffer *out, const struct notes_file *file, const struct document *doc)
{
    put_title(out, note_title(doc), '=');
    for (size_t i = 0; doc && i < doc->uri_count; i++)
        put_lines(out, doc->uris[i], 0);
    if (doc && doc->kind == DOCUMENT_TEXT) {
        note_put_document(out, file->base_url, doc->id);
        buffer_put_char(out, '\n');
    }
    buffer_put_char(out, '\n');
}

static void put_byline(struct buffer *out, const struct note *note, const struct note_words *words)
{
    struct buffer line = { 0 };

    if (note->it->is_deleted) {
        buffer_put_cstr(&line, "(deleted)");
    } else {
        buffer_put(&line, note->it->author.display_name);
        if (!str_eq(words->kind, STR("comment"))) {
            buffer_put_cstr(&line, ", ");
            buffer_put(&line, words->kind);
        }
    }
    buffer_put_cstr(&line, ", ");
    note_put_time(&line, note->it->created_us);
    if (note->it->is_private)
        buffer_put_cstr(&line, note->it->is_draft ? ", draft" : ", private");
    for (size_t i = 0; i < json_array_size(words->tags); i++) {
        buffer_put_cstr(&line, i == 0 ? " [" : ", ");
        buffer_put(&line, note_tag(words->tags, i));
    }
    if (json_array_size(words->tags) > 0)
        buffer_put_char(&line, ']');
    put_lines(out, buffer_text(&line), note->depth);
    buffer_drop(&line);
}

/* What is suggested for the passage above, and what has become of it. */
static void put_suggestion(struct buffer *out, const struct suggestion *it, size_t depth)
{
    struct buffer lines = { 0 };

    buffer_put_char(&lines, '\n');
    if (it->replacement.bytes == 0) {
        buffer_put_cstr(&lines, "Take it out.");
    } else {
        buffer_put_cstr(&lines, "Instead: \xe2\x80\x9c");
        buffer_put(&lines, it->replacement);
        buffer_put_cstr(&lines, "\xe2\x80\x9d");
    }
    if (!str_eq(it->state, STR("open"))) {
        buffer_put_cstr(&lines, "\n(");
        buffer_put(&lines, it->state);
        buffer_put_cstr(&lines, str_given(it->reason) ? ": " : "");
        buffer_put(&lines, it->reason);
        buffer_put_char(&lines, ')');
    }
    put_lines(out, buffer_text(&lines), depth);
    buffer_drop(&lines);
}

static void put_note(struct buffer *out, struct notes_file *file, const struct document *doc,
    const struct note *note)
{
    const char *between = note_heading(file, doc, note);
    struct note_words words = note_words(note->it);

    if (between)
        put_title(out, str_from(between), '-');
    if (str_given(words.exact)) {
        struct buffer quote = { 0 };
        buffer_put_cstr(&quote, "\xe2\x80\x9c");
        buffer_put(&quote, words.exact);
        buffer_put_cstr(&quote, "\xe2\x80\x9d");
        put_lines(out, buffer_text(&quote), note->depth);
        buffer_drop(&quote);
    }
    put_byline(out, note, &words);
    if (note->it->suggestion)
        put_suggestion(out, note->it->suggestion, note->depth);
    if (words.body.bytes > 0) {
        buffer_put_char(out, '\n');
        put_lines(out, words.body, note->depth);
    }
    buffer_put_char(out, '\n');
    note_words_drop(&words);
}

static void end(struct buffer *out, const struct notes_file *file)
{
    if (file->count == 0)
        buffer_put_cstr(out, "Nothing said yet.\n");
}

const struct notes_format notes_plain = { "txt", "text/plain; charset=utf-8", NULL, heading,
    put_note, end };
