#include "users/limits.h"

#include "base/clock.h"
#include "base/rates.h"
#include "http/router.h"
#include "model/reader.h"
#include "step/app.h"
#include "users/users.h"

/* Kinds of buckets. */
enum {
    OF_READER = 'r',
    WRITES_OF_READER = 'w',
    OF_ADDRESS = 'a',
    ATTEMPTS = 't',
    ALL_ATTEMPTS = 'T'
};

static const struct rate of_reader = { 20 * 60, 60 };
static const struct rate writes_of_reader = { 5 * 60, 30 };
static const struct rate of_address = { 5 * 60, 60 };
static const struct rate attempts = { 20, 20 };
static const struct rate all_attempts = { 10 * 60, 20 };

static enum meter_limit limit_of(char kind)
{
    switch (kind) {
    case OF_READER:
        return LIMIT_READER;
    case WRITES_OF_READER:
        return LIMIT_WRITES;
    case OF_ADDRESS:
        return LIMIT_ADDRESS;
    default:
        return LIMIT_ATTEMPTS;
    }
}

static struct rate_verdict take(
    struct request *req, char kind, struct str key, const struct rate *rate)
{
    struct rate_verdict verdict =
        rates_take(req->app->shared->rates, kind, key, *rate, clock_monotonic_ms());

    counter_add(&req->app->meter->limited[limit_of(kind)], !verdict.allowed);
    return verdict;
}

/* -- requests ---------------------------------------------------------------------------------- */

static struct str policy_text(struct arena *arena, const char *name, const struct rate *rate)
{
    return arena_printf(
        arena, "\"%s\";q=%u;w=%u", name, rate->burst, rate->burst * 60 / rate->per_minute);
}

static struct str state_text(
    struct arena *arena, const char *name, const struct rate_verdict *verdict)
{
    return arena_printf(arena, "\"%s\";r=%u;t=%u", name, verdict->remaining, verdict->reset_s);
}

/* The headers are lists (draft-ietf-httpapi-ratelimit-headers, 10): one item for each policy. */
static struct str joined(struct arena *arena, struct str list, struct str item)
{
    return str_given(list) ? arena_printf(arena, "%.*s, %.*s", STR_ARG(list), STR_ARG(item)) : item;
}

struct limits {
    struct str policies, states;
    uint32_t retry_after_s; /* 0: all is well */
};

static void apply(struct request *req, struct limits *limits, const char *name, char kind,
    struct str key, const struct rate *rate)
{
    struct rate_verdict verdict = take(req, kind, key, rate);

    limits->policies = joined(req->arena, limits->policies, policy_text(req->arena, name, rate));
    limits->states = joined(req->arena, limits->states, state_text(req->arena, name, &verdict));
    if (!verdict.allowed && verdict.retry_after_s > limits->retry_after_s)
        limits->retry_after_s = verdict.retry_after_s;
}

static bool is_read(const struct request *req)
{
    return str_eq(req->method, STR("GET")) || str_eq(req->method, STR("HEAD"));
}

bool limit_rate(struct request *req)
{
    const struct reader *reader = req->reader;
    struct str id = { (const char *)reader->id.bytes, sizeof reader->id.bytes };
    struct limits limits = { .policies = STR_NONE };

    if (!req->app->settings->rate_limit || req->outer) /* the outer one was counted */
        return true;
    if (reader_is_nobody(reader)) {
        apply(req, &limits, "requests", OF_ADDRESS, address_subscriber(&req->client.address),
            &of_address);
    } else {
        apply(req, &limits, "requests", OF_READER, id, &of_reader);
        if (!is_read(req))
            apply(req, &limits, "writes", WRITES_OF_READER, id, &writes_of_reader);
    }
    respond_header(req, "RateLimit-Policy", limits.policies);
    respond_header(req, "RateLimit", limits.states);
    if (limits.retry_after_s > 0)
        respond_header(req, "Retry-After", arena_printf(req->arena, "%u", limits.retry_after_s));
    return limits.retry_after_s == 0;
}

/* What comes by hundreds in one request costs less than as many requests. */
#define BULK_OF_WRITE 50

int64_t limit_bulk(struct request *req, size_t count)
{
    const struct reader *reader = req->reader;
    struct str id = { (const char *)reader->id.bytes, sizeof reader->id.bytes };

    for (; req->app->settings->rate_limit && count > 0;
         count -= count < BULK_OF_WRITE ? count : BULK_OF_WRITE) {
        struct rate_verdict verdict = take(req, WRITES_OF_READER, id, &writes_of_reader);
        if (!verdict.allowed)
            return (int64_t)verdict.retry_after_s * 1000;
    }
    return 0;
}

/* -- passwords --------------------------------------------------------------------------------- */

static int wait_of(const struct rate_verdict *verdict)
{
    return verdict->allowed ? 0 : (int)verdict->retry_after_s;
}

int limit_attempt(struct request *req)
{
    if (!req->app->settings->rate_limit)
        return 0;
    struct rate_verdict verdict =
        take(req, ATTEMPTS, address_subscriber(&req->client.address), &attempts);
    if (verdict.allowed)
        verdict = take(req, ALL_ATTEMPTS, STR(""), &all_attempts);
    return wait_of(&verdict);
}

enum step respond_too_many_attempts(struct request *req, int wait_s)
{
    respond_header(req, "Retry-After", arena_printf(req->arena, "%d", wait_s));
    return respond_problem_detail(req, PROBLEM_TOO_MANY_REQUESTS,
        "There were too many attempts. The next one is taken in %d seconds.", wait_s);
}
