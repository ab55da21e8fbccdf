/* Who sees what is asked twice: the statement returns only what the pass shows, and the door lets
 * nothing else through. Tests switch one of the two off, to show that the other is enough alone. */
#ifndef GLOSS_VISIBILITY_LOCKS_H
#define GLOSS_VISIBILITY_LOCKS_H

#include <stdbool.h>

/* Reads GLOSS_TEST_LOCKS ("statement=off" or "door=off"), before there are threads. It works under
 * GLOSS_TEST=1 alone; false: it is set without that, or says something else, and the server must
 * not start. */
bool locks_configure(void);

/* True unless switched off. */
bool lock_of_statement(void);
bool lock_of_door(void);

#endif
