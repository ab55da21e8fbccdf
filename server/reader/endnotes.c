#include "reader/endnotes.h"

#include "reader/page.h"

#include <jansson.h>
#include <stdlib.h>

static int place_of(const struct annotation *a)
{
    return a->anchor.is_placed && !a->anchor.is_gone ? a->anchor.start_chars : -1;
}

/* In the order of the text, then of time. */
static int by_place(const void *left, const void *right)
{
    const struct annotation *a = *(const struct annotation *const *)left;
    const struct annotation *b = *(const struct annotation *const *)right;

    if (place_of(a) != place_of(b))
        return place_of(a) < place_of(b) ? -1 : 1;
    if (a->created_us != b->created_us)
        return a->created_us < b->created_us ? -1 : 1;
    return uuid_order(a->id, b->id);
}

static const struct annotation **sorted(struct arena *arena, const struct annotation_list *list)
{
    const struct annotation **order = arena_array(arena, const struct annotation *, list->count);

    for (size_t i = 0; i < list->count; i++)
        order[i] = &list->at[i];
    qsort(order, list->count, sizeof *order, by_place);
    return order;
}

static struct str text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? (struct str){ text, json_string_length(json_object_get(object, key)) } : STR_NONE;
}

static void put_words(struct buffer *out, const json_t *shown)
{
    struct str quote = text_of(json_object_get(shown, "quote"), "exact");

    if (str_given(quote))
        HTML(out, "<blockquote dir=\"auto\">{}</blockquote>", quote);
    if (str_given(text_of(shown, "body_html"))) {
        buffer_put_cstr(out, "<div class=\"body\" dir=\"auto\">");
        html_safe(out, text_of(shown, "body_html")); /* body_html() of formats/text.h wrote it */
        buffer_put_cstr(out, "</div>");
    }
}

static void put_note(struct buffer *out, struct arena *arena, const struct annotation *a)
{
    struct str members = arena_printf(arena, "{%.*s}", STR_ARG(a->shown));
    json_t *shown = a->is_deleted ? NULL : json_loadb(members.at, members.bytes, 0, NULL);

    HTML(out, "<li id=\"{}\"><p class=\"by\"><span dir=\"auto\">{}</span> · {} · ",
        typeid_write(arena, "ann", a->id),
        a->is_deleted ? STR("deleted by its author") : a->author_display_name,
        a->is_private ? STR("only me") : text_of(shown, "kind"));
    html_time(out, a->created_us);
    buffer_put_cstr(out, "</p>");
    put_words(out, shown);
    json_decref(shown);
}

static void put_replies(struct buffer *out, struct arena *arena, const struct annotation **order,
    size_t count, struct uuid thread)
{
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        if (uuid_is_nil(order[i]->parent) || !uuid_eq(order[i]->thread, thread))
            continue;
        buffer_put_cstr(out, any ? "" : "<ol>\n");
        any = true;
        put_note(out, arena, order[i]);
        buffer_put_cstr(out, "</li>\n");
    }
    buffer_put_cstr(out, any ? "</ol>" : "");
}

void html_endnotes(struct buffer *out, struct arena *arena, const struct annotation_list *list)
{
    const struct annotation **order = sorted(arena, list);

    buffer_put_cstr(
        out, "<section class=\"endnotes\" aria-label=\"Notes\">\n<h2>Notes</h2>\n<ol>\n");
    for (size_t i = 0; i < list->count; i++) {
        if (!uuid_is_nil(order[i]->parent))
            continue;
        put_note(out, arena, order[i]);
        if (order[i]->replies > 0)
            put_replies(out, arena, order, list->count, order[i]->id);
        buffer_put_cstr(out, "</li>\n");
    }
    buffer_put_cstr(out, "</ol>\n");
    if (list->count == 0)
        buffer_put_cstr(out, "<p>None yet.</p>\n");
    if (list->more)
        buffer_put_cstr(out, "<p>There are older ones, which take scripts to see.</p>\n");
    buffer_put_cstr(out, "</section>\n");
}
