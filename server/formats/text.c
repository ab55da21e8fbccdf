#include "formats/text.h"

#include "base/writer.h"
#include "base/utf8.h"
#include "formats/charset.h"
#include "formats/html.h"
#include "formats/markdown.h"
#include "formats/plain.h"

#include <string.h>
#include <unicode/uchar.h>

#define TITLE_MAX_CHARS 200

/* Something that leaves a mark, not white space or what only joins, parts or turns. */
static bool has_visible(struct str text)
{
    for (size_t i = 0; i < text.bytes;) {
        UChar32 c = (UChar32)utf8_next(text, &i);
        if (!u_isUWhiteSpace(c) && !u_iscntrl(c) && u_charType(c) != U_FORMAT_CHAR)
            return true;
    }
    return false;
}

/* A heading on one line. */
static struct str heading_text(struct arena *arena, struct str canonical, const struct heading *h)
{
    struct str text = str_trim(str_slice(canonical, h->from_byte, h->to_byte));
    if (!memchr(text.at, '\n', text.bytes))
        return text;
    char *line = arena_alloc(arena, text.bytes + 1);
    for (size_t i = 0; i < text.bytes; i++)
        line[i] = text.at[i] == '\n' ? ' ' : text.at[i];
    return (struct str){ line, text.bytes };
}

static struct str write_toc(struct arena *arena, struct str canonical, const struct markdown *md)
{
    struct writer toc;
    writer_start(&toc);
    writer_array(&toc);
    for (size_t i = 0; i < md->heading_count; i++) {
        writer_object(&toc);
        writer_key_int(&toc, "level", md->headings[i].level);
        writer_key_text(&toc, "text", heading_text(arena, canonical, &md->headings[i]));
        writer_key_int(&toc, "start", (int64_t)md->headings[i].start_chars);
        writer_object_end(&toc);
    }
    writer_array_end(&toc);
    return writer_finish(&toc, arena);
}

static void prepare_markdown(
    struct arena *arena, const struct decoded *decoded, struct text_prepared *out)
{
    struct markdown md = { 0 };
    struct map_runs through = { 0 };

    markdown_render(decoded->text, MARKDOWN_TEXT, &md);
    out->canonical = buffer_finish(&md.canonical, arena);
    out->chars = md.chars;
    out->html = buffer_finish(&md.html, arena);
    out->toc = write_toc(arena, out->canonical, &md);
    if (md.heading_count > 0)
        out->title =
            utf8_head(heading_text(arena, out->canonical, &md.headings[0]), TITLE_MAX_CHARS);
    for (size_t i = 0; i < md.runs.count; i++)
        map_add_through(&through, decoded->same ? NULL : &decoded->runs, md.runs.at[i]);
    out->map = map_write(arena, &through);
    map_drop(&through);
    markdown_drop(&md);
}

static void prepare_plain(
    struct arena *arena, const struct decoded *decoded, struct text_prepared *out)
{
    struct map_runs whole = { 0 };

    out->canonical = arena_dup(arena, decoded->text);
    out->chars = utf8_chars(decoded->text);
    out->html = plain_html(arena, decoded->text);
    out->toc = STR("[]");
    map_add(&whole, (struct map_run){ 0, 0, decoded->text.bytes, 1, 1 });
    out->map = map_write(arena, decoded->same ? &whole : &decoded->runs);
    map_drop(&whole);
}

enum text_fault text_prepare(struct arena *arena, enum text_format format, struct str source,
    struct str charset, struct text_prepared *out)
{
    struct decoded decoded;

    *out = (struct text_prepared){ 0 };
    if (source.bytes > TEXT_SOURCE_MAX_BYTES)
        return TEXT_TOO_LARGE;
    enum text_fault fault = charset_decode(arena, source, charset, &decoded);
    if (fault != TEXT_OK) {
        out->fault_byte = decoded.fault_byte;
        return fault;
    }
    out->charset = decoded.charset;
    if (format == TEXT_MARKDOWN)
        prepare_markdown(arena, &decoded, out);
    else
        prepare_plain(arena, &decoded, out);
    map_drop(&decoded.runs);
    if (has_visible(out->canonical))
        return TEXT_OK;
    *out = (struct text_prepared){ 0 };
    return TEXT_EMPTY;
}

struct str body_html(struct arena *arena, struct str markdown)
{
    struct markdown md = { 0 };
    markdown_render(markdown, MARKDOWN_BODY, &md);
    struct str html = buffer_finish(&md.html, arena);
    markdown_drop(&md);
    return html;
}
