#include "formats/plain.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "formats/html.h"

#include <string.h>

/* The bytes of the line at `from`, without its newline. */
static struct str line_at(struct str text, size_t from)
{
    const char *end = memchr(text.at + from, '\n', text.bytes - from);
    return str_slice(text, from, end ? (size_t)(end - text.at) : text.bytes);
}

static bool is_blank(struct str line)
{
    return str_trim(line).bytes == 0;
}

/* The end of the paragraph at `from`, without its last newline. */
static size_t paragraph_end(struct str text, size_t from)
{
    size_t end = from;
    while (from < text.bytes) {
        struct str line = line_at(text, from);
        if (is_blank(line))
            break;
        end = from + line.bytes;
        from = end + 1;
    }
    return end;
}

struct str plain_html(struct arena *arena, struct str text)
{
    struct buffer out = { 0 };
    size_t at = 0, chars = 0;

    while (at < text.bytes) {
        struct str block = line_at(text, at);
        if (!is_blank(block)) {
            block = str_slice(text, at, paragraph_end(text, at));
            buffer_put_cstr(&out, "<p data-o=\"");
            buffer_put_number(&out, chars);
            buffer_put_cstr(&out, "\" dir=\"auto\">");
            html_text(&out, block);
            buffer_put_cstr(&out, "</p>\n");
        }
        chars += utf8_chars(block) + 1;
        at += block.bytes + 1;
    }
    return buffer_finish(&out, arena);
}
