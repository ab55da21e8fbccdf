#include "formats/markdown.h"

#include "base/utf8.h"
#include "formats/bare_link.h"
#include "formats/entities.h"
#include "formats/html.h"
#include "formats/tame.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NESTING_MAX 48 /* browsers stop at 512 open elements; no reader follows even these */
#define LANGUAGE_MAX_BYTES 32
#define REPLACEMENT_CHARACTER 0xFFFD
#define AT_NOWHERE SIZE_MAX

/* A leaf is a block that holds text itself. Stamps are on leaves, so they never lie in each other.
 */
enum leaf { LEAF_NONE, LEAF_OPEN, LEAF_LINE };

struct renderer {
    struct markdown *out;
    enum markdown_use use;
    struct str source;  /* what the reader's text is taken from */
    const char *parsed; /* what md4c was given: a tamed copy of it */

    enum leaf leaf;
    unsigned nesting;           /* open blocks that hold blocks */
    bool in_code, newline_held; /* of a code block, whose last newline nobody sees */
    char separator;             /* owed to the canonical text before its next character */
    size_t source_at;           /* where in the source the last text ended */
    size_t cells, link_bytes;

    unsigned spans, deeper_spans, links;
    struct {
        MD_SPANTYPE type;
        const char *closing; /* the tag that ends it; NULL: it has none */
    } open[NESTING_MAX];
};

static void tag(struct renderer *r, const char *text)
{
    buffer_put_cstr(&r->out->html, text);
}

/* -- canonical text ------------------------------------------------------------------------------
 */

static void owe(struct renderer *r, char separator)
{
    if (r->out->canonical.bytes > 0 && r->separator != '\n')
        r->separator = separator;
}

/* Text that the reader sees, made from source_bytes bytes of the source at `at` (or AT_NOWHERE). */
static void put(struct renderer *r, struct str text, size_t at, size_t source_bytes)
{
    struct markdown *out = r->out;
    html_text(&out->html, text);
    if (r->use != MARKDOWN_TEXT || text.bytes == 0)
        return;
    if (r->separator) {
        buffer_put_char(&out->canonical, r->separator);
        out->chars++;
        r->separator = 0;
    }
    if (at != AT_NOWHERE) {
        struct map_run run = { out->canonical.bytes, at, 1, (uint16_t)text.bytes,
            (uint16_t)source_bytes };
        if (text.bytes == source_bytes && memcmp(text.at, r->source.at + at, text.bytes) == 0)
            run = (struct map_run){ out->canonical.bytes, at, text.bytes, 1, 1 };
        map_add(&out->runs, run);
        r->source_at = at + source_bytes;
    }
    buffer_put(&out->canonical, text);
    out->chars += utf8_chars(text);
}

/* The source's text behind what md4c passes, which stands in the tamed copy or (where it made the
 * text itself) nowhere. */
static size_t source_offset(const struct renderer *r, const char *text, size_t bytes)
{
    uintptr_t start = (uintptr_t)r->parsed, at = (uintptr_t)text;
    return at >= start && at - start <= r->source.bytes && bytes <= r->source.bytes - (at - start)
        ? at - start
        : AT_NOWHERE;
}

static size_t skip_blanks(struct str s, size_t i)
{
    while (i < s.bytes && (s.at[i] == ' ' || s.at[i] == '\t'))
        i++;
    return i;
}

/* A line's end, which md4c reports without its place: after the last text, the blanks there and
 * perhaps a backslash. In code the blanks after it are text. */
static void put_line_end(struct renderer *r, struct str text)
{
    size_t at = r->source_at, i = skip_blanks(r->source, at);
    if (!r->in_code && i < r->source.bytes && r->source.at[i] == '\\')
        i++;
    bool found = i < r->source.bytes && r->source.at[i] == '\n';
    i = r->in_code ? i + 1 : skip_blanks(r->source, i + 1);
    put(r, text, found && i - at <= UINT16_MAX ? at : AT_NOWHERE, i - at);
}

/* -- blocks --------------------------------------------------------------------------------------
 */

