/* Plain text in any charset. The first line names it; an empty one leaves it to the text. */
#include "fuzz.h"

#include "base/utf8.h"
#include "text_check.h"

const char fuzz_target[] = "plain";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct str charset, source, whole = { (const char *)data, bytes };
    struct arena *arena = arena_make();
    struct text_prepared text;

    str_cut(whole, '\n', &charset, &source);
    if (charset.bytes == 0)
        charset = STR_NONE;
    enum text_fault fault = text_prepare(arena, TEXT_PLAIN, source, charset, &text);
    if (fault == TEXT_OK) {
        PROMISE(text.charset.bytes > 0 && utf8_valid(text.charset));
        text_check(&text, source, str_eq(text.charset, STR("UTF-8")));
    } else {
        PROMISE(!str_given(text.canonical) && text.fault_byte <= source.bytes);
    }
    arena_free(arena);
    return 0;
}
