#include "db/pipeline.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/address.h"
#include "db/raw.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define PREPARED_MAX 1024 /* a power of two, well above the number of statements */
#define EXPECTED_MAX 4096 /* a power of two */
#define TRIES_MAX 3
#define STATEMENTS_OF_UNIT 16 /* different ones */
/* Of each step of connecting; a server that is away gives no answer, however long one waits. Now
 * and then one is waited for longer, for a server that is only very slow. */
#define CONNECT_STEP_MS 1500
#define CONNECT_SLOW_STEP_MS 8000
#define CONNECT_SLOW_EVERY 16
#define CONNECT_LIMIT_MS 15000
#define BACKOFF_FIRST_MS 50
#define BACKOFF_LAST_MS 1000
#define DOUBT_MS 1000
#define SAY_AGAIN_MS 30000

enum state { DOWN, CONNECTING, UP };

/* What PostgreSQL will answer next, in order. */
struct expected {
    enum { EXPECT_PREPARED, EXPECT_RESULT, EXPECT_SYNC } kind;
    struct unit *unit;
    size_t call;
    const struct db_statement *statement;
};

struct pipeline {
    struct loop_source source;
    struct loop_timer retry;
    struct loop *loop;
    const struct pipeline_config config;
    struct unit_queue *comes_back;
    struct address *address;
    PGconn *pg;
    enum state state;
    int64_t connecting_since_ms, step_ms;
    int64_t heard_ms; /* when the server last gave a sign of life */
    int64_t said_ms;
    char said[160]; /* why connecting failed, as last logged */
    int backoff_ms;
    int failures;
    int64_t reconnects;
    bool needs_sync;
    struct unit_queue in_flight;
    struct expected expected[EXPECTED_MAX];
    size_t expected_first, expected_count;
    const struct db_statement *prepared[PREPARED_MAX];
};

static void connect_start(struct pipeline *pipeline);
static void on_socket(struct loop_source *source, uint32_t events);

/* -- coming up and going down ------------------------------------------------------------------ */

static void close_connection(struct pipeline *pipeline)
{
    loop_unwatch(pipeline->loop, &pipeline->source);
    PQfinish(pipeline->pg);
    pipeline->pg = NULL;
    pipeline->state = DOWN;
    pipeline->needs_sync = false;
    pipeline->expected_first = pipeline->expected_count = 0;
    memset(pipeline->prepared, 0, sizeof pipeline->prepared);
}

/* Reads may be sent again on the next connection; of a write nobody knows whether it was done. */
static void give_up_units(struct pipeline *pipeline)
{
    struct unit *unit;
    while ((unit = unit_queue_pop(&pipeline->in_flight))) {
        if (unit->done && !unit_writes(unit) && ++unit->tries < TRIES_MAX) {
            unit_reset(unit);
            unit_queue_push(pipeline->comes_back, unit);
            continue;
        }
        unit_fail(unit, ERR_UNAVAILABLE);
        unit_free(unit);
    }
}

/* Said once, and again when there is another reason or it has lasted; each attempt would be a
 * flood. What libpq says of a failed attempt names hosts, users and databases, nothing that is
 * stored. */
static void say_lost(struct pipeline *pipeline, const char *why)
{
    bool attempt = pipeline->state != UP && pipeline->pg;
    struct str said = attempt ? str_trim(str_from(PQerrorMessage(pipeline->pg))) : STR("");
    int64_t now_ms = clock_monotonic_ms();
    char text[sizeof pipeline->said];

    snprintf(text, sizeof text, "%.*s", STR_ARG(said));
    bool again = pipeline->failures > 0 && now_ms - pipeline->said_ms < SAY_AGAIN_MS &&
        strcmp(text, pipeline->said) == 0;
    log_line(again ? LOG_DEBUG : LOG_WARN, "database.connection_lost", LOG_CSTR("why", why),
        LOG_CSTR("said", text), LOG_INT("class", pipeline->config.class),
        LOG_INT("in_flight", pipeline->in_flight.count));
    if (again)
        return;
    pipeline->said_ms = now_ms;
    memcpy(pipeline->said, text, sizeof text);
}

static void connection_lost(struct pipeline *pipeline, const char *why)
{
    say_lost(pipeline, why);
    if (pipeline->state == UP)
        counter_add(&pipeline->config.meter->lost, 1);
    close_connection(pipeline);
    give_up_units(pipeline);
    pipeline->failures++;
    pipeline->backoff_ms = pipeline->failures == 1   ? BACKOFF_FIRST_MS
        : pipeline->backoff_ms * 2 < BACKOFF_LAST_MS ? pipeline->backoff_ms * 2
                                                     : BACKOFF_LAST_MS;
    /* jitter, so that many connections do not come back in step */
    loop_timer_start(pipeline->loop, &pipeline->retry,
        pipeline->backoff_ms / 2 + (int)(random() % (pipeline->backoff_ms / 2 + 1)));
}

