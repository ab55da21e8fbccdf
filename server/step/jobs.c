#include "step/jobs.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/trial.h"
#include "http/inner.h"
#include "http/router.h"
#include "model/reader.h"
#include "sql.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_MAX_OF_USER 4
#define OPEN_MAX 16 /* of a worker: each holds the body of its request */
#define LIMIT_MS 300000
#define LAPSE_MS 20000 /* after it was last heard of */
#define TELL_MS 500    /* how often a change is told, at most */
#define CALLS_MAX 16

enum state { KEEPING, WAITING, BEGINNING, RUNNING, ENDING };

struct job {
    struct job *next;
    struct jobs *jobs;
    struct uuid id;
    enum state state;
    struct request *host; /* in its client's place; NULL: it has not begun to wait */
    after_query *kept;    /* of the request that it came from */
    after_query *after;   /* of the calls that do it */
    enum job_stage stage;
    size_t done, total;
    bool has_changed;  /* since it was last told of */
    bool is_done;      /* and its row says so */
    struct str more;   /* in the inner request's arena */
    struct made found; /* object nil: nothing */
    int64_t started_ms;
};

struct jobs {
    struct app *app;
    struct job *first; /* oldest first */
    size_t count;
    struct loop_timer timer;
    int64_t told_ms;
    bool is_telling, is_draining, is_over;
};

static const char *const stage_names[JOB_STAGES] = { "read", "align", "carry", "write" };

static int32_t lapse_ms(void)
{
    return (int32_t)trial_ms(LAPSE_MS);
}

static void count(const struct jobs *jobs)
{
    struct meter *meter = jobs->app->meter;
    uint64_t running = 0;

    for (const struct job *job = jobs->first; job; job = job->next)
        running += job->state == RUNNING;
    counter_set(&meter->jobs_open, jobs->count);
    counter_set(&meter->jobs_running, running);
}

static void drop(struct job *job)
{
    struct jobs *jobs = job->jobs;
    struct job **at = &jobs->first;

    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    jobs->count--;
    if (job->host)
        inner_host_free(job->host);
    free(job);
    count(jobs);
}

/* -- telling how far they are ------------------------------------------------------------------ */

static bool is_told_of(const struct job *job)
{
    return job->state != KEEPING && job->state != ENDING;
}

static void on_told(void *waiter, const struct db_result *res, size_t count_)
{
    struct jobs *jobs = waiter;

    (void)count_;
    jobs->is_telling = false;
    if (res->err != ERR_NONE)
        log_line(LOG_WARN, "database.error", LOG_CSTR("statement", "jobs_tell"),
            LOG_CSTR("error", err_name(res->err)));
}

static void tell(struct jobs *jobs)
{
    struct arena *arena = arena_make();
    struct uuid *ids = arena_array(arena, struct uuid, jobs->count);
    struct str *stages = arena_array(arena, struct str, jobs->count);
    int32_t *done = arena_array(arena, int32_t, jobs->count);
    int32_t *totals = arena_array(arena, int32_t, jobs->count);
    size_t n = 0;

    for (struct job *job = jobs->first; job; job = job->next) {
        if (!is_told_of(job))
            continue;
        ids[n] = job->id;
        stages[n] = str_from(stage_names[job->stage]);
        done[n] = (int32_t)job->done;
        totals[n++] = (int32_t)job->total;
        job->has_changed = false;
    }
    jobs->is_telling = true;
    jobs->told_ms = clock_monotonic_ms();
    struct db_params params = DB_PARAMS(db_uuids(arena, ids, n), db_texts(arena, stages, n),
        db_ints(arena, done, n), db_ints(arena, totals, n), db_int(lapse_ms()));
    db_submit(jobs->app->pool, DB_WRITE, &(struct db_call){ &sql_jobs_tell, params }, 1,
        jobs->told_ms + lapse_ms(), true, on_told, jobs);
    arena_free(arena);
}

static void on_time(struct loop_timer *timer)
{
    struct jobs *jobs = (struct jobs *)((char *)timer - offsetof(struct jobs, timer));
    bool has_news = clock_monotonic_ms() - jobs->told_ms > lapse_ms() / 4, has_any = false;

    for (struct job *job = jobs->first; job; job = job->next) {
        has_any = has_any || is_told_of(job);
        has_news = has_news || (is_told_of(job) && job->has_changed);
    }
    if (has_any && has_news && !jobs->is_telling)
        tell(jobs);
    if (jobs->first)
        loop_timer_start(jobs->app->loop, timer, TELL_MS);
}

/* -- one after the other ----------------------------------------------------------------------- */

static void begin_next(struct jobs *jobs);
static void on_done(struct request *host, struct request *inner);

