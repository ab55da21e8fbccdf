/* Groups themselves: found, list, read, change, dissolve. */
#include "groups/groups.h"

#include "base/tag.h"
#include "formats/v1_groups.h"
#include "groups/load.h"
#include "groups/pairs.h"
#include "sql.h"
#include "step/await.h"
#include "step/idempotent.h"
#include "step/paging.h"

/* -- the list ---------------------------------------------------------------------------------- */

static enum step on_list(struct request *req, const struct db_result *res)
{
    const struct paging *paging = req->state;
    struct cursor next = { .order = CURSOR_CREATED };
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    paging_begin(&writer);
    for (int row = 0; row < paging_rows(paging, res->rows); row++) {
        struct group group = group_of(req, res, row);
        v1_write_group(&writer, req->arena, &group);
        next.time_us = group.created_us;
        next.id = group.id;
    }
    return respond_paging(req, &writer, paging_has_next(paging, res->rows) ? &next : NULL);
}

/* `access`: of groups that one is not in. */
static bool read_accesses(struct request *req, struct str list, struct str accesses[2],
    size_t *count, struct invalid *why)
{
    struct str word, rest = list;
    bool more = true;

    *count = 0;
    while (more) {
        more = str_cut(rest, ',', &word, &rest);
        if (*count == 2 || !(str_eq(word, STR("open")) || str_eq(word, STR("restricted"))))
            return query_fault(req, why, "access", "unknown",
                "This is `open`, `restricted`, or both with a comma between.");
        accesses[(*count)++] = word;
    }
    return true;
}

/* GET /api/v1/groups (listGroups) */
enum step group_list(struct request *req)
{
    struct paging *paging = arena_new(req->arena, struct paging);
    const struct pass *pass = &req->reader->pass;
    struct str access = request_query(req, "access"), accesses[2];
    struct invalid why = { 0 };
    size_t count = 0;

    if (str_given(access))
        read_accesses(req, access, accesses, &count, &why);
    paging_read(req, CURSOR_CREATED, paging, &why);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    req->state = paging;
    if (count > 0)
        return await_query(req, &sql_groups_others, on_list,
            DB_PARAMS(db_uuid(req->reader->id), db_ints(req->arena, pass->reads, pass->count),
                db_texts(req->arena, accesses, count), paging_ask(paging),
                paging_after_time(paging), paging_after_id(paging)));
    return await_query(req, &sql_groups_of_reader, on_list,
        DB_PARAMS(db_uuid(req->reader->id), paging_ask(paging), paging_after_time(paging),
            paging_after_id(paging)));
}

/* -- founding one ------------------------------------------------------------------------------ */

static enum step create(struct request *req);
static enum step on_created(struct request *req, const struct db_result *res);
static enum step replay(struct request *req, const struct made *made);
static enum step on_made_before(struct request *req, const struct db_result *res);

/* POST /api/v1/groups (createGroup) */
enum step group_create(struct request *req)
{
    return idempotent(req, create, replay);
}

static enum step create(struct request *req)
{
    struct group group = {
        .id = uuid_new(), .access = STR("private"), .leaders_see_through = true
    };
    struct invalid why = { 0 };
    struct uuid founder = req->reader->id;
    struct str with = STR_NONE;

    if (!v1_read_new_group(req->arena, req->json, &group, &with, &why))
        return respond_invalid(req, &why);
    if (str_given(with))
        return pair_create(req, with);
    return AWAIT_ONCE(req, on_created, ((struct made){ group.id, UUID_NIL, 201 }),
        { &sql_groups_create,
            DB_PARAMS(db_uuid(group.id), db_uuid(founder), db_text(group.name),
                db_text(group.description), db_text(group.access)) },
        { &sql_groups_set_up,
            DB_PARAMS(db_uuid(group.id), db_bool(group.anonymous),
                db_bool(group.leaders_see_through), db_bool(group.premoderated)) },
        { &sql_groups_tell,
            DB_PARAMS(
                db_cstr("group.created"), db_uuid(group.id), db_uuid(group.id), db_uuid(founder)) },
        { &sql_groups_shown, DB_PARAMS(db_uuid(group.id), db_uuid(founder)) });
}

static enum step on_created(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    app_rights_changed(req->app);
    struct group group = group_of(req, &res[3], 0);
    return respond_group_created(req, &group);
}

static enum step replay(struct request *req, const struct made *made)
{
    const struct pass *pass = &req->reader->pass;

