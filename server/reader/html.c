#include "reader/html.h"

#include "formats/html.h"

#include <assert.h>
#include <string.h>

void html_write(struct buffer *out, const char *pattern, const struct str *texts, size_t count)
{
    size_t used = 0;

    for (const char *hole; (hole = strstr(pattern, "{}")); pattern = hole + 2) {
        assert(used < count);
        buffer_put(out, (struct str){ pattern, (size_t)(hole - pattern) });
        html_text(out, texts[used++]);
    }
    assert(used == count);
    buffer_put_cstr(out, pattern);
}

void html_safe(struct buffer *out, struct str markup)
{
    buffer_put(out, markup);
}