static void ignore_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

static void on_retry(struct loop_timer *timer)
{
    struct pipeline *pipeline =
        (struct pipeline *)((char *)timer - offsetof(struct pipeline, retry));
    connect_start(pipeline);
}

static void connect_start(struct pipeline *pipeline)
{
    pipeline->pg = address_connect(pipeline->address);
    if (!pipeline->pg || PQstatus(pipeline->pg) == CONNECTION_BAD) {
        connection_lost(pipeline, "cannot connect");
        return;
    }
    PQsetNoticeReceiver(pipeline->pg, ignore_notice, NULL);
    pipeline->state = CONNECTING;
    pipeline->connecting_since_ms = pipeline->step_ms = clock_monotonic_ms();
    pipeline->source.fd = PQsocket(pipeline->pg);
    pipeline->source.ready = on_socket;
    loop_watch(pipeline->loop, &pipeline->source, EPOLLOUT);
}

static void on_connecting(struct pipeline *pipeline)
{
    PostgresPollingStatusType poll = PQconnectPoll(pipeline->pg);

    pipeline->step_ms = clock_monotonic_ms();
    if (PQsocket(pipeline->pg) != pipeline->source.fd) { /* the next address of several */
        loop_unwatch(pipeline->loop, &pipeline->source);
        pipeline->source.fd = PQsocket(pipeline->pg);
    }
    switch (poll) {
    case PGRES_POLLING_READING:
        loop_watch(pipeline->loop, &pipeline->source, EPOLLIN);
        return;
    case PGRES_POLLING_WRITING:
        loop_watch(pipeline->loop, &pipeline->source, EPOLLOUT);
        return;
    case PGRES_POLLING_OK:
        break;
    default:
        connection_lost(pipeline, "cannot connect");
        return;
    }
    if (PQsetnonblocking(pipeline->pg, 1) != 0 || !PQenterPipelineMode(pipeline->pg)) {
        connection_lost(pipeline, "no pipeline mode");
        return;
    }
    if (pipeline->failures)
        log_line(LOG_INFO, "database.connected", LOG_INT("class", pipeline->config.class),
            LOG_INT("failures", pipeline->failures));
    pipeline->reconnects += pipeline->failures > 0;
    pipeline->failures = 0;
    pipeline->state = UP;
    loop_watch(pipeline->loop, &pipeline->source, EPOLLIN);
}

struct pipeline *pipeline_new(
    struct loop *loop, const struct pipeline_config *config, struct unit_queue *comes_back)
{
    struct pipeline init = { .loop = loop,
        .config = *config,
        .comes_back = comes_back,
        .source.fd = -1,
        .retry.fire = on_retry };
    struct pipeline *pipeline = mem_alloc(sizeof *pipeline);
    memcpy(pipeline, &init, sizeof init);
    pipeline->address = address_new(
        config->conninfo, config->options, config->class == DB_READ || config->class == DB_SLOW);
    connect_start(pipeline);
    return pipeline;
}

void pipeline_free(struct pipeline *pipeline)
{
    loop_timer_stop(pipeline->loop, &pipeline->retry);
    close_connection(pipeline);
    struct unit *unit;
    while ((unit = unit_queue_pop(&pipeline->in_flight))) {
        unit_fail(unit, ERR_UNAVAILABLE);
        unit_free(unit);
    }
    address_free(pipeline->address);
    free(pipeline);
}

bool pipeline_is_up(const struct pipeline *pipeline)
{
    return pipeline->state == UP;
}

int pipeline_in_flight(const struct pipeline *pipeline)
{
    return pipeline->in_flight.count;
}

int64_t pipeline_reconnects(const struct pipeline *pipeline)
{
    return pipeline->reconnects;
}

int pipeline_failures(const struct pipeline *pipeline)
{
    return pipeline->failures;
}

/* -- sending ----------------------------------------------------------------------------------- */

static void expect(struct pipeline *pipeline, struct expected what)
{
    assert(pipeline->expected_count < EXPECTED_MAX);
    size_t at = (pipeline->expected_first + pipeline->expected_count++) % EXPECTED_MAX;
    pipeline->expected[at] = what;
}

static const struct db_statement **prepared_slot(
    struct pipeline *pipeline, const struct db_statement *statement)
{
    size_t at = ((uintptr_t)statement >> 4) * 0x9E3779B97F4A7C15u >> 54;
    while (
        pipeline->prepared[at % PREPARED_MAX] && pipeline->prepared[at % PREPARED_MAX] != statement)
        at++;
    return &pipeline->prepared[at % PREPARED_MAX];
}

