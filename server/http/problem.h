/* The client's mistakes and our own refusals, a row each (RFC 9457). The contract has the same list
 * under x-problems, and every slug has a page at /api/v1/problems/{slug}. */
#ifndef GLOSS_HTTP_PROBLEM_H
#define GLOSS_HTTP_PROBLEM_H

#include "base/arena.h"

enum problem {
    PROBLEM_BAD_REQUEST,
    PROBLEM_MALFORMED_JSON,
    PROBLEM_INVALID_QUERY,
    PROBLEM_UNAUTHORIZED,
    PROBLEM_WRONG_PASSWORD,
    PROBLEM_NOT_ALLOWED,
    PROBLEM_MISSING_SCOPE,
    PROBLEM_CROSS_SITE,
    PROBLEM_ANNOTATIONS_OFF,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD_NOT_ALLOWED,
    PROBLEM_NOT_ACCEPTABLE,
    PROBLEM_CONFLICT,
    PROBLEM_NAME_TAKEN,
    PROBLEM_ADDRESS_TAKEN,
    PROBLEM_QUOTE_AMBIGUOUS,
    PROBLEM_SUGGESTION_CONFLICT,
    PROBLEM_LAST_OWNER,
    PROBLEM_ANONYMITY_KEPT,
    PROBLEM_MASK_TAKEN,
    PROBLEM_NO_READING,
    PROBLEM_ALREADY_REVEALED,
    PROBLEM_NOT_REVEALED,
    PROBLEM_MASKED_ELSEWHERE,
    PROBLEM_LAST_ADMIN,
    PROBLEM_IN_PROGRESS,
    PROBLEM_GONE,
    PROBLEM_PRECONDITION_FAILED,
    PROBLEM_BODY_TOO_LARGE,
    PROBLEM_URI_TOO_LONG,
    PROBLEM_UNSUPPORTED_MEDIA_TYPE,
    PROBLEM_INVALID_BODY,
    PROBLEM_QUOTE_NOT_FOUND,
    PROBLEM_NOT_APPLICABLE,
    PROBLEM_UNREADABLE_TEXT,
    PROBLEM_KEY_REUSED,
    PROBLEM_BATCH_REFUSED,
    PROBLEM_PRECONDITION_REQUIRED,
    PROBLEM_TOO_MANY_REQUESTS,
    PROBLEM_INTERNAL,
    PROBLEM_UNAVAILABLE,
    PROBLEM_STORAGE_FULL,
    PROBLEMS
};

struct problem_row {
    const char *slug;
    int status;
    const char *title; /* the same for every instance */
    const char *page;  /* what it means and what to do, for its page */
};

const struct problem_row *problem_row(enum problem problem);

/* As an answer has it, for what is told of elsewhere. */
struct str problem_json(struct arena *arena, enum problem problem, struct str detail,
    struct str instance, struct str request_id);

/* PROBLEMS when there is no such slug. */
enum problem problem_of_slug(struct str slug);

#endif
