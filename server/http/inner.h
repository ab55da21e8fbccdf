/* A request inside another one: it comes from the same client with the same credentials, runs
 * through the same steps from the beginning (who asks, and what may they, are asked anew), and its
 * answer goes to the outer request instead of the wire. Pages of a stream and lines of a batch are
 * such requests. It has an arena of its own, which ends with it. */
#ifndef GLOSS_HTTP_INNER_H
#define GLOSS_HTTP_INNER_H

#include "http/request.h"

/* Called once, when `inner` has its answer; perhaps before inner_start() returns. */
typedef void inner_done(struct request *outer, struct request *inner);

/* A request like the outer one, without its body. Of its headers it has those that say who asks;
 * the caller sets what else is to be different, then starts it. */
struct request *inner_new(struct request *outer);
/* A header that it has besides. */
void inner_header(struct request *inner, const char *name, struct str value);
/* It has the time that `deadline_ms` says, where that is set. */
void inner_start(struct request *inner, inner_done *done);
void inner_free(struct request *inner);

/* Stands in for the client of a request that is to go on without it: an outer request that lives
 * for as long as its caller wants, without a connection. It takes the body, and the room that large
 * ones have, away from `req`; its inner request gets the body, and the headers of `also` besides
 * those that say who asks. */
struct request *inner_host_new(struct request *req, const char *const *also, size_t also_count);
struct request *inner_of_host(struct request *host);
void inner_host_free(struct request *host);

/* Hands the inner request's answer out as the outer one's own. */
enum step inner_answer(struct request *outer, const struct request *inner)
    __attribute__((warn_unused_result));

#endif
