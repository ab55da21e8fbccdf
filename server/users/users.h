/* Accounts, and who is asking: sessions, tokens, limits. */
#ifndef GLOSS_USERS_USERS_H
#define GLOSS_USERS_USERS_H

#include "http/request.h"

/* Finds out who asks, sets req->reader, and goes on with `next`; or answers 401 or 403. */
enum step authenticate(struct request *req, step_fn *next) __attribute__((warn_unused_result));

/* Counts the request against its reader's or its address's rate and sets the RateLimit headers of
 * the answer. False: it is too many, answer 429. */
bool limit_rate(struct request *req);

/* Counts `count` things more that a request writes: 0, or how many milliseconds to wait until they
 * may be written. */
int64_t limit_bulk(struct request *req, size_t count);

/* A worker's memory of identities, each good for a second at most. */
struct identities;
struct identities *identities_new(void);
void identities_free(struct identities *identities);

step_fn user_create;    /* POST /api/v1/users */
step_fn me_get;         /* GET /api/v1/me */
step_fn me_patch;       /* PATCH /api/v1/me */
step_fn password_put;   /* PUT /api/v1/me/password */
step_fn me_erase;       /* POST /api/v1/me/erase */
step_fn session_create; /* POST /api/v1/session */
step_fn session_get;    /* GET /api/v1/session */
step_fn session_delete; /* DELETE /api/v1/session */
step_fn token_list;     /* GET /api/v1/tokens */
step_fn token_create;   /* POST /api/v1/tokens */
step_fn token_patch;    /* PATCH /api/v1/tokens/{token} */
step_fn token_delete;   /* DELETE /api/v1/tokens/{token} */

#endif
