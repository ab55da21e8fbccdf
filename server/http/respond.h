/* Answers. Each ends the request's steps: `return respond_…(req, …)`. Bodies are borrowed until the
 * request ends: its arena is the place for them. */
#ifndef GLOSS_HTTP_RESPOND_H
#define GLOSS_HTTP_RESPOND_H

#include "base/invalid.h"
#include "base/writer.h"
#include "http/problem.h"
#include "http/request.h"

#define RESPOND __attribute__((warn_unused_result))

/* A header of the coming answer; name and value are borrowed. */
void respond_header(struct request *req, const char *name, struct str value);

/* Sets the ETag of the coming answer (with its quotes). A GET whose If-None-Match names it is then
 * answered 304 without a body. */
void respond_etag(struct request *req, struct str etag);
/* True when If-None-Match names the tag that was set: the body need not be made. */
bool respond_is_fresh(const struct request *req);
RESPOND enum step respond_not_modified(struct request *req);

/* The body to come is memory that others use too, and that lives as long as the request: however
 * many take it slowly, there is one of it. */
void respond_shared(struct request *req);
/* The coming answer holds a secret: it is not compressed (http/coding.h). */
void respond_secret(struct request *req);

/* A GET without a tag gets one made of its bytes; a PATCH or PUT with Prefer: return=minimal is
 * answered 204. */
RESPOND enum step respond_json(struct request *req, int status, struct str json);
/* 201 with Location; with Prefer: return=minimal the body is left out. */
RESPOND enum step respond_created(struct request *req, struct str location, struct str json);
/* The Location of an answer that has been made. */
struct str respond_location(const struct request *req);
RESPOND enum step respond_no_content(struct request *req);
RESPOND enum step respond_bytes(
    struct request *req, int status, const char *media_type, struct str body);
/* 302 or 303 */
RESPOND enum step respond_redirect(struct request *req, int status, struct str location);

RESPOND enum step respond_problem(struct request *req, enum problem problem);
RESPOND enum step respond_problem_detail(struct request *req, enum problem problem,
    const char *detail_format, ...) __attribute__((format(printf, 3, 4)));
/* With further members (`"places":[…]`) of the problem object. */
RESPOND enum step respond_problem_with(struct request *req, enum problem problem, struct str detail,
    const struct invalid *faults, struct str members);
/* 422 invalid-body */
RESPOND enum step respond_invalid(struct request *req, const struct invalid *why);
/* 503 with Retry-After */
RESPOND enum step respond_unavailable(struct request *req);

/* True when a Prefer header names it (RFC 7240), as `respond-async`. */
bool request_prefers(const struct request *req, struct str preference);
/* True when the Accept header names this media type, rather than a range that has it. */
bool request_names(const struct request *req, const char *media_type);

enum precondition { PRECONDITION_NONE, PRECONDITION_HOLDS, PRECONDITION_FAILED };
/* If-Match against the current tag. compare_version: only the part before the first dot counts. */
enum precondition request_if_match(
    const struct request *req, struct str etag, bool compare_version);

#endif
