/* HTML's named character references, which Markdown has too (CommonMark 2.5). */
#ifndef GLOSS_FORMATS_ENTITIES_H
#define GLOSS_FORMATS_ENTITIES_H

#include "base/str.h"

/* The text that `name` (without & and ;) stands for, one or two characters; STR_NONE: no such name.
 */
struct str entity_text(struct str name);

#endif
