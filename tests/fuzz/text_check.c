#include "text_check.h"

#include "base/utf8.h"
#include "fuzz.h"
#include "html_check.h"

#include <jansson.h>
#include <string.h>

static bool is_blank(struct str text)
{
    return str_trim(text).bytes == 0;
}

/* Each character that has a source stands there as itself, as a reference, or as a line's end. */
static void check_map(const struct text_prepared *t, struct str source, bool is_utf8)
{
    size_t before = 0;

    for (size_t i = 0; i < t->canonical.bytes;) {
        struct text_source found;
        size_t from = i;
        utf8_next(t->canonical, &i);
        struct str c = str_slice(t->canonical, from, i);
        if (!text_map_source(t->map, from, i, &found)) {
            if (!is_blank(c) && !str_eq(c, STR("\xEF\xBF\xBD")))
                BROKEN("byte %zu has no source", from);
            continue;
        }
        PROMISE(found.from_byte < found.to_byte && found.to_byte <= source.bytes);
        PROMISE(found.from_byte >= before);
        before = found.from_byte;
        struct str there = str_slice(source, found.from_byte, found.to_byte);
        if (is_utf8 && !str_eq(c, there) && !str_starts(there, STR("&")) && !is_blank(c))
            BROKEN("\"%.*s\" at %zu comes from \"%.*s\"", STR_ARG(c), from, STR_ARG(there));
    }
}

static void check_toc(const struct text_prepared *t)
{
    json_t *toc = json_loadb(t->toc.at, t->toc.bytes, JSON_REJECT_DUPLICATES, NULL);
    json_int_t before = 0;

    PROMISE(json_is_array(toc));
    for (size_t i = 0; i < json_array_size(toc); i++) {
        json_t *heading = json_array_get(toc, i);
        json_int_t start = json_integer_value(json_object_get(heading, "start"));
        json_int_t level = json_integer_value(json_object_get(heading, "level"));
        PROMISE(start >= before && start < (json_int_t)t->chars && level >= 1 && level <= 6);
        PROMISE(json_is_string(json_object_get(heading, "text")));
        before = start;
    }
    json_decref(toc);
}

void text_check(const struct text_prepared *t, struct str source, bool is_utf8)
{
    PROMISE(t->canonical.bytes > 0 && utf8_valid(t->canonical));
    PROMISE(t->chars == utf8_chars(t->canonical));
    for (size_t i = 0; i < t->canonical.bytes; i++) {
        unsigned char c = (unsigned char)t->canonical.at[i];
        PROMISE(c >= 0x20 || c == '\n' || c == '\t');
    }
    PROMISE(utf8_valid(t->title) && !memchr(t->title.at ? t->title.at : "", '\n', t->title.bytes));
    html_check_text(t);
    check_map(t, source, is_utf8);
    check_toc(t);
}
