/* Independent first: the rule by which a group reads a text, and how it is opened. */
#include "base/clock.h"
#include "formats/v1_readings.h"
#include "groups/groups.h"
#include "groups/load.h"
#include "sql.h"
#include "step/await.h"
#include "step/idempotent.h"
#include "visibility/door.h"

#define WRITE_CALLS 2 /* a lock and the change; the state is behind them */

struct reading_step {
    struct group group;
    struct uuid document;
    struct reading_rule rule;
};

static enum step on_to_read(struct request *req);
static enum step on_read(struct request *req, const struct db_result *res);
static enum step on_to_set(struct request *req);
static enum step on_to_open(struct request *req);
static enum step on_to_reveal(struct request *req);
static enum step on_written(struct request *req, const struct db_result *res);

/* A path without a text's id leads nowhere. */
static enum step begin(struct request *req, enum deed deed, step_fn *next)
{
    struct reading_step *it = arena_new(req->arena, struct reading_step);

    if (!typeid_read(request_param(req, 1), "doc", &it->document))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = it;
    return group_load(req, deed, &it->group, next);
}

/* -- what is shown ----------------------------------------------------------------------------- */

static struct db_call state_call(struct request *req)
{
    const struct reading_step *it = req->state;
    const struct pass *pass = &req->reader->pass;
    struct db_param *params = arena_array(req->arena, struct db_param, 4);

    params[0] = db_uuid(it->group.id);
    params[1] = db_uuid(it->document);
    params[2] = db_uuid(req->reader->id);
    params[3] = db_ints(req->arena, pass->reads, pass->count);
    return (struct db_call){ &sql_readings_state, { params, 4 } };
}

static struct db_call ready_call(struct request *req)
{
    const struct reading_step *it = req->state;
    struct db_param *params = arena_array(req->arena, struct db_param, 4);

    params[0] = db_uuid(req->reader->id);
    params[1] = reads_param(req->arena, req->reader);
    params[2] = db_uuid(it->group.id);
    params[3] = db_uuid(it->document);
    return (struct db_call){ &sql_readings_ready, { params, 4 } };
}

/* False: broken, answer 500. */
static bool ready_of(struct request *req, const struct db_result *res, struct ready_list *out)
{
    struct ready *at = arena_array(req->arena, struct ready, (size_t)res->rows);

    for (int row = 0; row < res->rows; row++) {
        if (door_author(req->reader, res, row, &at[row].user) == DOOR_BROKEN)
            return false;
        at[row].is_revealed = db_get_bool(res, row, "is_revealed");
        at[row].own = db_get_int(res, row, "own");
    }
    *out = (struct ready_list){ at, (size_t)res->rows };
    return true;
}

static bool sees_ready(const struct group *group)
{
    const char *why;
    return deed_is_allowed(DEED_SEE_READY, group, &why);
}

/* Of a row of readings/state. */
static struct reading reading_of(const struct db_result *res)
{
    return (struct reading){
        .rule = { db_get_int(res, 0, "own_count"), db_get_bool(res, 0, "by_reader"),
            db_get_time(res, 0, "due_at") },
        .revealed_us = db_get_time(res, 0, "revealed_at"),
        .is_revealed = db_get_bool(res, 0, "is_revealed"),
        .is_counted = db_get_bool(res, 0, "is_counted"),
        .own = db_get_int(res, 0, "own"),
    };
}

/* `state`: the results of readings/state and readings/ready. */
static enum step respond_state(struct request *req, const struct db_result *state)
{
    const struct reading_step *it = req->state;

    if (state[0].rows == 0)
        return respond_problem_detail(
            req, PROBLEM_NOT_FOUND, "That group reads no such text that you can see.");
    if (!db_get_bool(&state[0], 0, "is_set"))
        return respond_problem(req, PROBLEM_NO_READING);
    struct reading reading = reading_of(&state[0]);
    struct ready_list ready = { 0 };
    bool for_leader = sees_ready(&it->group);
    if (for_leader && !ready_of(req, &state[1], &ready))
        return respond_problem(req, PROBLEM_INTERNAL);
    return respond_json(
        req, 200, v1_write_reading(req->arena, &reading, for_leader ? &ready : NULL));
}

