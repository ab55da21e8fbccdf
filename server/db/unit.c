#include "db/unit.h"

#include "base/arena.h"
#include "db/raw.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FEW_CALLS 16

/* One block of memory holds the unit, its calls, their parameters and the bytes of those. */
struct unit *unit_new(enum db_class class, const struct db_call *calls, size_t count)
{
    size_t params = 0, bytes = 0;

    assert(count > 0 && count <= UNIT_CALLS_MAX);
    for (size_t i = 0; i < count; i++) {
        params += calls[i].params.count;
        for (size_t p = 0; p < calls[i].params.count; p++)
            bytes += calls[i].params.at[p].at ? calls[i].params.at[p].bytes : 0;
    }
    struct unit *unit = mem_zero(1,
        sizeof *unit + count * sizeof(struct unit_call) + params * sizeof(struct db_param) + bytes +
            1);
    struct unit_call *call = (struct unit_call *)(unit + 1);
    struct db_param *param = (struct db_param *)(call + count);
    char *text = (char *)(param + params);

    unit->class = class;
    unit->count = count;
    unit->bytes = bytes;
    unit->calls = call;
    for (size_t i = 0; i < count; i++, call++) {
        call->statement = calls[i].statement;
        call->params = (struct db_params){ param, calls[i].params.count };
        for (size_t p = 0; p < calls[i].params.count; p++, param++) {
            *param = calls[i].params.at[p];
            if (!param->at)
                continue;
            if (param->bytes)
                memcpy(text, param->at, param->bytes);
            param->at = text;
            text += param->bytes;
        }
    }
    return unit;
}

bool unit_writes(const struct unit *unit)
{
    return unit->class == DB_WRITE || unit->class == DB_LARGE;
}

void unit_reset(struct unit *unit)
{
    for (size_t i = 0; i < unit->count; i++) {
        PQclear(unit->calls[i].result);
        unit->calls[i].result = NULL;
    }
}

void unit_free(struct unit *unit)
{
    unit_reset(unit);
    free(unit);
}

static void answer(struct unit *unit, const struct db_result *results)
{
    db_done *done = unit->done;
    if (!done)
        return;
    unit->done = NULL;
    done(unit->waiter, results, unit->count);
}

/* On the stack where they are few. */
static struct db_result *results_for(const struct unit *unit, struct db_result *few)
{
    return unit->count <= FEW_CALLS ? few : mem_zero(unit->count, sizeof *few);
}

static void answer_and_drop(struct unit *unit, struct db_result *results, struct db_result *few)
{
    answer(unit, results);
    if (results != few)
        free(results);
}

void unit_fail(struct unit *unit, enum err err)
{
    struct db_result few[FEW_CALLS], *results = results_for(unit, few);

    for (size_t i = 0; i < unit->count; i++)
        results[i] = raw_failure(err);
    answer_and_drop(unit, results, few);
}

void unit_answer(struct unit *unit)
{
    struct db_result few[FEW_CALLS], *results = results_for(unit, few);
    const struct db_result *first_error = NULL;

    for (size_t i = 0; i < unit->count; i++) {
        PGresult *raw = unit->calls[i].result;
        bool aborted = !raw || PQresultStatus(raw) == PGRES_PIPELINE_ABORTED;
        results[i] = aborted ? raw_failure(ERR_UNAVAILABLE) : raw_result(raw);
        if (results[i].err != ERR_NONE && !first_error && !aborted) {
            results[i].failed_call = i;
            first_error = &results[i];
        }
    }
    if (first_error) {
        /* one transaction: what one call met, all met */
        struct db_result shared = *first_error;
        for (size_t i = 0; i < unit->count; i++)
            results[i] = shared;
    }
    answer_and_drop(unit, results, few);
}

bool unit_was_aborted(const struct unit *unit)
{
    bool aborted = false;
    for (size_t i = 0; i < unit->count; i++) {
        PGresult *raw = unit->calls[i].result;
        ExecStatusType status = PQresultStatus(raw);
        if (status == PGRES_PIPELINE_ABORTED)
            aborted = true;
        else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            return false;
    }
    return aborted;
}

void unit_queue_push(struct unit_queue *queue, struct unit *unit)
{
    unit->next = NULL;
    if (queue->last)
        queue->last->next = unit;
    else
        queue->first = unit;
    queue->last = unit;
    queue->count++;
}

struct unit *unit_queue_pop(struct unit_queue *queue)
{
    struct unit *unit = queue->first;
    if (!unit)
        return NULL;
    queue->first = unit->next;
    if (!queue->first)
        queue->last = NULL;
    queue->count--;
    unit->next = NULL;
    return unit;
}
