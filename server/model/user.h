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
