/* The name under which one writes in one group: put on, renamed, taken off. */
#include "formats/v1_groups.h"
#include "groups/groups.h"
#include "groups/load.h"
#include "sql.h"

static enum step on_to_put(struct request *req);
static enum step on_put(struct request *req, const struct db_result *res);
static enum step on_to_take_off(struct request *req);
static enum step on_taken_off(struct request *req, const struct db_result *res);

/* PUT /api/v1/groups/{group}/mask (putMask) */
enum step mask_put(struct request *req)
{
    req->state = arena_new(req->arena, struct group);
    return group_load(req, DEED_WEAR_MASK, req->state, on_to_put);
}

static enum step on_to_put(struct request *req)
{
    const struct group *group = req->state;
    struct db_param id = db_uuid(group->id);
    struct str name = STR_NONE;
    struct invalid why = { 0 };

    if (!v1_read_mask(req->arena, req->json, &name, &why))
        return respond_invalid(req, &why);
    return AWAIT_ALL(req, DB_WRITE, on_put, { &sql_groups_lock, DB_PARAMS(id) },
        { &sql_groups_put_mask,
            DB_PARAMS(id, db_uuid(req->reader->id), deed_roles(req->arena, DEED_WEAR_MASK),
                db_uuid(uuid_random()), db_text(name)) });
}

static enum step on_put(struct request *req, const struct db_result *res)
{
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_refusal(req, res);
    struct mask mask = { db_get_uuid(&res[1], 0, "id"), db_get_text(&res[1], 0, "name"),
        db_get_bool(&res[1], 0, "worn") };
    writer_start(&writer);
    v1_write_mask(&writer, req->arena, &mask);
    return respond_json(req, 200, writer_finish(&writer, req->arena));
}

/* DELETE /api/v1/groups/{group}/mask (deleteMask). Without one nothing happens. */
enum step mask_delete(struct request *req)
{
    req->state = arena_new(req->arena, struct group);
    return group_load(req, DEED_WEAR_MASK, req->state, on_to_take_off);
}

static enum step on_to_take_off(struct request *req)
{
    const struct group *group = req->state;
    struct db_param id = db_uuid(group->id);

    return AWAIT_ALL(req, DB_WRITE, on_taken_off, { &sql_groups_lock, DB_PARAMS(id) },
        { &sql_groups_take_mask_off, DB_PARAMS(id, db_uuid(req->reader->id)) });
}

static enum step on_taken_off(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_no_content(req) : respond_refusal(req, res);
}
