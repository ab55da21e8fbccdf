#include "step/await.h"

#include "base/clock.h"
#include "base/log.h"
#include "model/reader.h"
#include "step/jobs.h"

#include <string.h>

/* Past it nobody is waiting any more, and what still waits keeps others from their turn. */
#define TURN_LIMIT_MS 10000

/* Of text; less is done in some hundredths of a second, whatever it says. */
#define LONG_TEXT_BYTES 262144

struct wait {
    after_query *after_query;
    step_fn *after_work;
    void (*run)(struct request *req);
    int64_t turn_until_ms;
    bool missed_turn;
};

static struct wait *wait_new(struct request *req)
{
    /* one at a time, so one record serves the whole request */
    if (!req->after)
        req->after = arena_new(req->arena, struct wait);
    return req->after;
}

static void on_done(void *waiter, const struct db_result *results, size_t count)
{
    struct request *req = waiter;
    struct wait *wait = req->after;

    (void)count;
    request_continue(req, wait->after_query(req, results));
}

enum step await_all(struct request *req, enum db_class class, after_query *next,
    const struct db_call *calls, size_t count)
{
    /* what has been begun is ended first: refused now, it was for nothing. A stream has no end. */
    bool goes_on = req->after && !req->answer.stream &&
        (class == DB_READ || class == DB_WRITE || job_is_run(req));

    wait_new(req)->after_query = next;
    db_submit(req->app->pool, class, calls, count, req->deadline_ms, goes_on, on_done, req);
    return STEP_WAITING;
}

enum step await_query(struct request *req, const struct db_statement *statement, after_query *next,
    struct db_params params)
{
    return await_all(req, DB_READ, next, &(struct db_call){ statement, params }, 1);
}

enum step await_write(struct request *req, const struct db_statement *statement, after_query *next,
    struct db_params params)
{
    return await_all(req, DB_WRITE, next, &(struct db_call){ statement, params }, 1);
}

enum step await_slow(struct request *req, const struct db_statement *statement, after_query *next,
    struct db_params params)
{
    return await_all(req, DB_SLOW, next, &(struct db_call){ statement, params }, 1);
}

static void run_work(void *argument)
{
    struct request *req = argument;
    struct wait *wait = req->after;

    wait->missed_turn = clock_monotonic_ms() > wait->turn_until_ms;
    if (!wait->missed_turn)
        wait->run(req);
}

static void on_worked(void *argument)
{
    struct request *req = argument;
    struct wait *wait = req->after;

    request_continue(req, wait->missed_turn ? respond_unavailable(req) : wait->after_work(req));
}

uint64_t work_owner(const struct request *req)
{
    uint64_t owner = 0xCBF29CE484222325u;

    if (req->reader && !reader_is_nobody(req->reader)) {
        memcpy(&owner, req->reader->id.bytes + 8, sizeof owner); /* the random part */
        return owner;
    }
    struct str key = address_subscriber(&req->client.address);
    for (size_t i = 0; i < key.bytes; i++)
        owner = (owner ^ (unsigned char)key.at[i]) * 0x100000001B3u;
    return owner;
}

typedef bool submit_fn(struct work *work, uint64_t owner, struct loop *loop,
    void (*run)(void *argument), void (*done)(void *argument), void *argument);

static enum step await_threads(struct request *req, struct work *work, submit_fn *submit,
    void (*run)(struct request *req), step_fn *next)
{
    struct wait *wait = wait_new(req);

    wait->run = run;
    wait->after_work = next;
    wait->turn_until_ms = job_is_run(req) ? req->deadline_ms : clock_monotonic_ms() + TURN_LIMIT_MS;
    if (!submit(work, work_owner(req), req->app->loop, run_work, on_worked, req))
        return respond_unavailable(req);
    return STEP_WAITING;
}

enum step await_work(struct request *req, void (*run)(struct request *req), step_fn *next)
{
    return await_threads(req, req->app->shared->work, work_submit, run, next);
}

enum step await_text_work(
    struct request *req, size_t bytes, void (*run)(struct request *req), step_fn *next)
{
    submit_fn *submit = bytes > LONG_TEXT_BYTES ? work_submit_long : work_submit;
    return await_threads(req, req->app->shared->work, submit, run, next);
}

enum step await_hashing(struct request *req, void (*run)(struct request *req), step_fn *next)
{
    return await_threads(req, req->app->shared->hashing, work_submit, run, next);
}

enum step await_other(struct request *req)
{
    (void)wait_new(req);
    return STEP_WAITING;
}

void go_on_with(struct request *req, step_fn *next)
{
    request_continue(req, next(req));
}

enum step respond_db_error(struct request *req, const struct db_result *res)
{
    enum problem refused;

    log_line(res->err == ERR_BUG ? LOG_ERROR : LOG_WARN, "database.error",
        LOG_STR("request", req->id), LOG_CSTR("error", err_name(res->err)),
        LOG_CSTR("sqlstate", res->sqlstate), LOG_STR("constraint", res->constraint));
    switch (res->err) {
    case ERR_REFUSED:
        refused = problem_of_slug(res->refusal);
        return respond_problem(req, refused == PROBLEMS ? PROBLEM_CONFLICT : refused);
    case ERR_DUPLICATE:
    case ERR_MISSING:
        return respond_problem(req, PROBLEM_CONFLICT);
    case ERR_FULL:
        return respond_problem(req, PROBLEM_STORAGE_FULL);
    case ERR_BUG:
    case ERR_NONE:
        return respond_problem(req, PROBLEM_INTERNAL);
    default:
        return respond_unavailable(req);
    }
}

static void on_forgotten(void *waiter, const struct db_result *results, size_t count)
{
    const struct db_statement *statement = waiter;

    (void)count;
    if (results[0].err != ERR_NONE)
        log_line(LOG_WARN, "database.error", LOG_CSTR("statement", statement->name),
            LOG_CSTR("error", err_name(results[0].err)));
}

void db_write_and_forget(
    struct app *app, const struct db_statement *statement, struct db_params params)
{
    void *waiter = (void *)(uintptr_t)statement; /* static, and only read */
    db_submit(app->pool, DB_WRITE, &(struct db_call){ statement, params }, 1,
        clock_monotonic_ms() + 10000, false, on_forgotten, waiter);
}
