/* Where sentences begin and end, by their tokens: at full stops, at empty lines, behind the marks
 * of headings and lists, and at the lines of what is no prose. */
#ifndef GLOSS_ANCHORING_SENTENCES_H
#define GLOSS_ANCHORING_SENTENCES_H

#include "anchoring/tokens.h"

bool sentence_starts(const struct tokens *tokens, uint32_t i);
/* `end` is the token behind the last one. */
bool sentence_ends(const struct tokens *tokens, uint32_t end);

#endif
