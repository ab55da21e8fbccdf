#include "formats/html.h"

#define URL_MAX_BYTES 2048

static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\n':
    case '\t':
        return NULL;
    default:
        return (unsigned char)c < 0x20 ? "" : NULL;
    }
}

void html_text(struct buffer *out, struct str text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.bytes; i++) {
        const char *escape = escape_of(text.at[i]);
        if (!escape)
            continue;
        buffer_put(out, str_slice(text, from, i));
        buffer_put_cstr(out, escape);
        from = i + 1;
    }
    buffer_put(out, str_slice(text, from, text.bytes));
}

bool html_is_link(struct str url)
{
    static const struct str schemes[] = { { "http://", 7 }, { "https://", 8 }, { "mailto:", 7 } };

    if (url.bytes > URL_MAX_BYTES)
        return false;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (str_eq_nocase(str_slice(url, 0, schemes[i].bytes), schemes[i]))
            return url.bytes > schemes[i].bytes;
    return false;
}

/* Blanks and control characters are percent-encoded; a browser does the rest. */
void html_link_attributes(struct buffer *out, struct str url)
{
    static const char hex[] = "0123456789ABCDEF";

    buffer_put_cstr(out, " href=\"");
    for (size_t i = 0; i < url.bytes; i++) {
        unsigned char c = (unsigned char)url.at[i];
        if (c <= 0x20 || c == 0x7F) {
            buffer_put(out, (struct str){ (char[]){ '%', hex[c >> 4], hex[c & 15] }, 3 });
        } else {
            html_text(out, str_slice(url, i, i + 1));
        }
    }
    buffer_put_cstr(out, "\" rel=\"nofollow noopener ugc\"");
}
