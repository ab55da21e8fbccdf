/* Reads the HTML that formats/ wrote, as strictly as it promises to write: a browser has nothing to
 * mend, nothing is there but what the lists below name, and the stamps are right. */
#ifndef GLOSS_FUZZ_HTML_CHECK_H
#define GLOSS_FUZZ_HTML_CHECK_H

#include "formats/text.h"

/* The HTML of a text to read: blocks have stamps, and all that is shown is in one. */
void html_check_text(const struct text_prepared *text);
/* The HTML of an annotation's body. */
void html_check_body(struct str html);

#endif
