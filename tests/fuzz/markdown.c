/* Markdown, as a text to read and as the body of an annotation. */
#include "fuzz.h"

#include "base/utf8.h"
#include "html_check.h"
#include "text_check.h"

const char fuzz_target[] = "markdown";

/* What stands in memory behind the source is no part of it. */
static void check_end(struct arena *arena, struct str source, const struct text_prepared *text)
{
    struct str longer = arena_printf(arena, "%.*s)]>`*\n", STR_ARG(source));
    struct text_prepared again;

    longer.bytes = source.bytes;
    PROMISE(text_prepare(arena, TEXT_MARKDOWN, longer, STR_NONE, &again) == TEXT_OK);
    PROMISE(str_eq(text->html, again.html) && str_eq(text->canonical, again.canonical));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct str source = { (const char *)data, bytes };
    struct arena *arena = arena_make();
    struct text_prepared text;

    enum text_fault fault = text_prepare(arena, TEXT_MARKDOWN, source, STR_NONE, &text);
    if (fault == TEXT_OK) {
        text_check(&text, source, str_eq(text.charset, STR("UTF-8")));
        if (str_eq(text.charset, STR("UTF-8")))
            check_end(arena, source, &text);
    } else {
        PROMISE(!str_given(text.canonical) && text.fault_byte <= bytes);
    }
    if (utf8_valid(source)) /* what comes as JSON */
        html_check_body(body_html(arena, source));
    arena_free(arena);
    return 0;
}
