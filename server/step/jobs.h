/* Requests that go on without their client (Prefer: respond-async, RFC 7240). Such a request is
 * looked at like any other, up to where it would begin what takes long; there await_job() keeps a
 * row of it, and its client gets the address of that. Then it is run once more from its beginning,
 * with what it was sent, by whoever is known by what it showed.
 *
 *     static enum step on_base(struct request *req, …)
 *     {
 *         if (job_is_wanted(req))
 *             return await_job(req, "thing", document, on_accepted);      → 202
 *         … job_says(req, JOB_CARRY, done, total); …  await_once(req, …) …
 *     }
 *
 * The row is never wrong about whether something was done: await_once() says so in the transaction
 * that does it, or undoes that. A server says of its jobs every few seconds that it goes on with
 * them; one that nothing is heard of has failed. */
#ifndef GLOSS_STEP_JOBS_H
#define GLOSS_STEP_JOBS_H

#include "step/idempotent.h"

enum job_stage { JOB_READ, JOB_ALIGN, JOB_CARRY, JOB_WRITE, JOB_STAGES };

/* -- a request's -- */

/* Would its client rather not wait? False for what is a job already. */
bool job_is_wanted(const struct request *req);
/* Is it one that goes on without its client? */
bool job_is_run(const struct request *req);

/* Keeps a job with the request's Idempotency-Key, if it has one, and begins it: `next` gets the
 * row, of the columns of jobs/find.sql. The request has lost its body then. Answers by itself where
 * its user (429) or the server (503) has as many under way as may be. */
RESPOND enum step await_job(
    struct request *req, const char *kind, struct uuid document, after_query *next);

/* How far it is; nothing where it is no job. */
void job_says(struct request *req, enum job_stage stage, size_t done, size_t total);
/* Further members of the answer that it will have, to be kept with what it has made: no words. */
void job_adds(struct request *req, struct str members);
/* Nothing is written, and this is what the answer is about. */
void job_found(struct request *req, struct made made);

/* await_once()'s part: the calls, and that it is done, as one transaction. */
RESPOND enum step await_job_done(struct request *req, after_query *next, struct made made,
    const struct db_call *calls, size_t count);

/* -- a worker's -- */

struct jobs;

struct jobs *jobs_new(struct app *app);
/* What has not begun is given up, and its user told so. */
void jobs_drain(struct jobs *jobs);
/* Those that are under way, and those whose end is being written. */
size_t jobs_open(const struct jobs *jobs);
/* The loop runs no more: nothing further is written. */
void jobs_stop(struct jobs *jobs);
void jobs_free(struct jobs *jobs);

#endif
