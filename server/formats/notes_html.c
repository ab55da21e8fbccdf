/* Notes as one page that needs nothing else: no script, nothing fetched. */
#include "formats/html.h"
#include "formats/notes_file.h"

#define DEPTH_MAX 12

static void begin(struct buffer *out, const struct notes_file *file, const struct document *doc)
{
    buffer_put_cstr(out, "<!doctype html>\n<html");
    if (doc && str_given(doc->language)) {
        buffer_put_cstr(out, " lang=\"");
        html_text(out, doc->language);
        buffer_put_char(out, '"');
    }
    buffer_put_cstr(out,
        ">\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n"
        "<meta http-equiv=\"Content-Security-Policy\""
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>");
    html_text(out, file->title);
    buffer_put_cstr(out,
        "</title>\n<style>\n"
        "body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 serif; }\n"
        "article { margin: 1.5rem 0; overflow-wrap: anywhere; }\n"
        ".reply { border-inline-start: 2px solid #999; padding-inline-start: 1rem; }\n"
        "blockquote { margin: 0 0 .5rem; padding-inline-start: 1rem;"
        " border-inline-start: 4px solid #c90; white-space: pre-wrap; }\n"
        ".by { color: #555; font: .875rem sans-serif; }\n"
        "</style>\n");
}

static void heading(struct buffer *out, const struct notes_file *file, const struct document *doc)
{
    buffer_put_cstr(out, "<h1>");
    html_text(out, note_title(doc));
    buffer_put_cstr(out, "</h1>\n");
    if (doc && doc->kind == DOCUMENT_TEXT) {
        struct buffer url = { 0 };
        note_put_document(&url, file->base_url, doc->id);
        buffer_put_cstr(out, "<p class=\"by\"><a href=\"");
        html_text(out, buffer_text(&url));
        buffer_put_cstr(out, "\">");
        html_text(out, buffer_text(&url));
        buffer_put_cstr(out, "</a></p>\n");
        buffer_drop(&url);
    }
    for (size_t i = 0; doc && i < doc->uri_count; i++) {
        buffer_put_cstr(out, "<p class=\"by\">");
        html_text(out, doc->uris[i]);
        buffer_put_cstr(out, "</p>\n");
    }
}

static void put_byline(struct buffer *out, struct str base_url, const struct note *note,
    const struct note_words *words)
{
    const struct annotation *it = note->it;
    struct buffer url = { 0 };

    buffer_put_cstr(out, "<p class=\"by\">");
    if (it->is_deleted) {
        buffer_put_cstr(out, "<i>deleted</i>");
    } else {
        buffer_put_cstr(out, "<b>");
        html_text(out, it->author.display_name);
        buffer_put_cstr(out, "</b>");
        if (!str_eq(words->kind, STR("comment"))) {
            buffer_put_cstr(out, " · ");
            html_text(out, words->kind);
        }
    }
    buffer_put_cstr(out, " · ");
    note_put_time(out, it->created_us);
    if (it->is_private)
        buffer_put_cstr(out, it->is_draft ? " · draft" : " · private");
    for (size_t i = 0; i < json_array_size(words->tags); i++) {
        buffer_put_cstr(out, i == 0 ? " · " : ", ");
        html_text(out, note_tag(words->tags, i));
    }
    note_put_address(&url, base_url, it);
    buffer_put_cstr(out, " · <a href=\"");
    html_text(out, buffer_text(&url));
    buffer_put_cstr(out, "\">link</a></p>\n");
    buffer_drop(&url);
}

/* What is suggested for the passage above, and what has become of it. */
static void put_suggestion(struct buffer *out, const struct suggestion *it)
{
    if (it->replacement.bytes == 0) {
        buffer_put_cstr(out, "<p>Take it out.</p>\n");
    } else {
        buffer_put_cstr(out, "<p>Instead:</p>\n<blockquote><ins>");
        html_text(out, it->replacement);
        buffer_put_cstr(out, "</ins></blockquote>\n");
    }
    if (str_eq(it->state, STR("open")))
        return;
    buffer_put_cstr(out, "<p class=\"by\">");
    html_text(out, it->state);
    buffer_put_cstr(out, str_given(it->reason) ? ": " : "");
    html_text(out, it->reason);
    buffer_put_cstr(out, "</p>\n");
}

/* Replies stand in by their depth: each is an element of its own, so that a page that is cut is
 * still one. The body's HTML was made by ourselves when it was written. */
static void put_note(struct buffer *out, struct notes_file *file, const struct document *doc,
    const struct note *note)
{
    const char *between = note_heading(file, doc, note);
    struct note_words words = note_words(note->it);
    size_t depth = note->depth < DEPTH_MAX ? note->depth : DEPTH_MAX;

    if (between) {
        buffer_put_cstr(out, "<h2>");
        html_text(out, str_from(between));
        buffer_put_cstr(out, "</h2>\n");
    }
    buffer_put_cstr(
        out, depth > 0 ? "<article class=\"reply\" style=\"margin-inline-start: " : "<article");
    if (depth > 0) {
        buffer_put_number(out, depth * 3 / 2);
        buffer_put_cstr(out, "rem\"");
    }
    buffer_put_cstr(out, " id=\"");
    note_put_id(out, "ann", note->it->id);
    buffer_put_cstr(out, "\">\n");
    if (str_given(words.exact)) {
        buffer_put_cstr(out, "<blockquote>");
        html_text(out, words.exact);
        buffer_put_cstr(out, "</blockquote>\n");
    }
    put_byline(out, file->base_url, note, &words);
    if (note->it->suggestion)
        put_suggestion(out, note->it->suggestion);
    if (str_given(words.body_html))
        buffer_put(out, words.body_html);
    buffer_put_cstr(out, "</article>\n");
    note_words_drop(&words);
}

static void end(struct buffer *out, const struct notes_file *file)
{
    if (file->count == 0)
        buffer_put_cstr(out, "<p>Nothing said yet.</p>\n");
    buffer_put_cstr(out, "</html>\n");
}

const struct notes_format notes_html = { "html", "text/html; charset=utf-8", begin, heading,
    put_note, end };
