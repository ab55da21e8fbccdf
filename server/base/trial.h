/* What only tests may do to a running server. */
#ifndef GLOSS_BASE_TRIAL_H
#define GLOSS_BASE_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

/* Reads GLOSS_TEST_HURRY=N (connections and requests get the Nth part of their time) and
 * GLOSS_TEST_STUCK=on (a request may ask to be forgotten, or to hold up the loop) and
 * GLOSS_TEST_CONNECTIONS=N (so many for each worker, whatever the system allows), before there are
 * threads. They work under GLOSS_TEST=1 alone; false: one is set without that, or says something
 * else, and the server must not start. */
bool trial_configure(void);

/* What is left of a limit in a hurry. */
int64_t trial_ms(int64_t limit_ms);

/* How many connections a worker takes. */
unsigned trial_connections(unsigned otherwise);

/* May requests ask to get stuck? */
bool trial_may_stick(void);

#endif
