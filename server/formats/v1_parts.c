#include "formats/v1_parts.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <unicode/uchar.h>

void v1_write_time(struct writer *writer, const char *key, int64_t us)
{
    char text[TIME_TEXT_BYTES + 1];

    if (us == 0) {
        writer_key_null(writer, key);
        return;
    }
    time_format(us, text);
    writer_key_cstr(writer, key, text);
}

void v1_write_links(struct writer *writer, struct str self, struct str html)
{
    writer_key(writer, "links");
    writer_object(writer);
    writer_key_text(writer, "self", self);
    writer_key_text(writer, "html", html);
    writer_object_end(writer);
}

bool v1_need(const struct given *given, const char *name)
{
    return given_has(given, name) || given_fault(given, name, "required", "`%s` is needed.", name);
}

static bool is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x2028 ||
        code_point == 0x2029;
}

/* Embeddings, overrides and isolates: with one, a name reads like another. */
static bool is_turn(uint32_t code_point)
{
    return (code_point >= 0x202A && code_point <= 0x202E) ||
        (code_point >= 0x2066 && code_point <= 0x2069);
}

static bool leaves_a_mark(uint32_t code_point)
{
    UChar32 c = (UChar32)code_point;

    return !u_isUWhiteSpace(c) && c != 0x2800 /* a braille cell without dots */ &&
        !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool v1_read_label(
    const struct given *given, const char *name, bool needed, size_t chars_max, struct str *out)
{
    struct str label;
    bool marks = false;

    if ((needed && !v1_need(given, name)) || !given_text(given, name, 1, chars_max, &label))
        return false;
    for (size_t at = 0; at < label.bytes;) {
        uint32_t c = utf8_next(label, &at);
        if (is_control(c) || is_turn(c))
            return given_fault(
                given, name, "control", "`%s` is one line, without control characters.", name);
        marks = marks || leaves_a_mark(c);
    }
    if (!marks)
        return given_fault(given, name, "blank", "`%s` must not be blank.", name);
    *out = label;
    return true;
}

bool v1_read_time_to_come(const struct given *given, const char *name, int64_t now_us, int64_t *us)
{
    struct str text;
    int64_t when;

    if (!given_has(given, name) || given_is_null(given, name))
        return true;
    if (!given_text(given, name, 0, 100, &text))
        return false;
    if (!time_parse(text, &when))
        return given_fault(
            given, name, "time", "`%s` is a time such as 2026-03-01T09:30:00Z.", name);
    if (when <= now_us)
        return given_fault(given, name, "past", "`%s` must be a time to come.", name);
    *us = when;
    return true;
}

bool v1_read_expiry(const struct given *given, int64_t now_us, int64_t *us)
{
    return v1_read_time_to_come(given, "expires_at", now_us, us);
}
