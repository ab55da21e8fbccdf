#include "formats/notes_file.h"

#include "base/clock.h"

static struct str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value)
        ? (struct str){ json_string_value(value), json_string_length(value) }
        : STR_NONE;
}

struct note_words note_words(const struct annotation *it)
{
    struct buffer text = { 0 };

    buffer_put_char(&text, '{');
    buffer_put(&text, it->shown);
    buffer_put_char(&text, '}');
    json_t *shown = json_loadb(text.at, text.bytes, 0, NULL);
    buffer_drop(&text);

    const json_t *quote = json_object_get(shown, "quote");
    return (struct note_words){ .shown = shown,
        .kind = member(shown, "kind"),
        .body = member(shown, "body"),
        .body_html = member(shown, "body_html"),
        .exact = member(quote, "exact"),
        .prefix = member(quote, "prefix"),
        .suffix = member(quote, "suffix"),
        .tags = json_object_get(shown, "tags"),
        .selectors = json_object_get(shown, "selectors") };
}

void note_words_drop(struct note_words *words)
{
    json_decref(words->shown);
}

struct str note_tag(const json_t *tags, size_t index)
{
    const json_t *tag = json_array_get(tags, index);
    return (struct str){ json_string_value(tag), json_string_length(tag) };
}

struct str note_title(const struct document *doc)
{
    if (!doc)
        return STR("A text that you can no longer read");
    if (str_given(doc->title))
        return doc->title;
    return doc->uri_count > 0 ? doc->uris[0] : STR("Untitled");
}

void note_put_id(struct buffer *out, const char *prefix, struct uuid id)
{
    struct arena *scratch = arena_make();
    buffer_put(out, typeid_write(scratch, prefix, id));
    arena_free(scratch);
}

void note_put_address(struct buffer *out, struct str base_url, const struct annotation *it)
{
    buffer_put(out, base_url);
    buffer_put_cstr(out, "/n/");
    note_put_id(out, "ann", it->id);
}

void note_put_document(struct buffer *out, struct str base_url, struct uuid id)
{
    buffer_put(out, base_url);
    buffer_put_cstr(out, "/d/");
    note_put_id(out, "doc", id);
}

void note_put_time(struct buffer *out, int64_t us)
{
    char text[TIME_TEXT_BYTES + 1];

    time_format(us, text);
    text[10] = ' ';
    buffer_put(out, (struct str){ text, 16 });
    buffer_put_cstr(out, " UTC");
}

const char *note_heading(
    struct notes_file *file, const struct document *doc, const struct note *note)
{
    static const char *const headings[] = { [NOTE_ON_ALL] = "On the whole text",
        [NOTE_ON_GONE] = "On passages that are gone",
        [NOTE_REPLY] = "Replies" };
    enum note_place place = note_place(note->it);

    if (note->depth > 0 || place == file->place)
        return NULL;
    file->place = place;
    return doc && doc->kind == DOCUMENT_PAGE ? NULL : headings[place];
}
