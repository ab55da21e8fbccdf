#include "formats/notes_markdown.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <jansson.h>
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

/* "2026-03-01 09:30 UTC" */
static void put_time(struct buffer *out, int64_t us)
{
    char text[TIME_TEXT_BYTES + 1];

    time_format(us, text);
    text[10] = ' ';
    buffer_put(out, (struct str){ text, 16 });
    buffer_put_cstr(out, " UTC");
}

/* -- a document -------------------------------------------------------------------------------- */

static struct str title_of(const struct document *doc)
{
    if (!doc)
        return STR("A text that you can no longer read");
    if (str_given(doc->title))
        return doc->title;
    return doc->uri_count > 0 ? doc->uris[0] : STR("Untitled");
}

static void put_id(struct buffer *out, const char *prefix, struct uuid id)
{
    struct arena *scratch = arena_make();
    buffer_put(out, typeid_write(scratch, prefix, id));
    arena_free(scratch);
}

static void put_address(struct buffer *out, struct str base_url, const struct document *doc)
{
    buffer_put(out, base_url);
    buffer_put_cstr(out, "/d/");
    put_id(out, "doc", doc->id);
}

void notes_front_matter(struct buffer *out, struct str base_url, const struct document *doc,
    size_t count, int64_t now_us)
{
    buffer_put_cstr(out, "---\n");
    put_scalar(out, "title: ", title_of(doc));
    if (doc->kind == DOCUMENT_TEXT) {
        buffer_put_cstr(out, "source: ");
        put_address(out, base_url, doc);
        buffer_put_char(out, '\n');
    }
    if (doc->uri_count > 0)
        buffer_put_cstr(out, "uris:\n");
    for (size_t i = 0; i < doc->uri_count; i++)
        put_scalar(out, "  - ", doc->uris[i]);
    if (str_given(doc->language))
        put_scalar(out, "language: ", doc->language);
    buffer_put_cstr(out, "annotations: ");
    buffer_put_number(out, count);
    buffer_put_cstr(out, "\nexported: ");
    char text[TIME_TEXT_BYTES + 1];
    time_format(now_us, text);
    buffer_put_cstr(out, text);
    buffer_put_cstr(out, "\n---\n\n");
}

void notes_heading(struct buffer *out, const struct document *doc)
{
    buffer_put_cstr(out, "# ");
    put_text(out, title_of(doc));
    buffer_put_cstr(out, "\n\n");
}

void notes_source(struct buffer *out, struct str base_url, const struct document *doc)
{
    if (!doc || doc->kind != DOCUMENT_TEXT)
        return;
    buffer_put_char(out, '<');
    put_address(out, base_url, doc);
    buffer_put_cstr(out, ">\n\n");
}

/* -- a note ------------------------------------------------------------------------------------ */

static struct str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value)
        ? (struct str){ json_string_value(value), json_string_length(value) }
        : STR_NONE;
}

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
    size_t index;
    json_t *tag;

    json_array_foreach(tags, index, tag)
    {
        struct str text = { json_string_value(tag), json_string_length(tag) };
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
static void put_byline(
    struct buffer *out, struct str base_url, const struct note *note, const json_t *shown)
{
    const struct annotation *it = note->it;
    struct str kind = member(shown, "kind");

    if (note->depth > 0) {
        put_indent(out, note->depth - 1);
        buffer_put_cstr(out, "- ");
    }
    if (it->is_deleted) {
        buffer_put_cstr(out, "*deleted*");
    } else {
        buffer_put_cstr(out, "**");
        put_text(out, it->author_display_name);
        buffer_put_cstr(out, "**");
    }
    if (!it->is_deleted && !str_eq(kind, STR("comment"))) {
        buffer_put_cstr(out, " · ");
        put_text(out, kind);
    }
    buffer_put_cstr(out, " · ");
    put_time(out, it->created_us);
    if (it->is_private)
        buffer_put_cstr(out, " · private");
    if (it->is_draft)
        buffer_put_cstr(out, " · draft");
    put_tags(out, json_object_get(shown, "tags"));
    buffer_put_cstr(out, " · [link](");
    buffer_put(out, base_url);
    buffer_put_cstr(out, "/n/");
    put_id(out, "ann", it->id);
    buffer_put_cstr(out, ")\n");
}

/* The members are complete JSON values that the server has made. */
static json_t *parse_shown(struct str shown)
{
    struct buffer text = { 0 };

    buffer_put_char(&text, '{');
    buffer_put(&text, shown);
    buffer_put_char(&text, '}');
    json_t *json = json_loadb(text.at, text.bytes, 0, NULL);
    buffer_drop(&text);
    return json;
}

static void put_note(struct buffer *out, struct str base_url, const struct note *note)
{
    json_t *shown = parse_shown(note->it->shown);
    struct str exact = member(json_object_get(shown, "quote"), "exact");
    struct str body = member(shown, "body");

    if (str_given(exact)) {
        put_lines(out, exact, note->depth, "> ", false);
        buffer_put_char(out, '\n');
    }
    put_byline(out, base_url, note, shown);
    buffer_put_char(out, '\n');
    if (body.bytes > 0) {
        put_lines(out, body, note->depth, "", true);
        buffer_put_char(out, '\n');
    }
    json_decref(shown);
}

static const char *heading_before(const struct note *previous, const struct note *note)
{
    static const char *const headings[] = { [NOTE_ON_ALL] = "## On the whole text\n\n",
        [NOTE_ON_GONE] = "## On passages that are gone\n\n",
        [NOTE_REPLY] = "## Replies\n\n" };
    enum note_place place = note_place(note->it);

    if (note->depth > 0 || (previous && note_place(previous->it) == place))
        return NULL;
    return headings[place];
}

void notes_write(struct buffer *out, struct str base_url, const struct document *doc,
    const struct note *notes, size_t count)
{
    bool is_page = doc && doc->kind == DOCUMENT_PAGE;
    const struct note *root = NULL;

    for (size_t i = 0; i < count; i++) {
        const char *heading = is_page ? NULL : heading_before(root, &notes[i]);
        if (heading)
            buffer_put_cstr(out, heading);
        if (notes[i].depth == 0)
            root = &notes[i];
        put_note(out, base_url, &notes[i]);
    }
}
