/* People with an account, and what they sign in with. */
#ifndef GLOSS_MODEL_USER_H
#define GLOSS_MODEL_USER_H

#include "base/str.h"
#include "base/uuid.h"

/* As others are shown them. */
struct user {
    struct uuid id;
    struct str name, display_name;
};

/* Who wrote something, as one reader is told: a user, or the mask under which they wrote in a
 * group. */
struct author {
    struct uuid id;                /* the user's; behind a mask the mask's */
    struct str name, display_name; /* name: STR_NONE behind a mask */
    bool is_masked;  /* written under a mask, whether or not this reader sees through it */
    struct str mask; /* its name, for who sees through another's; else STR_NONE */
};

/* As they are shown themselves. */
struct account {
    struct user user;
    bool admin;
    struct uuid own_group;
    int64_t created_us;
    int32_t version;
};

struct token {
    struct uuid id;
    struct str name;                              /* its label */
    unsigned scopes;                              /* bits of enum scope (http/router.h) */
    int64_t created_us, expires_us, last_used_us; /* 0: never */
};

struct session {
    struct user user;
    int64_t created_us, expires_us;
};

#endif