static void stamp(struct renderer *r)
{
    if (r->use != MARKDOWN_TEXT)
        return;
    tag(r, " data-o=\"");
    buffer_put_number(&r->out->html, r->out->chars + (r->separator ? 1 : 0));
    tag(r, "\" dir=\"auto\"");
}

/* `name` is a tag's start without its end: `<p`. */
static void open_leaf(struct renderer *r, const char *name, char separator)
{
    owe(r, separator);
    tag(r, name);
    stamp(r);
    r->leaf = LEAF_OPEN;
}

/* Text straight in a tight list's item gets an element of its own to stamp. */
static void need_leaf(struct renderer *r)
{
    if (r->leaf != LEAF_NONE)
        return;
    owe(r, '\n');
    if (r->use == MARKDOWN_TEXT) {
        tag(r, "<div");
        stamp(r);
        tag(r, ">");
    }
    r->leaf = LEAF_LINE;
}

static void close_spans(struct renderer *r, unsigned keep)
{
    while (r->spans > keep) {
        r->spans--;
        if (r->open[r->spans].closing)
            tag(r, r->open[r->spans].closing);
        if (r->open[r->spans].type == MD_SPAN_A || r->open[r->spans].type == MD_SPAN_IMG)
            r->links--;
    }
}

static void end_text(struct renderer *r)
{
    close_spans(r, 0);
    r->deeper_spans = 0;
}

static void close_line(struct renderer *r)
{
    end_text(r);
    if (r->leaf != LEAF_LINE)
        return;
    if (r->use == MARKDOWN_TEXT)
        tag(r, "</div>\n");
    r->leaf = LEAF_NONE;
}

static void close_leaf(struct renderer *r, const char *closing)
{
    end_text(r);
    tag(r, closing);
    r->leaf = LEAF_NONE;
}

static void open_heading(struct renderer *r, unsigned level)
{
    struct markdown *out = r->out;
    if (r->use == MARKDOWN_BODY) { /* a comment's headings stand below the page's */
        open_leaf(r, ((const char *[]){ "<h4", "<h5", "<h6" })[level > 3 ? 2 : level - 1], '\n');
        tag(r, ">");
        return;
    }
    char name[] = "<h0";
    name[2] = (char)('0' + level);
    open_leaf(r, name, '\n');
    size_t start = out->chars + (r->separator ? 1 : 0);
    size_t from = out->canonical.bytes + (r->separator ? 1 : 0);
    tag(r, " id=\"h-");
    buffer_put_number(&out->html, start);
    tag(r, "\">");

    if (out->heading_count == out->heading_room) {
        out->heading_room = out->heading_room ? out->heading_room * 2 : 16;
        out->headings = mem_grow(out->headings, out->heading_room * sizeof *out->headings);
    }
    out->headings[out->heading_count++] = (struct heading){ level, start, from, from };
}

static void close_heading(struct renderer *r, unsigned level)
{
    struct markdown *out = r->out;
    if (r->use == MARKDOWN_BODY) {
        close_leaf(
            r, ((const char *[]){ "</h4>\n", "</h5>\n", "</h6>\n" })[level > 3 ? 2 : level - 1]);
        return;
    }
    char closing[] = "</h0>\n";
    closing[3] = (char)('0' + level);
    close_leaf(r, closing);
    struct heading *heading = &out->headings[out->heading_count - 1];
    if (out->canonical.bytes > heading->from_byte)
        heading->to_byte = out->canonical.bytes;
    else
        out->heading_count--; /* nothing to list */
}

static void open_code(struct renderer *r, const MD_BLOCK_CODE_DETAIL *detail)
{
    struct str language = { detail->lang.text, detail->lang.size };
    bool plain = language.bytes > 0 && language.bytes <= LANGUAGE_MAX_BYTES;
    for (size_t i = 0; plain && i < language.bytes; i++)
        plain = isalnum((unsigned char)language.at[i]) || memchr("+-#_.", language.at[i], 5);

    open_leaf(r, "<pre", '\n');
    tag(r, "><code");
    if (plain) {
        tag(r, " class=\"language-");
        html_text(&r->out->html, language);
        tag(r, "\"");
    }
    tag(r, ">"); /* between <pre> and the text: a newline right after <pre> would be lost */
    r->in_code = true;
    r->newline_held = false;
}