    return await_query(req, &sql_groups_get, on_made_before,
        DB_PARAMS(db_uuid(made->object), db_uuid(req->reader->id),
            db_ints(req->arena, pass->reads, pass->count)));
}

static enum step on_made_before(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem_detail(
            req, PROBLEM_NOT_FOUND, "This was done, and the group has gone since.");
    struct group group = group_of(req, res, 0);
    return respond_group_created(req, &group);
}

/* -- reading one ------------------------------------------------------------------------------- */

static enum step on_read(struct request *req)
{
    return respond_group(req, req->state);
}

/* GET /api/v1/groups/{group} (getGroup) */
enum step group_get(struct request *req)
{
    req->state = arena_new(req->arena, struct group);
    return group_load(req, DEED_READ, req->state, on_read);
}

/* -- changing and dissolving ------------------------------------------------------------------- */

static enum step on_to_change(struct request *req);
static enum step on_changed(struct request *req, const struct db_result *res);
static enum step on_to_dissolve(struct request *req);
static enum step on_dissolved(struct request *req, const struct db_result *res);

static bool has_changed_since(struct request *req, const struct group *group)
{
    struct str tag = tag_of_version(req->arena, group->version, group_text(req, group));
    return request_if_match(req, tag, true) == PRECONDITION_FAILED;
}

static enum step respond_current(struct request *req, const struct group *group)
{
    struct str text = group_text(req, group);
    return respond_problem_with(req, PROBLEM_PRECONDITION_FAILED, STR_NONE, NULL,
        arena_printf(req->arena, "\"current\":%.*s", STR_ARG(text)));
}

/* The statement found another version than was loaded: load it again. Each turn somebody else's
 * change has gone through, and the deadline ends it at the latest. */
static bool is_stale(const struct db_result *res)
{
    return res->err == ERR_REFUSED && str_eq(res->refusal, STR("stale"));
}

/* PATCH /api/v1/groups/{group} (patchGroup) */
enum step group_patch(struct request *req)
{
    req->state = arena_new(req->arena, struct group);
    return group_load(req, DEED_CHANGE, req->state, on_to_change);
}

static enum step on_to_change(struct request *req)
{
    const struct group *group = req->state;
    struct group changed = *group;
    struct invalid why = { 0 };

    if (has_changed_since(req, group))
        return respond_current(req, group);
    if (!v1_read_group_patch(req->arena, req->json, &changed, &why))
        return respond_invalid(req, &why);
    return AWAIT_ALL(req, DB_WRITE, on_changed,
        { &sql_groups_lock_whole, DB_PARAMS(db_uuid(group->id)) },
        { &sql_groups_update,
            DB_PARAMS(db_uuid(group->id), db_uuid(req->reader->id),
                deed_roles(req->arena, DEED_CHANGE), db_int(group->version), db_text(changed.name),
                db_text(changed.description), db_text(changed.access), db_bool(changed.anonymous),
                db_bool(changed.leaders_see_through), db_bool(changed.premoderated)) },
        { &sql_groups_shown, DB_PARAMS(db_uuid(group->id), db_uuid(req->reader->id)) });
}

static enum step on_changed(struct request *req, const struct db_result *res)
{
    if (is_stale(res))
        return group_patch(req);
    if (res->err != ERR_NONE)
        return respond_refusal(req, res);
    app_rights_changed(req->app);
    struct group group = group_of(req, &res[2], 0);
    return respond_group(req, &group);
}

/* DELETE /api/v1/groups/{group} (deleteGroup) */
enum step group_delete(struct request *req)
{
    req->state = arena_new(req->arena, struct group);
    return group_load(req, DEED_DISSOLVE, req->state, on_to_dissolve);
}

static enum step on_to_dissolve(struct request *req)
{
    const struct group *group = req->state;

    if (has_changed_since(req, group))
        return respond_current(req, group);
    return AWAIT_ALL(req, DB_WRITE, on_dissolved,
        { &sql_groups_lock_whole, DB_PARAMS(db_uuid(group->id)) },
        { &sql_groups_delete,
            DB_PARAMS(db_uuid(group->id), db_uuid(req->reader->id),
                deed_roles(req->arena, DEED_DISSOLVE), db_int(group->version)) });
}

static enum step on_dissolved(struct request *req, const struct db_result *res)
{
    if (is_stale(res))
        return group_delete(req);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("conflict")))
        return respond_problem_detail(req, PROBLEM_CONFLICT,
            "Texts have their home in this group: move them to another or delete them first.");
    if (res->err != ERR_NONE)
        return respond_refusal(req, res);
    app_rights_changed(req->app);
    return respond_no_content(req);
}
