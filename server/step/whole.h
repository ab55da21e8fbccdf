/* Lists as a whole: `.ndjson`, or Accept: application/x-ndjson, on any list that has pages streams
 * all of it, an item a line as it stands in a page's `data`, and {"end":true,"count":n} last. It is
 * read page by page, each as a request of its own, so memory is that of a page, who asks is found
 * out anew each time, and every row goes through the door as always. */
#ifndef GLOSS_STEP_WHOLE_H
#define GLOSS_STEP_WHOLE_H

#include "step/await.h"

/* True where the request asks a list of pages for all of it. */
bool whole_is_wanted(const struct request *req);
RESPOND enum step whole_list(struct request *req);

#endif
