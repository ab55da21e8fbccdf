/* Notes as a table: RFC 4180, in UTF-8, with a row of names. A cell that a spreadsheet would take
 * for a formula gets an apostrophe before it. */
#include "base/clock.h"
#include "formats/notes_file.h"

#include <string.h>

static void begin(struct buffer *out, const struct notes_file *file, const struct document *doc)
{
    (void)file;
    (void)doc;
    buffer_put_cstr(out,
        "id,document,title,group,visibility,author,author_name,kind,quote,prefix,suffix,body,tags,"
        "start,end,state,parent,thread,replies,status,draft,deleted,created_at,updated_at,"
        "link,replacement,decision,reason\r\n");
}

/* Besides the four signs, what some programs skip before they look for one, and the signs as wide
 * as an ideograph, which some take for the same. */
static bool is_formula(struct str text)
{
    static const char *const wide[] = { "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20" };

    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (str_starts(text, str_from(wide[i])))
            return true;
    return text.bytes > 0 && text.at[0] && strchr("=+-@\t\r\n", text.at[0]);
}

static void put_cell(struct buffer *out, struct str text)
{
    bool needs_quotes = is_formula(text);

    for (size_t i = 0; i < text.bytes; i++)
        needs_quotes = needs_quotes || strchr("\",\r\n", text.at[i]);
    if (needs_quotes)
        buffer_put_char(out, '"');
    if (is_formula(text))
        buffer_put_char(out, '\'');
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.at[i] == '"')
            buffer_put_char(out, '"');
        buffer_put_char(out, text.at[i]);
    }
    if (needs_quotes)
        buffer_put_char(out, '"');
}

static void put_text(struct buffer *out, struct str text)
{
    buffer_put_char(out, ',');
    put_cell(out, text);
}

static void put_id(struct buffer *out, const char *prefix, struct uuid id)
{
    buffer_put_char(out, ',');
    if (!uuid_is_nil(id))
        note_put_id(out, prefix, id);
}

static void put_number(struct buffer *out, bool given, int32_t number)
{
    buffer_put_char(out, ',');
    if (given)
        buffer_put_number(out, (size_t)number);
}

static void put_flag(struct buffer *out, bool flag)
{
    buffer_put_cstr(out, flag ? ",true" : ",false");
}

static void put_time(struct buffer *out, int64_t us)
{
    char text[TIME_TEXT_BYTES + 1];

    time_format(us, text);
    put_text(out, str_from(text));
}

/* One cell: tags behind one another, a semicolon between. */
static void put_tags(struct buffer *out, const json_t *tags)
{
    struct buffer cell = { 0 };

    for (size_t i = 0; i < json_array_size(tags); i++) {
        if (i > 0)
            buffer_put_char(&cell, ';');
        buffer_put(&cell, note_tag(tags, i));
    }
    put_text(out, buffer_text(&cell));
    buffer_drop(&cell);
}

static void put_place(struct buffer *out, const struct anchor *anchor)
{
    bool has_range = anchor->is_placed && !anchor->is_gone;

    put_number(out, has_range, anchor->start_chars);
    put_number(out, has_range, anchor->end_chars);
    put_text(out, anchor->is_placed ? anchor->state : STR_NONE);
}

static void put_note(struct buffer *out, struct notes_file *file, const struct document *doc,
    const struct note *note)
{
    const struct annotation *it = note->it;
    struct note_words words = note_words(it);

    note_put_id(out, "ann", it->id);
    put_id(out, "doc", it->document);
    put_text(out, doc ? note_title(doc) : STR_NONE);
    put_id(out, "grp", it->group);
    put_text(out, it->is_private && !it->is_draft ? STR("private") : STR("group"));
    put_text(out, it->is_deleted ? STR_NONE : it->author.name);
    put_text(out, it->is_deleted ? STR_NONE : it->author.display_name);
    put_text(out, words.kind);
    put_text(out, words.exact);
    put_text(out, words.prefix);
    put_text(out, words.suffix);
    put_text(out, words.body);
    put_tags(out, words.tags);
    put_place(out, &it->anchor);
    put_id(out, "ann", it->parent);
    put_id(out, "ann", it->thread);
    put_number(out, true, it->replies);
    put_text(out, it->status);
    put_flag(out, it->is_draft);
    put_flag(out, it->is_deleted);
    put_time(out, it->created_us);
    put_time(out, it->updated_us);
    buffer_put_char(out, ',');
    note_put_address(out, file->base_url, it);
    put_text(out, it->suggestion ? it->suggestion->replacement : STR_NONE);
    put_text(out, it->suggestion ? it->suggestion->state : STR_NONE);
    put_text(out, it->suggestion ? it->suggestion->reason : STR_NONE);
    buffer_put_cstr(out, "\r\n");
    note_words_drop(&words);
}

const struct notes_format notes_csv = { "csv", "text/csv; charset=utf-8; header=present", begin,
    NULL, put_note, NULL };
