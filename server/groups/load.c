#include "groups/load.h"

#include "base/tag.h"
#include "formats/v1_groups.h"
#include "sql.h"
#include "step/await.h"

struct load {
    enum deed deed;
    struct group *group;
    step_fn *next;
    void *state;
};

static enum step on_loaded(struct request *req, const struct db_result *res);

static struct mask mask_of(struct arena *arena, const struct db_result *res, int row)
{
    if (db_is_null(res, row, "mask_id"))
        return (struct mask){ .id = UUID_NIL };
    return (struct mask){ db_get_uuid(res, row, "mask_id"),
        arena_dup(arena, db_get_text(res, row, "mask_name")), db_get_bool(res, row, "mask_worn") };
}

struct group group_of(struct request *req, const struct db_result *res, int row)
{
    struct arena *arena = req->arena;
    struct group group = {
        .id = db_get_uuid(res, row, "id"),
        .name = arena_dup(arena, db_get_text(res, row, "name")),
        .description = db_is_null(res, row, "description")
            ? STR_NONE
            : arena_dup(arena, db_get_text(res, row, "description")),
        .kind = group_kind_of_name(db_get_text(res, row, "kind")),
        .access = arena_dup(arena, db_get_text(res, row, "access")),
        .anonymous = db_get_bool(res, row, "anonymous"),
        .leaders_see_through = db_get_bool(res, row, "leaders_see_through"),
        .premoderated = db_get_bool(res, row, "premoderated"),
        .role = role_of_name(db_get_text(res, row, "role")),
        .by_nobody = reader_is_nobody(req->reader),
        .members = db_is_null(res, row, "members") ? -1 : db_get_int(res, row, "members"),
        .mask = mask_of(arena, res, row),
        .created_us = db_get_time(res, row, "created_at"),
        .updated_us = db_get_time(res, row, "updated_at"),
        .version = db_get_int(res, row, "version"),
    };

    group.may = group_may(arena, &group);
    return group;
}

enum step group_load(struct request *req, enum deed deed, struct group *group, step_fn *next)
{
    struct load *load = arena_new(req->arena, struct load);
    const struct pass *pass = &req->reader->pass;
    struct uuid id;

    if (!group_id_read(request_param(req, 0), req->reader, &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    *load = (struct load){ deed, group, next, req->state };
    req->state = load;
    return await_query(req, &sql_groups_get, on_loaded,
        DB_PARAMS(
            db_uuid(id), db_uuid(req->reader->id), db_ints(req->arena, pass->reads, pass->count)));
}

static enum step on_loaded(struct request *req, const struct db_result *res)
{
    const struct load *load = req->state;
    const char *why;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    *load->group = group_of(req, res, 0);
    if (!deed_is_allowed(load->deed, load->group, &why))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED, "%s", why);
    req->state = load->state;
    return load->next(req);
}

struct str group_text(struct request *req, const struct group *group)
{
    struct writer writer;

    writer_start(&writer);
    v1_write_group(&writer, req->arena, group);
    return writer_finish(&writer, req->arena);
}

enum step respond_group(struct request *req, const struct group *group)
{
    struct str text = group_text(req, group);

    respond_etag(req, tag_of_version(req->arena, group->version, text));
    return respond_json(req, 200, text);
}

enum step respond_group_created(struct request *req, const struct group *group)
{
    struct str text = group_text(req, group);

    respond_etag(req, tag_of_version(req->arena, group->version, text));
    return respond_created(req, v1_group_path(req->arena, group->id), text);
}

enum step respond_refusal(struct request *req, const struct db_result *res)
{
    enum problem refused = res->err == ERR_REFUSED ? problem_of_slug(res->refusal) : PROBLEMS;

    return refused == PROBLEMS ? respond_db_error(req, res) : respond_problem(req, refused);
}
