#include "step/lines.h"

#include <assert.h>

#define BEGIN STR("{\"data\":[")
#define NEXT STR("],\"next\":")

/* Where the value that begins at `at` ends. */
static size_t value_end(struct str text, size_t at)
{
    size_t depth = 0;

    for (bool in_text = false; at < text.bytes; at++) {
        char c = text.at[at];
        if (in_text) {
            if (c == '\\')
                at++;
            else if (c == '"')
                in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == ',' || c == ']' || c == '}') && depth == 0) {
            return at;
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
    return at;
}

/* Between values a line end is white space; inside a text it is written as an escape. */
void lines_put(struct buffer *out, struct str value)
{
    size_t from = out->bytes;

    buffer_put(out, value);
    for (size_t i = from; i < out->bytes; i++)
        if (out->at[i] == '\n' || out->at[i] == '\r')
            out->at[i] = ' ';
    buffer_put_char(out, '\n');
}

void lines_of_page(struct buffer *out, struct str page, size_t *count, struct str *next)
{
    size_t at = BEGIN.bytes;

    assert(str_starts(page, BEGIN));
    *count = 0;
    while (page.at[at] != ']') {
        size_t end = value_end(page, at);
        lines_put(out, str_slice(page, at, end));
        ++*count;
        at = end + (page.at[end] == ',');
    }
    struct str rest = str_slice(page, at, page.bytes);
    assert(str_starts(rest, NEXT));
    rest = str_slice(rest, NEXT.bytes, rest.bytes);
    bool has_next = str_starts(rest, STR("\""));
    *next = has_next ? str_slice(rest, 1, str_find(rest, STR("\""), 1)) : STR_NONE;
}
