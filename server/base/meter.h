/* The numbers that /metrics shows. A worker has a meter of its own: its thread alone writes there,
 * any thread reads, and neither takes a lock or a locked instruction. What is read together was not
 * written together; each number by itself is right. */
#ifndef GLOSS_BASE_METER_H
#define GLOSS_BASE_METER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct counter {
    _Atomic uint64_t n;
};

/* For the one thread that writes. */
static inline void counter_set(struct counter *counter, uint64_t n)
{
    atomic_store_explicit(&counter->n, n, memory_order_relaxed);
}

static inline uint64_t counter_get(const struct counter *counter)
{
    return atomic_load_explicit(&counter->n, memory_order_relaxed);
}

static inline void counter_add(struct counter *counter, uint64_t more)
{
    counter_set(counter, counter_get(counter) + more);
}

#define HISTOGRAM_BOUNDS 15

/* Upper ends of the buckets; above the last is one more. */
extern const int64_t histogram_bounds_us[HISTOGRAM_BOUNDS];

struct histogram {
    struct counter counts[HISTOGRAM_BOUNDS + 1]; /* each of its own bucket only */
    struct counter sum_us;
};

void histogram_add(struct histogram *histogram, int64_t us);

/* The statuses that answers have; one more is for those that nobody thought of. */
#define METER_STATUSES 32
extern const int meter_statuses[METER_STATUSES];

#define METER_CLASSES 4 /* of database connections, in the order of enum db_class */

enum meter_limit { LIMIT_READER, LIMIT_WRITES, LIMIT_ADDRESS, LIMIT_ATTEMPTS, LIMIT_NAMES, LIMITS };

struct route_meter {
    struct counter by_status[METER_STATUSES + 1];
    struct histogram handling; /* from the whole request to its answer */
};

struct class_meter {
    struct counter connections, connected, waiting, in_flight, reconnects;
    struct counter lost, refused;
    struct histogram wait, answer;
};

struct meter {
    struct counter connections, connections_open, connections_max, connections_shut;
    struct counter requests_open, requests_cut;
    struct counter received_bytes, sent_bytes; /* of bodies */
    struct counter large_bodies_bytes;         /* what those under way take */
    struct counter limited[LIMITS];
    struct counter replays;
    struct counter jobs_open, jobs_running, jobs_done, jobs_failed;
    struct histogram turns; /* of the loop: what comes during one waits for its end */
    struct class_meter classes[METER_CLASSES];
    size_t route_count;
    struct route_meter routes[]; /* in the order of the table, and one for what has no route */
};

/* Counts one answer; a status that is not in the list goes under the last one. */
void route_meter_add(struct route_meter *route, int status, int64_t us);

/* Threads with a queue in front of them; written under the queue's lock. */
struct queue_meter {
    struct counter threads, room, waiting, running, refused;
    struct histogram wait, run;
};

/* Written under the cache's lock. */
struct cache_meter {
    struct counter max_bytes, bytes, entries, hits, misses;
};

/* Of the whole process, written by its first thread every second. */
struct process_meter {
    struct counter resident_bytes, virtual_bytes, cpu_us, open_fds, max_fds, threads;
};

/* What the worker that keeps house has seen of the database. */
struct database_meter {
    struct counter looked_us, started_us, restarts; /* times since 1970; 0 before the first look */
    struct counter unfolded, unfolded_us;           /* events, and how old the first of them is */
};

struct meters {
    int64_t started_us;
    struct process_meter process;
    struct database_meter database;
    size_t count;
    struct meter *workers[];
};

struct meters *meters_new(size_t workers, size_t route_count);
void meters_free(struct meters *meters);

/* Looks at /proc. */
void process_meter_look(struct process_meter *meter);

#endif
