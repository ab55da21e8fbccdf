/* A request on its way through its steps. A step runs to its end without blocking and returns an
 * answer (`return respond_…`) or a wait (`return await_…`). The request and its arena live until it
 * is answered, even if the client has gone. */
#ifndef GLOSS_HTTP_REQUEST_H
#define GLOSS_HTTP_REQUEST_H

#include "base/address.h"
#include "base/arena.h"
#include "base/str.h"
#include "base/uuid.h"

#include <jansson.h>
#include <stdint.h>

enum step { STEP_ANSWERED, STEP_WAITING };

/* What the router says of an address. */
enum found { FOUND, FOUND_NOTHING, FOUND_OTHER_METHOD, FOUND_BAD_PATH };

struct app;
struct connection;
struct http_server;
struct reader;
struct request;
struct route;
struct stream;

typedef enum step step_fn(struct request *req) __attribute__((warn_unused_result));

#define PATH_PARAMS_MAX 4
#define QUERY_MAX 24
#define ANSWER_HEADERS_MAX 24

struct field {
    struct str name, value;
};

/* What the client may show to say who it is. Never both: with an Authorization header the cookie is
 * not looked at. */
enum credential { CREDENTIAL_NONE, CREDENTIAL_BEARER, CREDENTIAL_COOKIE };

struct request {
    struct arena *arena;
    struct app *app;
    const struct route *route;
    struct str method;                  /* "HEAD" stays HEAD; the route is GET's */
    struct str target;                  /* as sent: path and query */
    struct str path;                    /* the raw path, undecoded */
    struct str id;                      /* X-Request-Id */
    struct str trace;                   /* of traceparent; STR_NONE without one */
    struct str params[PATH_PARAMS_MAX]; /* decoded, in the pattern's order */
    struct str suffix;                  /* the media type that a suffix asks for; beats Accept */
    struct field query[QUERY_MAX];      /* decoded */
    size_t query_count;
    struct str media_type; /* of the body, lower case, without parameters */
    struct str charset;    /* of the body, as given; STR_NONE if not */
    struct str body;
    json_t *json; /* the body when it is JSON; always an object */

    struct {
        struct address address;
        bool known;   /* false: a proxy does not say, and `address` is its own */
        bool is_peer; /* nobody spoke for it */
    } client;

    enum credential credential;
    struct str secret;           /* token or session, as sent */
    const struct reader *reader; /* who asks; never NULL in a handler */
    void *state;                 /* what a later step needs */
    void *after;                 /* step/'s: where to go on */
    void *once;                  /* step/'s: its Idempotency-Key */
    void *write;                 /* step/'s: how an inner request writes */
    void *job;                   /* step/'s: how it goes on without its client */
    void *pieces;                /* step/'s: what its stream is made of */
    int64_t started_ms, deadline_ms;
    int64_t whole_us; /* when all of it had been read */

    struct {
        int status;
        struct str media_type;
        struct str body;
        struct field headers[ANSWER_HEADERS_MAX];
        size_t header_count;
        bool close;
        bool keeps_tags;       /* an ETag was set: may turn into 304 */
        bool is_shared;        /* the body is not the request's own memory */
        bool is_secret;        /* its length may tell nothing: never coded */
        struct stream *stream; /* the body is made while it goes out (http/stream.h) */
    } answer;

    /* of an inner request (http/inner.h) */
    struct request *outer; /* NULL: it came by itself */
    step_fn *run;          /* instead of the route's handler; NULL: that */
    void (*done)(struct request *outer, struct request *inner);
    struct field *kept; /* headers; of an outer one those that its inner ones have too */
    size_t kept_count;

    /* http/'s own */
    struct http_server *server;
    struct str coded;   /* the answer's body as gzip */
    size_t plain_bytes; /* what it takes beside that as it was */
    struct connection *connection;
    struct {
        char *at;
        size_t bytes, room;
        uint64_t seen; /* also what was drained */
        uint64_t announced;
        int file; /* its descriptor and one more; 0: all is in memory */
        uint64_t spooled_bytes;
    } upload;
    enum found found;
    struct str allowed; /* the methods of the path */
    size_t large_bytes; /* of the room for large bodies */
    uint16_t place;     /* its address's, among those that are counted */
    bool began, is_heard, too_large, no_room, disk_full, is_waiting;
};

/* The value of a header, STR_NONE without one; valid as long as the request. */
struct str request_header(const struct request *req, const char *name);
struct str request_cookie(const struct request *req, const char *name);

/* The decoded value of a query parameter, STR_NONE when it was not given. */
struct str request_query(const struct request *req, const char *name);

/* The path parameter number `index` of the route's pattern. */
struct str request_param(const struct request *req, size_t index);

/* True when the client is at one of these addresses; what a proxy passes on that is not trusted to
 * say for whom does not come from its own. */
bool request_comes_from(const struct request *req, const struct address_list *list);

/* Bytes of the body from `at` on, for routes whose bodies may be too large to be held (req->body
 * then has nothing). 0 at its end. */
size_t request_read_body(const struct request *req, uint64_t at, char *out, size_t room);

/* Goes on with a request that was waiting: `step` is what its latest step returned. Belongs to
 * step/, which runs on the request's own loop. */
void request_continue(struct request *req, enum step step);

#endif