static void open_cell(struct renderer *r, const char *name, const MD_BLOCK_TD_DETAIL *detail)
{
    open_leaf(r, name, '\t');
    if (detail->align == MD_ALIGN_CENTER)
        tag(r, " class=\"center\"");
    if (detail->align == MD_ALIGN_RIGHT)
        tag(r, " class=\"right\"");
    tag(r, ">");
}

/* Blocks of blocks: past NESTING_MAX only their content is written. */
static void open_container(struct renderer *r, const char *name)
{
    if (r->nesting++ < NESTING_MAX)
        tag(r, name);
}

static void close_container(struct renderer *r, const char *closing)
{
    if (--r->nesting < NESTING_MAX)
        tag(r, closing);
}

static void open_ordered(struct renderer *r, const MD_BLOCK_OL_DETAIL *detail)
{
    if (detail->start != 1 && r->nesting < NESTING_MAX) {
        r->nesting++;
        tag(r, "<ol start=\"");
        buffer_put_number(&r->out->html, detail->start);
        tag(r, "\">\n");
    } else {
        open_container(r, "<ol>\n");
    }
}

static int on_enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct renderer *r = user;

    close_line(r);
    switch (type) {
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
        break;
    case MD_BLOCK_QUOTE:
        open_container(r, "<blockquote>\n");
        break;
    case MD_BLOCK_UL:
        open_container(r, "<ul>\n");
        break;
    case MD_BLOCK_OL:
        open_ordered(r, detail);
        break;
    case MD_BLOCK_LI:
        open_container(r, "<li>");
        break;
    case MD_BLOCK_HR:
        tag(r, "<hr>\n");
        break;
    case MD_BLOCK_H:
        open_heading(r, ((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_CODE:
        open_code(r, detail);
        break;
    case MD_BLOCK_P:
        open_leaf(r, "<p", '\n');
        tag(r, ">");
        break;
    case MD_BLOCK_TABLE:
        tag(r, "<div class=\"table\"><table>\n");
        break;
    case MD_BLOCK_THEAD:
        tag(r, "<thead>\n");
        break;
    case MD_BLOCK_TBODY:
        tag(r, "<tbody>\n");
        break;
    case MD_BLOCK_TR:
        owe(r, '\n');
        tag(r, "<tr>");
        break;
    case MD_BLOCK_TH:
        open_cell(r, "<th", detail);
        break;
    case MD_BLOCK_TD:
        if (++r->cells > CELLS_MAX)
            return -1; /* md4c goes on after other answers */
        open_cell(r, "<td", detail);
        break;
    }
    return 0;
}

static int on_leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct renderer *r = user;

    close_line(r);
    switch (type) {
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
    case MD_BLOCK_HR:
        break;
    case MD_BLOCK_QUOTE:
        close_container(r, "</blockquote>\n");
        break;
    case MD_BLOCK_UL:
        close_container(r, "</ul>\n");
        break;
    case MD_BLOCK_OL:
        close_container(r, "</ol>\n");
        break;
    case MD_BLOCK_LI:
        close_container(r, "</li>\n");
        break;
    case MD_BLOCK_H:
        close_heading(r, ((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_CODE:
        r->in_code = false;
        close_leaf(r, "</code></pre>\n");
        break;
    case MD_BLOCK_P:
        close_leaf(r, "</p>\n");
        break;
    case MD_BLOCK_TABLE:
        tag(r, "</table></div>\n");
        break;
    case MD_BLOCK_THEAD:
        tag(r, "</thead>\n");
        break;
    case MD_BLOCK_TBODY:
        tag(r, "</tbody>\n");
        break;
    case MD_BLOCK_TR:
        tag(r, "</tr>\n");
        break;
    case MD_BLOCK_TH:
        close_leaf(r, "</th>");
        break;
    case MD_BLOCK_TD:
        close_leaf(r, "</td>");
        break;
    }
    return 0;
}

/* -- character references ------------------------------------------------------------------------
 */

static uint32_t numeric_reference(struct str digits)
{
    uint32_t base = 10, c = 0;
    if (str_starts(digits, STR("x")) || str_starts(digits, STR("X"))) {
        base = 16;
        digits = str_slice(digits, 1, digits.bytes);
    }
    for (size_t i = 0; i < digits.bytes && c <= 0x10FFFF; i++) {
        int digit = digits.at[i];
        c = c * base + (uint32_t)(isdigit(digit) ? digit - '0' : tolower(digit) - 'a' + 10);
    }
    bool control = c < 0x20 && c != '\t' && c != '\n';
    if (control || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return REPLACEMENT_CHARACTER;
    return c;
}

/* The text that "&…;" stands for, made in `room`; the reference itself where there is no such name.
 */
static struct str reference_text(struct str reference, char room[4])
{
    struct str name = str_slice(reference, 1, reference.bytes - 1);
    if (str_starts(name, STR("#")))
        return (
            struct str){ room, utf8_put(room, numeric_reference(str_slice(name, 1, name.bytes))) };
    struct str text = entity_text(name);
    return str_given(text) ? text : reference;
}

/* A link's address with its character references replaced. */
static void put_attribute(struct buffer *out, const MD_ATTRIBUTE *attribute)
{
    char room[4];
    for (size_t i = 0; attribute->size > 0 && attribute->substr_offsets[i] < attribute->size; i++) {
        struct str part = str_slice((struct str){ attribute->text, attribute->size },
            attribute->substr_offsets[i], attribute->substr_offsets[i + 1]);
        if (attribute->substr_types[i] == MD_TEXT_ENTITY)
            part = reference_text(part, room);
        buffer_put(out, part);
    }
}

/* -- spans ---------------------------------------------------------------------------------------
 */

/* One address may be linked from everywhere by a short name, so what all links may add is bounded.
 */
static bool may_link(struct renderer *r, struct str url)
{
    if (r->links > 0 || !html_is_link(url))
        return false;
    r->link_bytes += url.bytes;
    return r->link_bytes <= (1u << 20) + 2 * r->source.bytes;
}

static bool open_anchor(struct renderer *r, const char *name, struct str url)
{
    if (!may_link(r, url))
        return false;
    tag(r, name);
    html_link_attributes(&r->out->html, url);
    tag(r, ">");
    return true;
}

static const char *open_link(struct renderer *r, const MD_ATTRIBUTE *address, bool image)
{
    struct buffer url = { 0 };
    const char *closing = image ? "</span>" : NULL;

    put_attribute(&url, address);
    if (open_anchor(r, image ? "<a class=\"image\"" : "<a", buffer_text(&url))) {
        closing = "</a>";
    } else if (image) {
        tag(r, "<span class=\"image\">");
    }
    buffer_drop(&url);
    r->links++; /* what is in it makes no link, whether or not this one did */
    return closing;
}

static const char *open_span(struct renderer *r, MD_SPANTYPE type, void *detail)
{
    switch (type) {
    case MD_SPAN_EM:
        tag(r, "<em>");
        return "</em>";
    case MD_SPAN_STRONG:
        tag(r, "<strong>");
        return "</strong>";
    case MD_SPAN_DEL:
        tag(r, "<del>");
        return "</del>";
    case MD_SPAN_CODE:
        tag(r, "<code>");
        return "</code>";
    case MD_SPAN_A:
        return open_link(r, &((MD_SPAN_A_DETAIL *)detail)->href, false);
    case MD_SPAN_IMG:
        return open_link(r, &((MD_SPAN_IMG_DETAIL *)detail)->src, true);
    default:
        return NULL;
    }
}

static int on_enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct renderer *r = user;

    need_leaf(r);
    if (r->spans == NESTING_MAX) {
        r->deeper_spans++;
        return 0;
    }
    r->open[r->spans].closing = open_span(r, type, detail);
    r->open[r->spans++].type = type;
    return 0;
}

/* Well formed whatever md4c answers: with links of its own it may end a span that it never began.
 */
static int on_leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct renderer *r = user;
    unsigned keep = r->spans;

    (void)detail;
    if (r->deeper_spans > 0) {
        r->deeper_spans--;
        return 0;
    }
    while (keep > 0 && r->open[keep - 1].type != type)
        keep--;
    if (keep > 0)
        close_spans(r, keep - 1);
    return 0;
}

/* -- text ----------------------------------------------------------------------------------------
 */

static void put_break(struct renderer *r, bool hard)
{
    if (r->use == MARKDOWN_BODY) /* people who comment mean the line ends that they type */
        tag(r, "<br>\n");
    else
        put_line_end(r, hard ? STR("\n") : STR(" "));
}

/* Lines come with their newline, in a call of its own or not; the last one is not shown. */
static void put_code(struct renderer *r, struct str text, size_t at)
{
    if (r->newline_held)
        put_line_end(r, STR("\n"));
    r->newline_held = text.at[text.bytes - 1] == '\n';
    if (r->newline_held)
        text.bytes--;
    put(r, text, at, text.bytes);
}

static void put_part(struct renderer *r, struct str text, size_t at, size_t from, size_t to)
{
    put(r, str_slice(text, from, to), at == AT_NOWHERE ? at : at + from, to - from);
}

static void put_bare_link(struct renderer *r, struct str text, size_t at, size_t from, size_t to)
{
    struct buffer url = { 0 };
    if (text.at[from] == 'w' || text.at[from] == 'W')
        buffer_put_cstr(&url, "http://");
    buffer_put(&url, str_slice(text, from, to));
    bool linked = open_anchor(r, "<a", buffer_text(&url));
    put_part(r, text, at, from, to);
    if (linked)
        tag(r, "</a>");
    buffer_drop(&url);
}

static void put_words(struct renderer *r, struct str text, size_t at)
{
    size_t done = 0, start, end;
    while (r->links == 0 && bare_link_find(text, done, &start, &end)) {
        put_part(r, text, at, done, start);
        put_bare_link(r, text, at, start, end);
        done = end;
    }
    put_part(r, text, at, done, text.bytes);
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *passed, MD_SIZE bytes, void *user)
{
    struct renderer *r = user;
    size_t at = source_offset(r, passed, bytes);
    struct str text = { at != AT_NOWHERE ? r->source.at + at : passed, bytes };
    char room[4];

    if (bytes == 0 && type != MD_TEXT_NULLCHAR)
        return 0;
    need_leaf(r);
    switch (type) {
    case MD_TEXT_NULLCHAR:
        put(r, STR("\xEF\xBF\xBD"), AT_NOWHERE, 0);
        break;
    case MD_TEXT_BR:
        put_break(r, true);
        break;
    case MD_TEXT_SOFTBR:
        put_break(r, false);
        break;
    case MD_TEXT_ENTITY:
        put(r, reference_text(text, room), at, bytes);
        break;
    case MD_TEXT_NORMAL:
        put_words(r, text, at);
        break;
    default:
        if (r->in_code)
            put_code(r, text, at);
        else
            put(r, text, at, bytes);
    }
    return 0;
}

/* -- the whole -----------------------------------------------------------------------------------
 */

/* False: a table of too many cells. */
static bool parse(struct str source, const char *parsed, unsigned flags, enum markdown_use use,
    struct markdown *out)
{
    MD_PARSER parser = { 0, flags, on_enter_block, on_leave_block, on_enter_span, on_leave_span,
        on_text, NULL, NULL };
    struct renderer r = { .out = out, .use = use, .source = source, .parsed = parsed };

    int result = md_parse(parsed, (MD_SIZE)source.bytes, &parser, &r);
    if (result != 0 && r.cells <= CELLS_MAX)
        mem_none_left();
    return result == 0;
}

void markdown_render(struct str source, enum markdown_use use, struct markdown *out)
{
    char *parsed = markdown_tame(source);

    if (source.bytes > 0 && !parse(source, parsed, MARKDOWN_FLAGS, use, out)) {
        markdown_drop(out); /* its rows are lines then */
        parse(source, parsed, MARKDOWN_FLAGS & ~(unsigned)MD_FLAG_TABLES, use, out);
    }
    free(parsed);
}

void markdown_drop(struct markdown *markdown)
{
    buffer_drop(&markdown->html);
    buffer_drop(&markdown->canonical);
    map_drop(&markdown->runs);
    free(markdown->headings);
    *markdown = (struct markdown){ 0 };
}
