#include "html_check.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "fuzz.h"

#include <string.h>

#define DEPTH_MAX 400

enum kind { ROOT, BLOCKS, LEAF, ROWS, INLINE, VOID_BLOCK, VOID_INLINE };

/* What may stand in an element of what kind. */
static const struct element {
    const char *name;
    enum kind kind;
    const char *parents;    /* space-separated; NULL: anything that its kind may be in */
    const char *attributes; /* space-separated */
    bool text_only;         /* not in the body of an annotation */
} elements[] = {
    { "p", LEAF, NULL, "data-o dir", false },
    { "div", LEAF, NULL, "data-o dir", true },
    { "h1", LEAF, NULL, "data-o dir id", true },
    { "h2", LEAF, NULL, "data-o dir id", true },
    { "h3", LEAF, NULL, "data-o dir id", true },
    { "h4", LEAF, NULL, "data-o dir id", false },
    { "h5", LEAF, NULL, "data-o dir id", false },
    { "h6", LEAF, NULL, "data-o dir id", false },
    { "pre", LEAF, NULL, "data-o dir", false },
    { "blockquote", BLOCKS, NULL, "", false },
    { "ul", BLOCKS, NULL, "", false },
    { "ol", BLOCKS, NULL, "start", false },
    { "li", BLOCKS, "ul ol", "", false },
    { "hr", VOID_BLOCK, NULL, "", false },
    { "table", ROWS, "div", "", false },
    { "thead", ROWS, "table", "", false },
    { "tbody", ROWS, "table", "", false },
    { "tr", ROWS, "thead tbody", "", false },
    { "th", LEAF, "tr", "data-o dir class", false },
    { "td", LEAF, "tr", "data-o dir class", false },
    { "em", INLINE, NULL, "", false },
    { "strong", INLINE, NULL, "", false },
    { "del", INLINE, NULL, "", false },
    { "code", INLINE, NULL, "class", false },
    { "a", INLINE, NULL, "href rel class", false },
    { "span", INLINE, NULL, "class", false },
    { "br", VOID_INLINE, NULL, "", false },
};
/* <div class="table"> around a table */
static const struct element table_box = { "div", BLOCKS, NULL, "class", false };

struct checker {
    const struct text_prepared *text; /* NULL: a body */
    struct str html;
    size_t at;
    const struct element *open[DEPTH_MAX];
    size_t depth;

    /* the stamped element that is open: its depth, 0 for none */
    size_t stamped_depth, stamp;
    struct buffer shown;
    size_t covered_bytes, covered_chars;
};

static bool in_list(struct str word, const char *list)
{
    struct str rest = str_from(list), one;

    while (rest.bytes > 0) {
        str_cut(rest, ' ', &one, &rest);
        if (str_eq(one, word))
            return true;
    }
    return false;
}

static struct str rest_of(const struct checker *c)
{
    return str_slice(c->html, c->at, c->html.bytes);
}

static void expect(struct checker *c, struct str text)
{
    if (!str_starts(rest_of(c), text))
        BROKEN("\"%.*s\" does not stand at %zu of %.*s", STR_ARG(text), c->at, STR_ARG(c->html));
    c->at += text.bytes;
}

/* -- characters -------------------------------------------------------------------------------- */

/* One character of text or of an attribute's value, unescaped. */
static char next_char(struct checker *c)
{
    static const struct {
        struct str escape;
        char is;
    } escapes[] = { { { "&amp;", 5 }, '&' }, { { "&lt;", 4 }, '<' }, { { "&gt;", 4 }, '>' },
        { { "&quot;", 6 }, '"' } };
    char one = c->html.at[c->at];

    for (size_t i = 0; one == '&' && i < 4; i++)
        if (str_starts(rest_of(c), escapes[i].escape)) {
            c->at += escapes[i].escape.bytes;
            return escapes[i].is;
        }
    PROMISE(one != '&' && one != '<' && one != '>' && one != '"');
    PROMISE((unsigned char)one >= 0x20 || one == '\n' || one == '\t');
    c->at++;
    return one;
}

static void check_separators(const struct checker *c, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!strchr(" \n\t", c->text->canonical.at[i]))
            BROKEN("byte %zu of the canonical text is in no block", i);
}

