/* The table of routes, and finding one. Patterns: literal segments, {name}, and literal.{name},
 * {name}.{name} or {name}@{name} for suffixes. */
#ifndef GLOSS_HTTP_ROUTER_H
#define GLOSS_HTTP_ROUTER_H

#include "http/problem.h"
#include "http/request.h"

enum access {
    UNASKED,      /* the same for all: who asks is not even looked up */
    ANYONE,       /* signed in or not */
    NEEDS_READER, /* a user, or anybody where the server is public */
    NEEDS_USER,
    NEEDS_OPERATOR /* an admin; or, without a word, who comes from where the operator says */
};

/* Scopes of a token; sessions have them all. */
enum scope {
    SCOPE_NONE = 0,
    SCOPE_DOCUMENTS_READ = 1 << 0,
    SCOPE_DOCUMENTS_WRITE = 1 << 1,
    SCOPE_ANNOTATIONS_READ = 1 << 2,
    SCOPE_ANNOTATIONS_WRITE = 1 << 3,
    SCOPE_GROUPS_ADMIN = 1 << 4,
    SCOPE_EXPORT = 1 << 5,
    SCOPE_FEED = 1 << 6,
    SCOPE_ADMIN = 1 << 7,
    SCOPE_SESSION = 1 << 8, /* only a session, no token: passwords and tokens themselves */
    SCOPE_ALL = (1 << 9) - 1
};

struct scope_name {
    enum scope scope;
    const char *name; /* "documents:read" */
};

/* Those that a token can have. */
extern const struct scope_name scope_names[];
extern const size_t scope_name_count;

/* What a route takes as a body. */
struct body_rule {
    size_t max_bytes;
    const char *media_types; /* space-separated; NULL: no body is looked at */
};

struct route {
    const char *method;
    const char *pattern;
    const char *operation; /* operationId in api/openapi.yaml */
    enum access access;
    enum scope scope;
    step_fn *handler;
    const char *query;            /* parameters it knows, space-separated; NULL: none */
    const struct body_rule *body; /* NULL: none */
    bool is_page;                 /* answers HTML: errors too */
};

/* The whole table, in server/routes.c. */
extern const struct route routes[];
extern const size_t route_count;

struct router;

struct router *router_new(const struct route *table, size_t count);
void router_free(struct router *router);

/* The route's place in the table; behind the last one for NULL. */
size_t router_index(const struct router *router, const struct route *route);

/* Finds the route of req->method and req->path; HEAD finds GET's. FOUND sets route and params.
 * Wherever the path exists, *allowed lists its methods ("GET, HEAD, OPTIONS"), as long as the
 * router lives. FOUND_BAD_PATH: an escape that cannot be decoded, %00, or a dot segment. */
enum found router_find(const struct router *router, struct request *req, struct str *allowed);

/* Where there is nothing: what there is beside it that differs in its ending alone, as a list
 * ("export.md, export.txt"); STR_NONE: nothing. */
struct str router_alike(const struct router *router, struct request *req);

/* Percent-decodes one path segment or query text into the arena; false on a bad escape, bad UTF-8
 * or NUL. */
bool percent_decode(struct arena *arena, struct str raw, bool plus_is_space, struct str *out);

/* Parses a body that must be a JSON object, within limits: 32 levels, 20,000 values, no key twice.
 * On failure *problem and *why say what to answer. The caller owns the result. */
json_t *body_parse_json(
    struct arena *arena, struct str body, enum problem *problem, struct str *why);

/* Splits and decodes req->target's query. False: *why says what is wrong. */
bool query_parse(struct request *req, struct str *why);

#endif
