/* How often one may ask, and how often one may try a password. */
#ifndef GLOSS_USERS_LIMITS_H
#define GLOSS_USERS_LIMITS_H

#include "http/respond.h"

/* Counts an attempt that hashes a password, against its address and against all. 0: it may go on;
 * else the seconds to wait, for respond_too_many_attempts(). */
int limit_attempt(struct request *req);

/* 429 with Retry-After */
RESPOND enum step respond_too_many_attempts(struct request *req, int wait_s);

#endif
