#include "enter.h"

#include "base/trial.h"
#include "http/respond.h"
#include "http/router.h"
#include "model/reader.h"
#include "step/await.h"
#include "step/whole.h"
#include "users/users.h"

#include <unistd.h>

#define INLINE_JSON_MAX_BYTES 65536

/* -- the body ---------------------------------------------------------------------------------- */

struct parsed {
    enum problem problem;
    struct str why;
};

static void release_json(void *json)
{
    json_decref(json);
}

static void parse_json(struct request *req)
{
    struct parsed *parsed = arena_new(req->arena, struct parsed);

    req->state = parsed;
    req->json = body_parse_json(req->arena, req->body, &parsed->problem, &parsed->why);
    if (req->json)
        arena_own(req->arena, req->json, release_json);
}

static enum step handle(struct request *req)
{
    if (req->run)
        return req->run(req);
    return whole_is_wanted(req) ? whole_list(req) : req->route->handler(req);
}

static enum step on_parsed(struct request *req)
{
    const struct parsed *parsed = req->state;

    if (!req->json)
        return respond_problem_with(req, parsed->problem, parsed->why, NULL, STR_NONE);
    req->state = NULL;
    return handle(req);
}

static bool has_json(const struct request *req)
{
    return req->route->body &&
        (str_eq(req->media_type, STR("application/json")) ||
            str_eq(req->media_type, STR("application/merge-patch+json")));
}

static enum step read_body(struct request *req)
{
    if (!has_json(req))
        return handle(req);
    if (req->body.bytes > INLINE_JSON_MAX_BYTES)
        return await_work(req, parse_json, on_parsed);
    parse_json(req);
    return on_parsed(req);
}

/* -- who may ----------------------------------------------------------------------------------- */

/* Names the scope, for people and, as a member, for programs. */
static enum step respond_missing(struct request *req, unsigned missing)
{
    for (size_t i = 0; i < scope_name_count; i++)
        if (missing & scope_names[i].scope)
            return respond_problem_with(req, PROBLEM_MISSING_SCOPE,
                arena_printf(
                    req->arena, "This takes a token with the scope %s.", scope_names[i].name),
                NULL, arena_printf(req->arena, "\"scope\":\"%s\"", scope_names[i].name));
    return respond_problem_detail(
        req, PROBLEM_MISSING_SCOPE, "No token may do this: sign in on the page.");
}

static enum step on_known(struct request *req)
{
    const struct route *route = req->route;
    const struct reader *reader = req->reader;

    if (!limit_rate(req))
        return respond_problem(req, PROBLEM_TOO_MANY_REQUESTS);
    if (reader_is_nobody(reader)) {
        bool is_open = route->access == ANYONE ||
            (route->access == NEEDS_READER && req->app->settings->is_public);
        return is_open ? read_body(req) : respond_problem(req, PROBLEM_UNAUTHORIZED);
    }
    if (route->access == NEEDS_OPERATOR && !reader->admin)
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED, "Only an admin of the server may.");
    unsigned missing = (unsigned)route->scope & ~reader->scopes;
    if (missing)
        return respond_missing(req, missing);
    return read_body(req);
}

/* Works without the database, which may be what there is to look into. */
static bool is_from_operator(const struct request *req)
{
    return req->route->access == NEEDS_OPERATOR &&
        !str_given(request_header(req, "Authorization")) &&
        request_comes_from(req, &req->app->settings->metrics_from);
}

/* Only in tests of the watchdog. */
static bool gets_stuck(const struct request *req)
{
    struct str how = trial_may_stick() ? request_header(req, "X-Test-Stuck") : STR_NONE;

    while (str_eq(how, STR("loop")))
        sleep(1);
    return str_eq(how, STR("request"));
}

enum step enter(struct request *req)
{
    static const struct reader nobody = { 0 };

    if (gets_stuck(req))
        return STEP_WAITING;
    if (req->route->access == UNASKED || is_from_operator(req)) {
        req->reader = &nobody;
        return read_body(req);
    }
    return authenticate(req, on_known);
}