static void end(struct job *job)
{
    struct jobs *jobs = job->jobs;

    drop(job);
    begin_next(jobs);
}

static void on_ended(void *waiter, const struct db_result *res, size_t count_)
{
    (void)count_;
    /* it lapses, and that it has failed is then told of it in any case */
    if (res->err != ERR_NONE)
        log_line(LOG_WARN, "database.error", LOG_CSTR("statement", "jobs_fail"),
            LOG_CSTR("error", err_name(res->err)));
    end(waiter);
}

static void write_end(struct job *job, const struct db_call *call)
{
    if (job->jobs->is_over)
        drop(job);
    else
        db_submit(job->jobs->app->pool, DB_WRITE, call, 1, clock_monotonic_ms() + lapse_ms(), true,
            on_ended, job);
}

static void write_failure(struct job *job, int status, struct str problem)
{
    struct arena *arena = arena_make();
    int32_t number = status;

    counter_add(&job->jobs->app->meter->jobs_failed, 1);
    write_end(job,
        &(struct db_call){ &sql_jobs_fail,
            DB_PARAMS(db_uuids(arena, &job->id, 1), db_ints(arena, &number, 1),
                db_texts(arena, &problem, 1)) });
    arena_free(arena);
}

static struct db_call done_call(
    const struct job *job, const struct request *inner, struct made made, struct db_param params[6])
{
    params[0] = db_uuid(job->id);
    params[1] = db_uuid(made.object);
    params[2] = db_int(made.status);
    params[3] = db_text(job->more);
    params[4] = db_uuid(inner->reader->credential);
    params[5] = db_int((int32_t)job->total);
    return (struct db_call){ &sql_jobs_done, { params, 6 } };
}

/* What is left to be written of what came of it. */
static void write_rest(struct job *job, const struct request *inner)
{
    struct db_param params[6];

    job->state = ENDING;
    if (job->is_done) {
        counter_add(&job->jobs->app->meter->jobs_done, 1);
        end(job);
    } else if (inner->answer.status < 300 && !uuid_is_nil(job->found.object)) {
        counter_add(&job->jobs->app->meter->jobs_done, 1);
        struct db_call call = done_call(job, inner, job->found, params);
        write_end(job, &call);
    } else {
        write_failure(job, inner->answer.status, inner->answer.body);
    }
}

static void on_done(struct request *host, struct request *inner)
{
    struct job *job = host->state;

    log_line(LOG_INFO, "job", LOG_STR("id", host->id), LOG_CSTR("route", host->route->pattern),
        LOG_INT("status", inner->answer.status),
        LOG_INT("ms", clock_monotonic_ms() - job->started_ms));
    count(job->jobs);
    write_rest(job, inner);
    inner_free(inner);
}

static void run(struct job *job)
{
    struct request *inner = inner_of_host(job->host);

    job->state = RUNNING;
    count(job->jobs);
    inner->job = job;
    inner->deadline_ms = clock_monotonic_ms() + trial_ms(LIMIT_MS);
    inner_start(inner, on_done);
}

static void on_begun(void *waiter, const struct db_result *res, size_t count_)
{
    struct job *job = waiter;

    (void)count_;
    if (res->err == ERR_NONE && res->rows == 1)
        run(job);
    else
        end(job); /* it has lapsed, or will */
}

static void begin_next(struct jobs *jobs)
{
    struct job *job = jobs->first;

    for (const struct job *other = jobs->first; other; other = other->next)
        if (other->state == BEGINNING || other->state == RUNNING)
            return;
    while (job && job->state != WAITING)
        job = job->next;
    if (!job || jobs->is_over)
        return;
    job->state = BEGINNING;
    db_submit(jobs->app->pool, DB_WRITE,
        &(struct db_call){ &sql_jobs_begin, DB_PARAMS(db_uuid(job->id), db_int(lapse_ms())) }, 1,
        clock_monotonic_ms() + lapse_ms(), true, on_begun, job);
}

/* -- a request becomes one --------------------------------------------------------------------- */

bool job_is_run(const struct request *req)
{
    return req->outer && req->job;
}

bool job_is_wanted(const struct request *req)
{
    return !req->outer && request_prefers(req, STR("respond-async"));
}

/* A request that is about to become a job. */
struct keeping {
    struct job *job; /* NULL: it is one */
};

/* It has ended, and its row was not kept, or is not known to have been. */
static void give_up(void *keeping)
{
    struct job *job = ((struct keeping *)keeping)->job;

    if (job)
        drop(job);
}

