/* What is between two: made once, whoever of them asks first. */
#include "groups/load.h"
#include "groups/pairs.h"
#include "sql.h"
#include "step/idempotent.h"

struct pair {
    struct uuid id;
    struct str with;
};

static enum step find(struct request *req);
static enum step on_partner(struct request *req, const struct db_result *res);
static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_made(struct request *req, const struct db_result *res);

enum step pair_create(struct request *req, struct str with)
{
    struct pair *pair = arena_new(req->arena, struct pair);

    pair->with = with;
    req->state = pair;
    return find(req);
}

static enum step find(struct request *req)
{
    const struct pair *pair = req->state;
    struct uuid id;
    bool is_id = typeid_read(pair->with, "usr", &id);

    if (is_id && uuid_eq(id, req->reader->id))
        return respond_problem_detail(req, PROBLEM_CONFLICT,
            "This is you: what you keep to yourself goes into your own group (`mine`).");
    return await_query(req, &sql_groups_partner, on_partner,
        DB_PARAMS(db_uuid(req->reader->id), is_id ? db_uuid(id) : db_null(),
            is_id ? db_null() : db_text(pair->with)));
}

static enum step on_partner(struct request *req, const struct db_result *res)
{
    struct pair *pair = req->state;
    struct db_param reader = db_uuid(req->reader->id);

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem_detail(req, PROBLEM_NOT_FOUND,
            "There is nobody of this id or name with whom you share a group and who is known by "
            "it there.");
    if (!db_is_null(res, 0, "pair_id"))
        return await_query(req, &sql_groups_shown, on_found,
            DB_PARAMS(db_uuid(db_get_uuid(res, 0, "pair_id")), reader));
    pair->id = uuid_new();
    return AWAIT_ONCE(req, on_made, ((struct made){ pair->id, UUID_NIL, 201 }),
        { &sql_groups_make_pair,
            DB_PARAMS(db_uuid(pair->id), reader, db_uuid(db_get_uuid(res, 0, "id"))) },
        { &sql_groups_shown, DB_PARAMS(db_uuid(pair->id), reader) });
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    struct group group = group_of(req, res, 0);
    return respond_group(req, &group);
}

static enum step on_made(struct request *req, const struct db_result *res)
{
    /* the other one was first */
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("stale")))
        return find(req);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    app_rights_changed(req->app);
    struct group group = group_of(req, &res[1], 0);
    return respond_group_created(req, &group);
}
