/* Inside users/ only: what several of its handlers share. */
#ifndef GLOSS_USERS_ACCOUNT_H
#define GLOSS_USERS_ACCOUNT_H

#include "db/result.h"
#include "formats/v1_users.h"
#include "http/request.h"

/* The one row of me.sql and its like; texts are borrowed from the result. */
struct account account_of(const struct db_result *res);

/* The scopes that there are, and the names of those in the bits. */
struct names scopes_known(struct arena *arena);
struct names scopes_named(struct arena *arena, unsigned scopes);

/* Overwrites what was a password: in the body as it came, and in what was parsed from it. */
void password_forget(struct request *req, struct str password);

#endif
