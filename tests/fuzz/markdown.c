/* Markdown, as a text to read and as the body of an annotation. */
#include "fuzz.h"

#include "base/utf8.h"
#include "html_check.h"
#include "text_check.h"

const char fuzz_target[] = "markdown";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct str source = { (const char *)data, bytes };
    struct arena *arena = arena_make();
    struct text_prepared text;

    enum text_fault fault = text_prepare(arena, TEXT_MARKDOWN, source, STR_NONE, &text);
    if (fault == TEXT_OK)
        text_check(&text, source, str_eq(text.charset, STR("UTF-8")));
    else
        PROMISE(!str_given(text.canonical) && text.fault_byte <= bytes);
    if (utf8_valid(source)) /* what comes as JSON */
        html_check_body(body_html(arena, source));
    arena_free(arena);
    return 0;
}
