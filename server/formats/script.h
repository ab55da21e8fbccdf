/* In which script a text is written, so that a browser lays it out as its readers expect. */
#ifndef GLOSS_FORMATS_SCRIPT_H
#define GLOSS_FORMATS_SCRIPT_H

#include "base/str.h"

struct script {
    bool is_right_to_left;
    struct str language; /* where the script leaves no doubt of it: "ja"; else none */
};

/* Of HTML as formats/text.h writes it: most of its first letters decide, so that a title or a name
 * in another script does not. */
struct script script_of_html(struct str html);

#endif
