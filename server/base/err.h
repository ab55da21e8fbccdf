/* What the world may do to us. Bad input is a problem (http/problem.h), our own bug an assert. */
#ifndef GLOSS_BASE_ERR_H
#define GLOSS_BASE_ERR_H

enum err {
    ERR_NONE,
    ERR_UNAVAILABLE, /* no connection, or it was lost: of a write, the outcome is not known */
    ERR_OVERLOADED,  /* the queue is full or waiting in it took too long: nothing was done */
    ERR_TIMEOUT,     /* took longer than it may */
    ERR_LOCKED,      /* somebody else holds it, or a deadlock: may be tried again */
    ERR_FULL,        /* no space left where the data lies */
    ERR_DUPLICATE,   /* a unique constraint */
    ERR_MISSING,     /* what it refers to is not there */
    ERR_REFUSED,     /* a statement's own refusal: RAISE … USING ERRCODE = 'GL001' */
    ERR_BUG          /* the statement or its parameters are wrong */
};

const char *err_name(enum err err);

#endif