/* GET /api/v1/groups/{group}/documents/{document}/reveal (getReading) */
enum step reading_get(struct request *req)
{
    return begin(req, DEED_READ, on_to_read);
}

static enum step on_to_read(struct request *req)
{
    const struct reading_step *it = req->state;
    struct db_call calls[] = { state_call(req), ready_call(req) };

    return await_all(req, DB_READ, on_read, calls, sees_ready(&it->group) ? 2 : 1);
}

static enum step on_read(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_state(req, res) : respond_db_error(req, res);
}

/* -- changes ----------------------------------------------------------------------------------- */

static enum step on_written(struct request *req, const struct db_result *res)
{
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("conflict")))
        return respond_problem_detail(req, PROBLEM_CONFLICT,
            "Its rule does not leave it to readers to say when they have read it.");
    if (res->err != ERR_NONE)
        return respond_refusal(req, res);
    app_rights_changed(req->app);
    return respond_state(req, &res[WRITE_CALLS]);
}

/* PUT /api/v1/groups/{group}/documents/{document}/reveal (putReading) */
enum step reading_put(struct request *req)
{
    return begin(req, DEED_SET_READING, on_to_set);
}

static enum step on_to_set(struct request *req)
{
    struct reading_step *it = req->state;
    struct reading_rule *rule = &it->rule;
    struct invalid why = { 0 };

    if (!v1_read_reading_rule(req->arena, req->json, clock_wall_us(), rule, &why))
        return respond_invalid(req, &why);
    return AWAIT_ALL(req, DB_WRITE, on_written,
        { &sql_readings_lock, DB_PARAMS(db_uuid(it->group.id), db_uuid(it->document)) },
        { &sql_readings_set,
            DB_PARAMS(db_uuid(it->group.id), db_uuid(it->document), db_uuid(req->reader->id),
                deed_roles(req->arena, DEED_SET_READING),
                rule->own_count > 0 ? db_int(rule->own_count) : db_null(), db_bool(rule->by_reader),
                db_time_or_null(rule->due_us)) },
        state_call(req), ready_call(req));
}

static enum step replay(struct request *req, const struct made *made)
{
    (void)made;
    return reading_get(req);
}

static enum step open(struct request *req)
{
    return begin(req, DEED_READ, on_to_open);
}

/* POST /api/v1/groups/{group}/documents/{document}/reveal/me (openReading) */
enum step reading_open(struct request *req)
{
    return idempotent(req, open, replay);
}

static enum step on_to_open(struct request *req)
{
    struct reading_step *it = req->state;
    struct uuid group = it->group.id;

    return AWAIT_ONCE(req, on_written, ((struct made){ group, it->document, 200 }),
        { &sql_groups_lock_shared, DB_PARAMS(db_uuid(group)) },
        { &sql_readings_open,
            DB_PARAMS(db_uuid(group), db_uuid(it->document), db_uuid(req->reader->id)) },
        state_call(req), ready_call(req));
}

static enum step reveal(struct request *req)
{
    return begin(req, DEED_REVEAL, on_to_reveal);
}

/* POST /api/v1/groups/{group}/documents/{document}/reveal/now (revealReading) */
enum step reading_reveal(struct request *req)
{
    return idempotent(req, reveal, replay);
}

static enum step on_to_reveal(struct request *req)
{
    struct reading_step *it = req->state;
    struct uuid group = it->group.id;

    return AWAIT_ONCE(req, on_written, ((struct made){ group, it->document, 200 }),
        { &sql_readings_lock, DB_PARAMS(db_uuid(group), db_uuid(it->document)) },
        { &sql_readings_reveal,
            DB_PARAMS(db_uuid(group), db_uuid(it->document), db_uuid(req->reader->id),
                deed_roles(req->arena, DEED_REVEAL)) },
        state_call(req), ready_call(req));
}
