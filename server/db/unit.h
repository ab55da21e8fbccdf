/* Inside db/ only: a unit of work on its way through the pool, one transaction (or a group of
 * reads), with its own copy of everything, so that it outlives whoever asked. */
#ifndef GLOSS_DB_UNIT_H
#define GLOSS_DB_UNIT_H

#include "db/pool.h"

#include <libpq-fe.h>

/* Of the calls of one unit, each of which waits for an answer. */
#define UNIT_CALLS_MAX 3072

struct unit_call {
    const struct db_statement *statement;
    struct db_params params;
    PGresult *result;
};

struct unit {
    struct unit *next;
    enum db_class class;
    int64_t queued_us, sent_us, deadline_ms;
    int tries;
    db_done *done; /* NULL once it has been answered */
    void *waiter;
    enum err failed; /* decided before anything was sent */
    size_t bytes;    /* of its parameters */
    size_t count;
    struct unit_call *calls;
};

struct unit *unit_new(enum db_class class, const struct db_call *calls, size_t count);
void unit_free(struct unit *unit);

/* Writes are never sent twice, and each is a transaction of its own. */
bool unit_writes(const struct unit *unit);

/* Drops what has come back, to be sent again. */
void unit_reset(struct unit *unit);

/* Answers the waiter once, from the results of its calls; the unit stays. */
void unit_answer(struct unit *unit);
void unit_fail(struct unit *unit, enum err err);

/* True when a neighbour's error in the same sync group took this unit down with it. */
bool unit_was_aborted(const struct unit *unit);

/* A first-in first-out list. */
struct unit_queue {
    struct unit *first, *last;
    int count;
};

void unit_queue_push(struct unit_queue *queue, struct unit *unit);
struct unit *unit_queue_pop(struct unit_queue *queue);

#endif
