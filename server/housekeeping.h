/* What is done now and then for everybody: shelves folded, what has expired taken away. Any number
 * of servers may do it at once; each step skips what another has in hand. */
#ifndef GLOSS_HOUSEKEEPING_H
#define GLOSS_HOUSEKEEPING_H

#include "step/app.h"

struct housekeeping;

struct housekeeping *housekeeping_new(struct app *app);
void housekeeping_free(struct housekeeping *housekeeping);

#endif
