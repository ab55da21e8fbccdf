/* What holds for every text that was prepared. */
#ifndef GLOSS_FUZZ_TEXT_CHECK_H
#define GLOSS_FUZZ_TEXT_CHECK_H

#include "formats/text.h"

/* `is_utf8`: the source's characters can be compared with the text's. */
void text_check(const struct text_prepared *text, struct str source, bool is_utf8);

#endif
