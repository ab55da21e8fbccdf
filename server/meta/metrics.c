/* Prometheus' text format, version 0.0.4. Labels are routes, statuses, classes and numbers of
 * workers: nothing that a reader or a text could have made, so there are never more of them. */
#include "base/buffer.h"
#include "base/clock.h"
#include "base/meter.h"
#include "db/pool.h"
#include "documents/documents.h"
#include "http/contract.h"
#include "http/respond.h"
#include "http/router.h"
#include "meta/meta.h"
#include "step/app.h"
#include "visibility/door.h"

#include <inttypes.h>
#include <stdio.h>

#define MEDIA_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define LABELS_BYTES 256

/* What is being written, of all workers together. */
struct page {
    struct buffer out;
    const struct meters *meters;
    const struct shared *shared;
};

static const char *const class_names[DB_CLASSES] = { "read", "write", "slow", "large" };
_Static_assert(DB_CLASSES == METER_CLASSES, "each class of connections has its meter");

/* -- lines ------------------------------------------------------------------------------------- */

static void put(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct page *page, const char *format, ...)
{
    char line[LABELS_BYTES + 256];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    buffer_put_cstr(&page->out, line);
}

static void family(struct page *page, const char *name, const char *type, const char *help)
{
    put(page, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void single(
    struct page *page, const char *name, const char *type, const char *help, uint64_t value)
{
    family(page, name, type, help);
    put(page, "%s %" PRIu64 "\n", name, value);
}

/* Microseconds, shown as seconds. */
static void single_time(
    struct page *page, const char *name, const char *type, const char *help, uint64_t us)
{
    family(page, name, type, help);
    put(page, "%s %" PRIu64 ".%06" PRIu64 "\n", name, us / 1000000, us % 1000000);
}

static void labelled(struct page *page, const char *name, const char *labels, uint64_t value)
{
    put(page, "%s{%s} %" PRIu64 "\n", name, labels, value);
}

/* -- sums over the workers -----------------------------------------------------------------------
 */

/* The counter that lies so far into each worker's meter. */
static uint64_t sum(const struct page *page, size_t offset)
{
    uint64_t total = 0;

    for (size_t i = 0; i < page->meters->count; i++) {
        const char *meter = (const char *)page->meters->workers[i];
        total += counter_get((const struct counter *)(const void *)(meter + offset));
    }
    return total;
}

#define SUM(page, field) sum((page), offsetof(struct meter, field))

struct histogram_sum {
    uint64_t counts[HISTOGRAM_BOUNDS + 1], sum_us, count;
};

static void histogram_sum_add(struct histogram_sum *total, const struct histogram *histogram)
{
    for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++) {
        uint64_t n = counter_get(&histogram->counts[i]);
        total->counts[i] += n;
        total->count += n;
    }
    total->sum_us += counter_get(&histogram->sum_us);
}

static void put_histogram(
    struct page *page, const char *name, const char *labels, const struct histogram_sum *total)
{
    uint64_t below = 0;

    for (size_t i = 0; i < HISTOGRAM_BOUNDS; i++) {
        below += total->counts[i];
        put(page, "%s_bucket{%s,le=\"%g\"} %" PRIu64 "\n", name, labels,
            (double)histogram_bounds_us[i] / 1e6, below);
    }
    put(page, "%s_bucket{%s,le=\"+Inf\"} %" PRIu64 "\n", name, labels, total->count);
    put(page, "%s_sum{%s} %" PRIu64 ".%06" PRIu64 "\n", name, labels, total->sum_us / 1000000,
        total->sum_us % 1000000);
    put(page, "%s_count{%s} %" PRIu64 "\n", name, labels, total->count);
}

/* -- the process ---------------------------------------------------------------------------------
 */

static void put_process(struct page *page)
{
    const struct process_meter *process = &page->meters->process;
    uint64_t started_us = (uint64_t)page->meters->started_us;

    family(page, "gloss_build_info", "gauge", "What runs here, in the labels.");
    put(page, "gloss_build_info{version=\"%s\",contract=\"%s\"} 1\n", GLOSS_VERSION, contract_hash);
    single_time(page, "process_start_time_seconds", "gauge",
        "When the process started, since 1970; it changes with each restart.", started_us);
    single_time(page, "gloss_uptime_seconds", "gauge", "How long it has been running.",
        (uint64_t)clock_wall_us() - started_us);
    single_time(page, "process_cpu_seconds_total", "counter", "CPU time of the process.",
        counter_get(&process->cpu_us));
    single(page, "process_resident_memory_bytes", "gauge", "Memory that is in RAM.",
        counter_get(&process->resident_bytes));
    single(page, "process_virtual_memory_bytes", "gauge", "Memory that is mapped.",
        counter_get(&process->virtual_bytes));
    single(page, "process_open_fds", "gauge", "Open file descriptors.",
        counter_get(&process->open_fds));
    single(
        page, "process_max_fds", "gauge", "How many there may be.", counter_get(&process->max_fds));
    single(page, "process_threads", "gauge", "Threads of the process.",
        counter_get(&process->threads));
    single(page, "gloss_workers", "gauge", "Threads that serve requests.", page->meters->count);
    single(page, "gloss_draining", "gauge", "1 while the server ends and takes nothing new.",
        atomic_load(&page->shared->draining));
}

/* -- requests ------------------------------------------------------------------------------------
 */

/* The labels of a route, or of what found none. */
static void name_route(size_t index, char labels[LABELS_BYTES])
{
    const char *method = index < route_count ? routes[index].method : "none";
    const char *pattern = index < route_count ? routes[index].pattern : "none";

    snprintf(labels, LABELS_BYTES, "method=\"%s\",route=\"%s\"", method, pattern);
}

static void put_statuses(struct page *page, size_t route)
{
    static const char name[] = "gloss_http_requests_total";
    char labels[LABELS_BYTES];

    name_route(route, labels);
    for (size_t s = 0; s <= METER_STATUSES; s++) {
        uint64_t count = 0;
        for (size_t i = 0; i < page->meters->count; i++)
            count += counter_get(&page->meters->workers[i]->routes[route].by_status[s]);
        if (count > 0 && s < METER_STATUSES)
            put(page, "%s{%s,status=\"%d\"} %" PRIu64 "\n", name, labels, meter_statuses[s], count);
        else if (count > 0)
            put(page, "%s{%s,status=\"other\"} %" PRIu64 "\n", name, labels, count);
    }
}

static void put_handling(struct page *page, size_t route)
{
    struct histogram_sum total = { 0 };
    char labels[LABELS_BYTES];

    for (size_t i = 0; i < page->meters->count; i++)
        histogram_sum_add(&total, &page->meters->workers[i]->routes[route].handling);
    name_route(route, labels);
    if (total.count > 0)
        put_histogram(page, "gloss_http_request_duration_seconds", labels, &total);
}

static void put_requests(struct page *page)
{
    family(page, "gloss_http_requests_total", "counter",
        "Requests answered; HEAD counts as GET, what has no route is none.");
    for (size_t r = 0; r <= route_count; r++)
        put_statuses(page, r);
    family(page, "gloss_http_request_duration_seconds", "histogram",
        "From a request that is whole to its answer; the client's time is not in it.");
    for (size_t r = 0; r <= route_count; r++)
        put_handling(page, r);
    single(page, "gloss_http_requests_in_flight", "gauge",
        "Requests that have begun and are not sent.", SUM(page, requests_open));
    single(page, "gloss_http_requests_cut_total", "counter",
        "Requests whose client went before it had the whole answer.", SUM(page, requests_cut));
    single(page, "gloss_http_received_bytes_total", "counter", "Bytes of request bodies.",
        SUM(page, received_bytes));
    single(page, "gloss_http_sent_bytes_total", "counter",
        "Bytes of the bodies of answers that were sent whole.", SUM(page, sent_bytes));
    single(page, "gloss_http_large_bodies_bytes", "gauge",
        "Memory that large request bodies under way take.", SUM(page, large_bodies_bytes));
}

static void put_connections(struct page *page)
{
    single(page, "gloss_http_connections_total", "counter", "Connections accepted.",
        SUM(page, connections));
    single(page, "gloss_http_connections_open", "gauge", "Connections that are open.",
        SUM(page, connections_open));
    single(page, "gloss_http_connections_max", "gauge",
        "How many there may be; further ones wait to be accepted.", SUM(page, connections_max));
    single(page, "gloss_http_connections_shut_total", "counter",
        "Connections shut: idle or slow for too long, or not to be read on.",
        SUM(page, connections_shut));
}

static void put_refusals(struct page *page)
{
    static const char *const names[LIMITS] = { [LIMIT_READER] = "reader",
        [LIMIT_WRITES] = "writes",
        [LIMIT_ADDRESS] = "address",
        [LIMIT_ATTEMPTS] = "attempts",
        [LIMIT_NAMES] = "names" };

    family(page, "gloss_rate_limited_total", "counter",
        "Refusals by a rate limit: of readers, their writes, addresses, password attempts, unknown "
        "names.");
    for (size_t l = 0; l < LIMITS; l++) {
        char label[64];
        snprintf(label, sizeof label, "limit=\"%s\"", names[l]);
        labelled(page, "gloss_rate_limited_total", label,
            sum(page, offsetof(struct meter, limited) + l * sizeof(struct counter)));
    }
    single(page, "gloss_idempotent_replays_total", "counter",
        "Writes that were sent again and answered again, not done again.", SUM(page, replays));
    single(page, "gloss_jobs_open", "gauge",
        "Requests that go on without their client, or wait for their turn.", SUM(page, jobs_open));
    single(page, "gloss_jobs_running", "gauge", "Those of them that are at work.",
        SUM(page, jobs_running));
    single(page, "gloss_jobs_done_total", "counter", "Those that did what they were to do.",
        SUM(page, jobs_done));
    single(page, "gloss_jobs_failed_total", "counter", "Those that did nothing.",
        SUM(page, jobs_failed));
    single(page, "gloss_door_refusals_total", "counter",
        "Rows that a statement returned to whom they are not for, and that were held back: any is "
        "a "
        "fault.",
        door_refusals());
}

/* -- what waits ----------------------------------------------------------------------------------
 */

static void put_turns(struct page *page)
{
    static const char name[] = "gloss_loop_turn_seconds";

    family(page, name, "histogram",
        "Turns of each worker's loop; what comes during one waits for its end.");
    for (size_t i = 0; i < page->meters->count; i++) {
        struct histogram_sum total = { 0 };
        char label[64];
        histogram_sum_add(&total, &page->meters->workers[i]->turns);
        snprintf(label, sizeof label, "worker=\"%zu\"", i);
        put_histogram(page, name, label, &total);
    }
}

struct row {
    const char *name, *type, *help;
    size_t offset;
};

#define QUEUES 2

static void put_queues(struct page *page)
{
#define ROW(field) offsetof(struct queue_meter, field)
    static const struct row numbers[] = {
        { "gloss_queue_threads", "gauge", "Threads that work beside the loops.", ROW(threads) },
        { "gloss_queue_room", "gauge", "How much may wait for them.", ROW(room) },
        { "gloss_queue_waiting", "gauge", "How much waits.", ROW(waiting) },
        { "gloss_queue_running", "gauge", "How many of the threads work.", ROW(running) },
        { "gloss_queue_refused_total", "counter", "Refused because the queue was full.",
            ROW(refused) },
    };
    static const struct row times[] = {
        { "gloss_queue_wait_seconds", "histogram", "How long it waited.", ROW(wait) },
        { "gloss_queue_run_seconds", "histogram", "How long it then took.", ROW(run) },
    };
#undef ROW
    static const char *const labels[QUEUES] = { "queue=\"work\"", "queue=\"hashing\"" };
    const char *const meters[QUEUES] = { (const char *)work_meter(page->shared->work),
        (const char *)work_meter(page->shared->hashing) };

    for (size_t r = 0; r < sizeof numbers / sizeof *numbers; r++) {
        family(page, numbers[r].name, numbers[r].type, numbers[r].help);
        for (size_t q = 0; q < QUEUES; q++)
            labelled(page, numbers[r].name, labels[q],
                counter_get((const struct counter *)(const void *)(meters[q] + numbers[r].offset)));
    }
    for (size_t r = 0; r < sizeof times / sizeof *times; r++) {
        family(page, times[r].name, times[r].type, times[r].help);
        for (size_t q = 0; q < QUEUES; q++) {
            struct histogram_sum total = { 0 };
            histogram_sum_add(
                &total, (const struct histogram *)(const void *)(meters[q] + times[r].offset));
            put_histogram(page, times[r].name, labels[q], &total);
        }
    }
}

/* -- the database --------------------------------------------------------------------------------
 */

static size_t of_class(size_t class, size_t offset)
{
    return offsetof(struct meter, classes) + class * sizeof(struct class_meter) + offset;
}

static void put_pool(struct page *page)
{
#define ROW(field) offsetof(struct class_meter, field)
    static const struct row numbers[] = {
        { "gloss_database_connections", "gauge", "Connections that there should be.",
            ROW(connections) },
        { "gloss_database_connected", "gauge", "Connections that are up.", ROW(connected) },
        { "gloss_database_waiting", "gauge", "Transactions that wait for a connection.",
            ROW(waiting) },
        { "gloss_database_in_flight", "gauge", "Transactions that were sent and not answered.",
            ROW(in_flight) },
        { "gloss_database_lost_total", "counter", "Connections that were up and ended.",
            ROW(lost) },
        { "gloss_database_reconnects_total", "counter", "Connections that were made again.",
            ROW(reconnects) },
        { "gloss_database_refused_total", "counter",
            "Transactions given up before they were sent: too many or too long in the queue, or "
            "no connection.",
            ROW(refused) },
    };
    static const struct row times[] = {
        { "gloss_database_wait_seconds", "histogram", "From a question to its sending.",
            ROW(wait) },
        { "gloss_database_answer_seconds", "histogram", "From its sending to the answer.",
            ROW(answer) },
    };
#undef ROW
    char label[64];

    for (size_t r = 0; r < sizeof numbers / sizeof *numbers; r++) {
        family(page, numbers[r].name, numbers[r].type, numbers[r].help);
        for (size_t c = 0; c < DB_CLASSES; c++) {
            snprintf(label, sizeof label, "class=\"%s\"", class_names[c]);
            labelled(page, numbers[r].name, label, sum(page, of_class(c, numbers[r].offset)));
        }
    }
    for (size_t r = 0; r < sizeof times / sizeof *times; r++) {
        family(page, times[r].name, times[r].type, times[r].help);
        for (size_t c = 0; c < DB_CLASSES; c++) {
            struct histogram_sum total = { 0 };
            for (size_t i = 0; i < page->meters->count; i++) {
                const char *meter = (const char *)page->meters->workers[i];
                histogram_sum_add(&total,
                    (const struct histogram *)(const void *)(meter + of_class(c, times[r].offset)));
            }
            snprintf(label, sizeof label, "class=\"%s\"", class_names[c]);
            put_histogram(page, times[r].name, label, &total);
        }
    }
}

static void put_database(struct page *page)
{
    const struct database_meter *database = &page->meters->database;

    single_time(page, "gloss_database_start_time_seconds", "gauge",
        "When PostgreSQL started, since 1970; 0 before the first look.",
        counter_get(&database->started_us));
    single(page, "gloss_database_restarts_total", "counter",
        "Restarts and failovers of PostgreSQL that this process has seen.",
        counter_get(&database->restarts));
    single_time(page, "gloss_database_looked_time_seconds", "gauge",
        "When these numbers were asked for last, since 1970; a look every five seconds.",
        counter_get(&database->looked_us));
    single(page, "gloss_events_unfolded", "gauge",
        "Events that are not folded into shelves yet, counted up to 10000.",
        counter_get(&database->unfolded));
    single_time(page, "gloss_events_unfolded_age_seconds", "gauge", "The age of the first of them.",
        counter_get(&database->unfolded_us));
}

static void put_texts(struct page *page)
{
    const struct cache_meter *cache = text_cache_meter(page->shared->texts);

    single(page, "gloss_text_cache_bytes", "gauge", "Memory that texts of revisions take.",
        counter_get(&cache->bytes));
    single(page, "gloss_text_cache_max_bytes", "gauge", "How much they may take.",
        counter_get(&cache->max_bytes));
    single(page, "gloss_text_cache_entries", "gauge", "Texts that are in memory.",
        counter_get(&cache->entries));
    single(page, "gloss_text_cache_hits_total", "counter", "Texts that were there when asked for.",
        counter_get(&cache->hits));
    single(page, "gloss_text_cache_misses_total", "counter", "Texts that were not.",
        counter_get(&cache->misses));
}

/* GET /metrics (getMetrics). Asks nobody: it answers while the database is away. */
enum step metrics_get(struct request *req)
{
    const struct shared *shared = req->app->shared;
    struct page page = { .meters = shared->meters, .shared = shared };

    put_process(&page);
    put_requests(&page);
    put_connections(&page);
    put_refusals(&page);
    put_turns(&page);
    put_queues(&page);
    put_pool(&page);
    put_database(&page);
    put_texts(&page);
    return respond_bytes(req, 200, MEDIA_TYPE, buffer_finish(&page.out, req->arena));
}
