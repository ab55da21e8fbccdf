#include "anchoring/resolve.h"

#include "base/utf8.h"

#include <unicode/ubrk.h>
#include <unicode/utf16.h>

/* Clusters are short; what is longer than this on one side (stacked marks) is cut there. */
#define AROUND_CHARS 64

/* The characters around a boundary as ICU wants them. */
struct window {
    size_t start_chars;
    UChar units[4 * AROUND_CHARS];
    int32_t count, boundary;
};

static void window_fill(struct window *w, const struct text_index *index, size_t chars)
{
    w->start_chars = chars > AROUND_CHARS ? chars - AROUND_CHARS : 0;
    struct str text = text_between(index, w->start_chars, chars + AROUND_CHARS);
    size_t left = chars - w->start_chars;

    w->count = 0;
    w->boundary = 0;
    for (size_t i = 0; i < text.bytes;) {
        uint32_t c = utf8_next(text, &i);
        U16_APPEND_UNSAFE(w->units, w->count, c);
        if (left > 0 && --left == 0)
            w->boundary = w->count;
    }
}

/* No cluster crosses from one ASCII character to the next (there is no CR in our texts). */
static bool between_ascii(const struct text_index *index, size_t chars)
{
    struct str two = text_between(index, chars - 1, chars + 1);
    return two.bytes == 2;
}

static size_t snap(const struct text_index *index, size_t chars, bool forwards)
{
    struct window w;
    UErrorCode status = U_ZERO_ERROR;

    if (chars == 0 || chars >= text_index_chars(index) || between_ascii(index, chars))
        return chars;
    window_fill(&w, index, chars);
    UBreakIterator *clusters = ubrk_open(UBRK_CHARACTER, "", w.units, w.count, &status);
    if (U_FAILURE(status))
        return chars; /* without ICU's data: where it was */
    int32_t at = w.boundary;
    if (!ubrk_isBoundary(clusters, at))
        at = forwards ? ubrk_following(clusters, at) : ubrk_preceding(clusters, at);
    ubrk_close(clusters);

    int32_t moved = 0; /* in characters, from the start of the window */
    for (int32_t i = 0; i < at; moved++)
        U16_FWD_1(w.units, i, w.count);
    return w.start_chars + (size_t)moved;
}

struct range range_snap(const struct text_index *index, struct range range)
{
    size_t chars = text_index_chars(index);
    size_t start = range.start_chars < chars ? range.start_chars : chars;
    size_t end = range.end_chars < chars ? range.end_chars : chars;

    if (end <= start) { /* a caret stays one */
        start = snap(index, start, false);
        return (struct range){ start, start };
    }
    return (struct range){ snap(index, start, false), snap(index, end, true) };
}