static void read_text(struct checker *c)
{
    while (c->at < c->html.bytes && c->html.at[c->at] != '<') {
        char one = next_char(c);
        if (c->stamped_depth)
            buffer_put_char(&c->shown, one);
        else if (c->text)
            PROMISE(one == '\n');
        else if (c->depth > 0 && c->open[c->depth - 1]->kind == ROWS)
            PROMISE(one == '\n');
    }
}

/* -- stamps ------------------------------------------------------------------------------------ */

static void begin_stamp(struct checker *c, struct str number)
{
    uint64_t stamp;

    PROMISE(c->text && !c->stamped_depth);
    /* an empty block at the end is stamped behind the separator that never came */
    PROMISE(str_to_u64(number, &stamp) && stamp <= c->text->chars + 1);
    c->stamp = (size_t)stamp;
    c->stamped_depth = c->depth + 1;
}

/* Its text is the canonical text at its stamp, and between two are only separators. */
static void end_stamp(struct checker *c)
{
    struct str shown = buffer_text(&c->shown), canonical = c->text->canonical;

    PROMISE(c->stamp >= c->covered_chars);
    if (shown.bytes > 0) {
        PROMISE(c->stamp <= c->text->chars);
        size_t start = c->covered_bytes +
            utf8_offset_of_char(str_slice(canonical, c->covered_bytes, canonical.bytes),
                c->stamp - c->covered_chars);
        struct str there = str_slice(canonical, start, start + shown.bytes);
        if (!str_eq(there, shown))
            BROKEN("\"%.*s\" is stamped %zu, where \"%.*s\" stands", STR_ARG(shown), c->stamp,
                STR_ARG(there));
        check_separators(c, c->covered_bytes, start);
        c->covered_bytes = start + shown.bytes;
        c->covered_chars = c->stamp + utf8_chars(shown);
    }
    buffer_drop(&c->shown);
    c->stamped_depth = 0;
}

/* -- tags -------------------------------------------------------------------------------------- */

static struct str read_name(struct checker *c)
{
    size_t from = c->at;

    while (c->at < c->html.bytes &&
        ((c->html.at[c->at] >= 'a' && c->html.at[c->at] <= 'z') || c->html.at[c->at] == '-' ||
            (c->at > from && c->html.at[c->at] >= '0' && c->html.at[c->at] <= '9')))
        c->at++;
    PROMISE(c->at > from);
    return str_slice(c->html, from, c->at);
}

static bool is_number(struct str text)
{
    uint64_t number;
    return str_to_u64(text, &number);
}

/* Said again, not asked of formats/html.c. */
static bool is_link(struct str url)
{
    bool known = str_eq_nocase(str_slice(url, 0, 7), STR("http://")) ||
        str_eq_nocase(str_slice(url, 0, 8), STR("https://")) ||
        str_eq_nocase(str_slice(url, 0, 7), STR("mailto:"));
    for (size_t i = 0; i < url.bytes; i++)
        known = known && (unsigned char)url.at[i] > ' ' && url.at[i] != 0x7F;
    return known;
}

static bool is_class(const struct element *element, struct str value)
{
    struct str name = str_from(element->name);

    if (element == &table_box)
        return str_eq(value, STR("table"));
    if (str_eq(name, STR("code")))
        return str_starts(value, STR("language-")) && value.bytes > 9 && value.bytes <= 41 &&
            !str_contains(value, STR(" "));
    if (str_eq(name, STR("a")) || str_eq(name, STR("span")))
        return str_eq(value, STR("image"));
    return str_eq(value, STR("center")) || str_eq(value, STR("right"));
}

static void check_attribute(
    struct checker *c, const struct element *element, struct str name, struct str value)
{
    if (!in_list(name, element->attributes))
        BROKEN("<%s> has %.*s=\"%.*s\"", element->name, STR_ARG(name), STR_ARG(value));
    if (str_eq(name, STR("data-o")))
        begin_stamp(c, value);
    else if (str_eq(name, STR("dir")))
        PROMISE(c->text && str_eq(value, STR("auto")));
    else if (str_eq(name, STR("id")))
        PROMISE(
            c->text && str_starts(value, STR("h-")) && is_number(str_slice(value, 2, value.bytes)));
    else if (str_eq(name, STR("start")))
        PROMISE(is_number(value));
    else if (str_eq(name, STR("href")) && !is_link(value))
        BROKEN("a link leads to \"%.*s\"", STR_ARG(value));
    else if (str_eq(name, STR("rel")))
        PROMISE(str_eq(value, STR("nofollow noopener ugc")));
    else if (str_eq(name, STR("class")) && !is_class(element, value))
        BROKEN("<%s> is of class \"%.*s\"", element->name, STR_ARG(value));
}

