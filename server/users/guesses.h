/* Wrong passwords for names that nobody has. They make whoever tries wait just as those for an
 * account do (fail_login.sql), so that no wait tells which names there are. A table of fixed size;
 * any thread may use it. */
#ifndef GLOSS_USERS_GUESSES_H
#define GLOSS_USERS_GUESSES_H

#include "base/str.h"

#include <stdint.h>

struct guesses;

struct guesses *guesses_new(void);
void guesses_free(struct guesses *guesses);

/* Until when nobody may try this name; 0: nothing is known of it. Times are clock_monotonic_ms().
 */
int64_t guesses_locked_until(struct guesses *guesses, struct str name);

/* Counts a wrong password. `found_ms` is what guesses_locked_until() said before it was tried: of
 * many at once, those that were under way when the wait began do not make it longer. */
void guesses_fail(struct guesses *guesses, struct str name, int64_t found_ms, int64_t now_ms);

#endif
