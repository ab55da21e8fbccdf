/* Inside users/ only: what asks for one's password once more, by who is signed in. */
#ifndef GLOSS_USERS_CONFIRM_H
#define GLOSS_USERS_CONFIRM_H

#include "http/respond.h"

/* The first member of what req->state points to. */
struct confirmation {
    struct str password; /* as given; overwritten when it has been looked at */
    struct str kept;     /* another secret of the body, overwritten too unless the first is right */
    const char *field;   /* of the password, a JSON pointer */
    struct str hash;     /* set before `next`: what the password fits */
    int64_t locked_until_us; /* set before `next` */
    bool looked, right;
    step_fn *next;
};

/* Goes on with `next` when it is the reader's password. Else answers: 422 with its field, 429 who
 * tries too often; a wrong one counts as a failed login. */
RESPOND enum step confirm_password(struct request *req, step_fn *next);

/* 422: it is not, or not any more. */
RESPOND enum step respond_wrong_password(struct request *req);

#endif