static bool sync_now(struct pipeline *pipeline)
{
    if (!PQpipelineSync(pipeline->pg))
        return false;
    pipeline->needs_sync = false;
    expect(pipeline, (struct expected){ .kind = EXPECT_SYNC });
    return true;
}

/* Prepared on first use, in a sync group of its own: a neighbour's error cannot undo it. */
static bool prepare(struct pipeline *pipeline, const struct db_statement *statement)
{
    const struct db_statement **slot = prepared_slot(pipeline, statement);
    if (*slot)
        return true;
    if (pipeline->needs_sync && !sync_now(pipeline))
        return false;
    if (!PQsendPrepare(pipeline->pg, statement->name, statement->text, 0, NULL))
        return false;
    expect(pipeline, (struct expected){ .kind = EXPECT_PREPARED, .statement = statement });
    *slot = statement;
    return sync_now(pipeline);
}

static bool send_call(struct pipeline *pipeline, struct unit *unit, size_t call)
{
    const struct unit_call *c = &unit->calls[call];
    struct raw_params raw;

    raw_params_set(&raw, c->params);
    if (!PQsendQueryPrepared(pipeline->pg, c->statement->name, (int)c->params.count, raw.values,
            raw.lengths, raw.formats, 1))
        return false;
    expect(pipeline, (struct expected){ .kind = EXPECT_RESULT, .unit = unit, .call = call });
    pipeline->needs_sync = true;
    return true;
}

static bool send_unit(struct pipeline *pipeline, struct unit *unit)
{
    for (size_t i = 0; i < unit->count; i++)
        if (!prepare(pipeline, unit->calls[i].statement))
            return false;
    for (size_t i = 0; i < unit->count; i++)
        if (!send_call(pipeline, unit, i))
            return false;
    return !unit_writes(unit) || sync_now(pipeline);
}

/* A statement that is not prepared yet waits for two answers more; a sync for one. */
bool pipeline_has_room(const struct pipeline *pipeline, const struct unit *unit)
{
    size_t statements = unit->count < STATEMENTS_OF_UNIT ? unit->count : STATEMENTS_OF_UNIT;
    return pipeline->expected_count + unit->count + 3 * statements + 2 <= EXPECTED_MAX;
}

void pipeline_send(struct pipeline *pipeline, struct unit *unit)
{
    unit->sent_us = clock_monotonic_us();
    histogram_add(&pipeline->config.meter->wait, unit->sent_us - unit->queued_us);
    unit_queue_push(&pipeline->in_flight, unit);
    if (!send_unit(pipeline, unit))
        connection_lost(pipeline, "cannot send");
}