static enum step on_kept(struct request *req, const struct db_result *res)
{
    static const char *const also[] = { "If-Match" };
    struct keeping *keeping = req->job;
    struct job *job = keeping->job;

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("too-many-requests"))) {
        respond_header(req, "Retry-After", STR("5"));
        return respond_problem_detail(req, PROBLEM_TOO_MANY_REQUESTS,
            "You have %d jobs under way. Wait until one of them is done.", OPEN_MAX_OF_USER);
    }
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    enum step answer = job->kept(req, &res[1]);
    job->host = inner_host_new(req, also, 1);
    job->host->state = job;
    job->state = WAITING;
    keeping->job = NULL;
    begin_next(job->jobs);
    return answer;
}

static struct job *add(struct jobs *jobs)
{
    struct job *job = mem_zero(1, sizeof *job), **at = &jobs->first;

    job->jobs = jobs;
    job->id = uuid_new();
    job->started_ms = clock_monotonic_ms();
    while (*at)
        at = &(*at)->next;
    *at = job;
    jobs->count++;
    count(jobs);
    if (jobs->timer.at_ms == 0)
        loop_timer_start(jobs->app->loop, &jobs->timer, TELL_MS);
    return job;
}

enum step await_job(struct request *req, const char *kind, struct uuid document, after_query *next)
{
    struct jobs *jobs = req->app->jobs;

    if (jobs->count >= OPEN_MAX || jobs->is_draining)
        return respond_unavailable(req);
    struct keeping *keeping = arena_new(req->arena, struct keeping);
    struct job *job = add(jobs);
    job->kept = next;
    keeping->job = job;
    req->job = keeping;
    arena_own(req->arena, keeping, give_up);
    return AWAIT_ONCE(req, on_kept, ((struct made){ job->id, document, 202 }),
        { &sql_jobs_hold_user, DB_PARAMS(db_uuid(req->reader->id)) },
        { &sql_jobs_insert,
            DB_PARAMS(db_uuid(job->id), db_uuid(req->reader->id), db_cstr(kind), db_uuid(document),
                db_int(lapse_ms()), db_int(OPEN_MAX_OF_USER)) });
}

/* -- while it runs ----------------------------------------------------------------------------- */

void job_says(struct request *req, enum job_stage stage, size_t done, size_t total)
{
    struct job *job = req->job;

    if (!job_is_run(req))
        return;
    job->stage = stage;
    job->done = done;
    job->total = total;
    job->has_changed = true;
}

void job_adds(struct request *req, struct str members)
{
    if (job_is_run(req))
        ((struct job *)req->job)->more = members;
}

void job_found(struct request *req, struct made made)
{
    if (job_is_run(req))
        ((struct job *)req->job)->found = made;
}

static enum step on_stored(struct request *req, const struct db_result *res)
{
    struct job *job = req->job;

    job->is_done = res->err == ERR_NONE;
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("unauthorized")))
        return respond_problem_detail(req, PROBLEM_UNAUTHORIZED,
            "What it was asked with has ended meanwhile. Nothing was written.");
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("job-ended")))
        return respond_unavailable(req);
    return job->after(req, res);
}

enum step await_job_done(struct request *req, after_query *next, struct made made,
    const struct db_call *calls, size_t count_)
{
    struct job *job = req->job;
    struct db_call all[CALLS_MAX];
    struct db_param params[6];

    assert(count_ < CALLS_MAX);
    job->after = next;
    memcpy(all, calls, count_ * sizeof *calls);
    all[count_] = done_call(job, req, made, params);
    return await_all(req, DB_LARGE, on_stored, all, count_ + 1); /* others do not wait behind it */
}

/* -- a worker's -------------------------------------------------------------------------------- */

struct jobs *jobs_new(struct app *app)
{
    struct jobs *jobs = mem_zero(1, sizeof *jobs);

    jobs->app = app;
    jobs->timer.fire = on_time;
    return jobs;
}

void jobs_drain(struct jobs *jobs)
{
    struct arena *arena = arena_make();

    jobs->is_draining = true;
    for (struct job *job = jobs->first; job; job = job->next) {
        if (job->state != WAITING)
            continue;
        job->state = ENDING;
        write_failure(job, 503,
            problem_json(arena, PROBLEM_UNAVAILABLE,
                STR("The server ended before its turn came. Nothing was written: send it again."),
                job->host->path, job->host->id));
    }
    arena_free(arena);
}

size_t jobs_open(const struct jobs *jobs)
{
    return jobs->count;
}

void jobs_stop(struct jobs *jobs)
{
    jobs->is_over = true;
    loop_timer_stop(jobs->app->loop, &jobs->timer);
}

void jobs_free(struct jobs *jobs)
{
    struct job *next;

    for (struct job *job = jobs->first; job; job = next) {
        next = job->next;
        if (job->state != RUNNING) /* of which a thread may still have something in hand */
            drop(job);
    }
    free(jobs);
}
