/* A leader approves, hides, denies, or calls it spam. */
#include "moderation/moderation.h"

#include "annotations/annotations.h"
#include "formats/v1_moderation.h"
#include "groups/groups.h"
#include "sql.h"
#include "visibility/door.h"

struct deciding {
    struct decision decision;
    struct annotation it;
    struct group group;
};

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_group(struct request *req, const struct db_result *res);
static enum step on_decided(struct request *req, const struct db_result *res);

/* PUT /api/v1/annotations/{annotation}/moderation (putModeration) */
enum step moderation_put(struct request *req)
{
    struct deciding *deciding = arena_new(req->arena, struct deciding);
    struct invalid why = { 0 };

    req->state = deciding;
    if (!v1_read_moderation(req->arena, req->json, req->reader, &deciding->decision, &why))
        return respond_invalid(req, &why);
    return await_annotation_of_path(req, on_found);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct deciding *deciding = req->state;
    struct annotation *it = &deciding->it;
    const struct pass *pass = &req->reader->pass;
    enum step answer;

    if (!annotation_found(req, res, it, &answer))
        return answer;
    /* what hangs on a tombstone is held back with it until it is approved */
    if (it->is_deleted && !str_given(it->moderation))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (uuid_is_nil(deciding->decision.group))
        deciding->decision.group = it->group;
    return await_query(req, &sql_groups_get, on_group,
        DB_PARAMS(db_uuid(deciding->decision.group), db_uuid(req->reader->id),
            db_ints(req->arena, pass->reads, pass->count)));
}

static enum step respond_not_shown(struct request *req)
{
    struct invalid why = { 0 };

    invalid_add(&why, req->arena, "/group", "elsewhere", "It is not shown in such a group.");
    return respond_invalid(req, &why);
}

static enum step decide(struct request *req)
{
    const struct deciding *deciding = req->state;
    const struct decision *decision = &deciding->decision;
    const struct annotation *it = &deciding->it;
    bool at_home = it->at_home && uuid_eq(decision->group, it->group);

    struct db_call lock = { &sql_annotations_lock,
        DB_PARAMS(db_uuid(it->document), db_uuid(decision->group)) };
    struct db_call thread = { &sql_annotations_lock_thread,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->thread)) };
    struct db_call set = { at_home ? &sql_moderation_set : &sql_moderation_set_shown,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->id), db_uuid(req->reader->id),
            true_pass_param(req->arena, req->reader), db_uuid(decision->group),
            deed_roles(req->arena, DEED_MODERATE), db_text(decision->state),
            db_text(decision->note), db_uuid(uuid_new())) };
    struct db_call settle = { &sql_annotations_settle,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->thread), db_uuid(it->id),
            db_uuid(req->reader->id)) };
    return AWAIT_ALL(req, DB_WRITE, on_decided, lock, thread, set, settle,
        opened_call(req, &it->id, 1), annotation_call(req, it->id));
}

static enum step on_group(struct request *req, const struct db_result *res)
{
    struct deciding *deciding = req->state;
    const char *why;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_not_shown(req);
    deciding->group = (struct group){ .kind = group_kind_of_name(db_get_text(res, 0, "kind")),
        .access = arena_dup(req->arena, db_get_text(res, 0, "access")),
        .role = role_of_name(db_get_text(res, 0, "role")) };
    if (!deed_is_allowed(DEED_MODERATE, &deciding->group, &why))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED, "%s", why);
    return decide(req);
}

static enum step on_decided(struct request *req, const struct db_result *res)
{
    struct annotation it;
    enum step answer;

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("gone")))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("elsewhere")))
        return respond_not_shown(req);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("own")))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED,
            "Nobody decides about their own words: another leader does, or you delete them.");
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    opened(req, res + 4);
    if (!annotation_found(req, res + 5, &it, &answer))
        return answer;
    return respond_annotation(req, &it, NULL);
}