void pipeline_flush(struct pipeline *pipeline)
{
    if (pipeline->state != UP)
        return;
    if (pipeline->needs_sync && !sync_now(pipeline)) {
        connection_lost(pipeline, "cannot send");
        return;
    }
    int left = PQflush(pipeline->pg);
    if (left < 0)
        connection_lost(pipeline, "cannot send");
    else
        loop_watch(pipeline->loop, &pipeline->source, left ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

/* -- receiving --------------------------------------------------------------------------------- */

/* A failed prepare is our own bug, or the schema is not the one this program was built for; the
 * message names tables and columns, no values. Where it is the world's failure (a lock that was not
 * to be had in time) what waits for it can be asked again, but not here, where the statement would
 * be missing. False: give the connection up. */
static bool on_prepared(const struct db_statement *statement, PGresult *result)
{
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        return true;
    if (raw_result(result).err != ERR_BUG)
        return false;
    log_line(LOG_ERROR, "database.prepare_failed", LOG_CSTR("statement", statement->name),
        LOG_CSTR("why", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
    return true;
}

static void log_error_result(const struct unit_call *call)
{
    struct db_result res = raw_result(call->result);
    if (res.err != ERR_BUG)
        return;
    log_line(LOG_ERROR, "database.statement_failed", LOG_CSTR("statement", call->statement->name),
        LOG_CSTR("sqlstate", res.sqlstate), LOG_STR("constraint", res.constraint));
}

/* Every unit sent before this sync is decided now. */
static void on_sync(struct pipeline *pipeline)
{
    for (;;) {
        struct unit *unit = pipeline->in_flight.first;
        if (!unit || !unit->calls[unit->count - 1].result)
            return;
        unit_queue_pop(&pipeline->in_flight);
        if (unit->done && !unit_writes(unit) && unit_was_aborted(unit) &&
            ++unit->tries < TRIES_MAX) {
            unit_reset(unit);
            unit_queue_push(pipeline->comes_back, unit);
            continue;
        }
        histogram_add(&pipeline->config.meter->answer, clock_monotonic_us() - unit->sent_us);
        unit_answer(unit);
        unit_free(unit);
    }
}

static void forget_front(struct pipeline *pipeline)
{
    pipeline->expected_first = (pipeline->expected_first + 1) % EXPECTED_MAX;
    pipeline->expected_count--;
}

/* Takes one thing that PQgetResult() gave. False: the connection cannot be trusted any more. */
static bool take(struct pipeline *pipeline, PGresult *result)
{
    struct expected *front = &pipeline->expected[pipeline->expected_first];
    ExecStatusType status = PQresultStatus(result);

    if (!result) { /* the end of one statement's results */
        if (front->kind != EXPECT_SYNC)
            forget_front(pipeline);
        return true;
    }
    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        if (front->kind != EXPECT_SYNC)
            return false;
        forget_front(pipeline);
        on_sync(pipeline);
        return true;
    }
    switch (front->kind) {
    case EXPECT_PREPARED: {
        bool usable = on_prepared(front->statement, result);
        PQclear(result);
        return usable;
    }
    case EXPECT_RESULT: {
        struct unit_call *call = &front->unit->calls[front->call];
        if (call->result) { /* rows and then an error: the later word counts */
            PQclear(call->result);
        }
        call->result = result;
        if (status == PGRES_FATAL_ERROR)
            log_error_result(call);
        return true;
    }
    case EXPECT_SYNC: /* an error of the commit itself */
    default:
        PQclear(result);
        return false;
    }
}

static void on_socket(struct loop_source *source, uint32_t events)
{
    struct pipeline *pipeline =
        (struct pipeline *)((char *)source - offsetof(struct pipeline, source));

    if (events & EPOLLIN)
        pipeline->heard_ms = clock_monotonic_ms();
    if (pipeline->state == CONNECTING) {
        on_connecting(pipeline);
        return;
    }
    if ((events & EPOLLOUT) && !(events & (EPOLLERR | EPOLLHUP)))
        pipeline_flush(pipeline);
    if (pipeline->state != UP)
        return;
    if (!PQconsumeInput(pipeline->pg)) {
        connection_lost(pipeline, "the connection ended");
        return;
    }
    while (pipeline->expected_count > 0 && !PQisBusy(pipeline->pg)) {
        if (!take(pipeline, PQgetResult(pipeline->pg))) {
            connection_lost(pipeline, "an error outside any statement's run");
            return;
        }
    }
    if (PQstatus(pipeline->pg) == CONNECTION_BAD)
        connection_lost(pipeline, "the connection ended");
}

int64_t pipeline_heard_ms(const struct pipeline *pipeline)
{
    return pipeline->heard_ms;
}

int64_t pipeline_quiet_since_ms(const struct pipeline *pipeline)
{
    const struct unit *oldest = pipeline->in_flight.first;

    if (!oldest)
        return INT64_MAX;
    int64_t sent_ms = oldest->sent_us / 1000;
    return sent_ms > pipeline->heard_ms ? sent_ms : pipeline->heard_ms;
}

void pipeline_ask_for_life(struct pipeline *pipeline)
{
    if (pipeline->state == UP && !sync_now(pipeline))
        connection_lost(pipeline, "cannot send");
}

static void give_up(struct pipeline *pipeline)
{
    for (struct unit *unit = pipeline->in_flight.first; unit; unit = unit->next)
        unit_fail(unit, ERR_TIMEOUT);
    connection_lost(pipeline, "no answer in time");
}

void pipeline_doubt(struct pipeline *pipeline, int64_t now_ms)
{
    int64_t quiet_since_ms = pipeline_quiet_since_ms(pipeline);
    bool idle = quiet_since_ms == INT64_MAX;

    if (pipeline->state == UP && now_ms - pipeline->heard_ms > DOUBT_MS &&
        (idle || now_ms - quiet_since_ms > DOUBT_MS))
        give_up(pipeline);
}

static bool connecting_took_too_long(const struct pipeline *pipeline, int64_t now_ms)
{
    bool patient = pipeline->failures % CONNECT_SLOW_EVERY == CONNECT_SLOW_EVERY - 1;

    return now_ms - pipeline->step_ms > (patient ? CONNECT_SLOW_STEP_MS : CONNECT_STEP_MS) ||
        now_ms - pipeline->connecting_since_ms > CONNECT_LIMIT_MS;
}

bool pipeline_sweep(struct pipeline *pipeline, int64_t now_ms)
{
    if (pipeline->state == CONNECTING && connecting_took_too_long(pipeline, now_ms)) {
        connection_lost(pipeline, "connecting took too long");
        address_next(pipeline->address);
        return true;
    }
    struct unit *oldest = pipeline->in_flight.first;
    if (oldest && now_ms - oldest->sent_us / 1000 > pipeline->config.answer_limit_ms) {
        give_up(pipeline);
        return false;
    }
    for (struct unit *unit = oldest; unit; unit = unit->next)
        if (now_ms >= unit->deadline_ms)
            unit_fail(unit, ERR_TIMEOUT);
    return true;
}