static unsigned read_attributes(struct checker *c, const struct element *element)
{
    unsigned seen = 0; /* bits: 1 href, 2 rel, 4 data-o */

    while (c->at < c->html.bytes && c->html.at[c->at] == ' ') {
        struct buffer value = { 0 };
        c->at++;
        struct str name = read_name(c);
        expect(c, STR("=\""));
        while (c->at < c->html.bytes && c->html.at[c->at] != '"')
            buffer_put_char(&value, next_char(c));
        expect(c, STR("\""));
        check_attribute(c, element, name, buffer_text(&value));
        buffer_drop(&value);
        unsigned bit = str_eq(name, STR("href")) ? 1 : str_eq(name, STR("rel")) ? 2 : 0;
        bit |= str_eq(name, STR("data-o")) ? 4 : 0;
        PROMISE(!(seen & bit));
        seen |= bit;
    }
    return seen;
}

static const struct element *element_named(struct checker *c, struct str name)
{
    if (str_eq(name, STR("div")) && str_starts(rest_of(c), STR(" class=\"table\"")))
        return &table_box;
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (str_eq(name, str_from(elements[i].name))) {
            PROMISE(c->text || !elements[i].text_only);
            return &elements[i];
        }
    BROKEN("there is a <%.*s>", STR_ARG(name));
}

static void check_parent(const struct checker *c, const struct element *element)
{
    const struct element *parent = c->depth > 0 ? c->open[c->depth - 1] : NULL;
    enum kind outer = parent ? parent->kind : ROOT, inner = element->kind;
    bool fits = outer == ROOT || outer == BLOCKS ||
        ((outer == LEAF || outer == INLINE) && (inner == INLINE || inner == VOID_INLINE)) ||
        (outer == ROWS && element->parents);

    if (element->parents)
        fits = fits && parent && in_list(str_from(parent->name), element->parents);
    if (!fits)
        BROKEN("<%s> stands in <%s>", element->name, parent ? parent->name : "");
    for (size_t i = 0; i < c->depth && strcmp(element->name, "a") == 0; i++)
        PROMISE(strcmp(c->open[i]->name, "a") != 0);
    if (c->text && (inner == INLINE || inner == VOID_INLINE))
        PROMISE(c->stamped_depth > 0);
}

static void open_tag(struct checker *c)
{
    struct str name = read_name(c);
    const struct element *element = element_named(c, name);

    check_parent(c, element);
    unsigned seen = read_attributes(c, element);
    expect(c, STR(">"));
    if (strcmp(element->name, "a") == 0)
        PROMISE((seen & 3) == 3);
    if (c->text && element->kind == LEAF)
        PROMISE(seen & 4);
    if (element->kind == VOID_BLOCK || element->kind == VOID_INLINE)
        return;
    PROMISE(c->depth < DEPTH_MAX);
    c->open[c->depth++] = element;
}

static void close_tag(struct checker *c)
{
    struct str name = read_name(c);

    expect(c, STR(">"));
    PROMISE(c->depth > 0 && str_eq(name, str_from(c->open[c->depth - 1]->name)));
    if (c->stamped_depth == c->depth)
        end_stamp(c);
    c->depth--;
}

static void check(struct checker *c)
{
    PROMISE(utf8_valid(c->html));
    while (c->at < c->html.bytes) {
        read_text(c);
        if (c->at == c->html.bytes)
            break;
        expect(c, STR("<"));
        bool closes = c->at < c->html.bytes && c->html.at[c->at] == '/';
        c->at += closes;
        if (closes)
            close_tag(c);
        else
            open_tag(c);
    }
    PROMISE(c->depth == 0);
}

void html_check_text(const struct text_prepared *text)
{
    struct checker c = { .text = text, .html = text->html };

    check(&c);
    check_separators(&c, c.covered_bytes, text->canonical.bytes);
}

void html_check_body(struct str html)
{
    struct checker c = { .html = html };

    check(&c);
}
