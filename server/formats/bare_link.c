#include "formats/bare_link.h"

#include <ctype.h>
#include <string.h>

static bool is_alnum(char c)
{
    return (unsigned char)c >= 0x80 || isalnum((unsigned char)c);
}

/* Bytes of the address's beginning ("http://", "www.") at `at`, 0 when there is none. */
static size_t beginning(struct str text, size_t at)
{
    static const char *const beginnings[] = { "http://", "https://", "www." };

    if (at > 0 && is_alnum(text.at[at - 1]))
        return 0;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        struct str wanted = str_from(beginnings[i]);
        if (str_eq_nocase(str_slice(text, at, at + wanted.bytes), wanted))
            return wanted.bytes;
    }
    return 0;
}

static bool has_host(struct str text, size_t at)
{
    return at < text.bytes && is_alnum(text.at[at]);
}

static bool ends_address(char c)
{
    return (unsigned char)c <= ' ' || c == '<' || c == '>' || c == '"';
}

/* Punctuation at the end is the sentence's, and so is a bracket that was opened before. */
static size_t trimmed_end(struct str text, size_t start, size_t end)
{
    size_t opened = 0, closed = 0;
    for (size_t i = start; i < end; i++) {
        opened += text.at[i] == '(';
        closed += text.at[i] == ')';
    }
    for (; end > start; end--) {
        char last = text.at[end - 1];
        if (last == ')' && closed > opened)
            closed--;
        else if (!strchr("?!.,:;*_~'|", last))
            break;
    }
    return end;
}

bool bare_link_find(struct str text, size_t from, size_t *start, size_t *end)
{
    for (size_t i = from; i < text.bytes; i++) {
        size_t bytes =
            text.at[i] == 'h' || text.at[i] == 'w' || text.at[i] == 'H' || text.at[i] == 'W'
            ? beginning(text, i)
            : 0;
        if (bytes == 0 || !has_host(text, i + bytes))
            continue;
        size_t stop = i + bytes;
        while (stop < text.bytes && !ends_address(text.at[stop]))
            stop++;
        *start = i;
        *end = trimmed_end(text, i, stop);
        return true;
    }
    return false;
}
