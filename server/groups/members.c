/* Who is in a group: list, give roles, remove, leave. */
#include "formats/v1_groups.h"
#include "groups/groups.h"
#include "groups/load.h"
#include "sql.h"
#include "step/await.h"
#include "step/idempotent.h"
#include "step/paging.h"

static struct member member_of(const struct db_result *res, int row)
{
    return (struct member){
        .user = { db_get_uuid(res, row, "id"), db_get_text(res, row, "name"),
            db_get_text(res, row, "display_name"), db_get_bool(res, row, "masked"),
            db_get_text(res, row, "mask") },
        .role = role_of_name(db_get_text(res, row, "role")),
        .joined_us = db_get_time(res, row, "joined_at"),
    };
}

/* -- the list ---------------------------------------------------------------------------------- */

struct list {
    struct group group;
    struct paging paging;
    struct str role; /* STR_NONE: all of them */
};

static enum step on_group(struct request *req);
static enum step on_list(struct request *req, const struct db_result *res);

/* GET /api/v1/groups/{group}/members (listMembers) */
enum step member_list(struct request *req)
{
    struct list *list = arena_new(req->arena, struct list);
    struct invalid why = { 0 };

    list->role = request_query(req, "role");
    if (str_given(list->role) && role_of_name(list->role) == ROLE_NONE)
        query_fault(
            req, &why, "role", "unknown", "This is `owner`, `admin`, `moderator` or `member`.");
    paging_read(req, CURSOR_OLDEST, &list->paging, &why);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    req->state = list;
    return group_load(req, DEED_LIST_MEMBERS, &list->group, on_group);
}

static enum step on_group(struct request *req)
{
    const struct list *list = req->state;
    const struct paging *paging = &list->paging;

    return await_query(req, &sql_groups_members, on_list,
        DB_PARAMS(db_uuid(list->group.id), db_uuid(req->reader->id), paging_ask(paging),
            paging_after_time(paging), paging_after_id(paging), db_text(list->role)));
}

static enum step on_list(struct request *req, const struct db_result *res)
{
    const struct list *list = req->state;
    struct cursor next = { .order = CURSOR_OLDEST };
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    paging_begin(&writer);
    for (int row = 0; row < paging_rows(&list->paging, res->rows); row++) {
        struct member member = member_of(res, row);
        v1_write_member(&writer, req->arena, &member);
        next.time_us = db_get_time(res, row, "sort_at");
        next.id = db_get_uuid(res, row, "sort_id");
    }
    return respond_paging(req, &writer, paging_has_next(&list->paging, res->rows) ? &next : NULL);
}

/* -- one of them ------------------------------------------------------------------------------- */

struct target {
    struct group group;
    struct uuid user;
};

static enum step on_to_promote(struct request *req);
static enum step on_promoted(struct request *req, const struct db_result *res);
static enum step on_to_remove(struct request *req);
static enum step on_removed(struct request *req, const struct db_result *res);

/* PATCH /api/v1/groups/{group}/members/{user} (patchMember) */
enum step member_patch(struct request *req)
{
    struct target *target = arena_new(req->arena, struct target);

    if (!typeid_read(request_param(req, 1), "usr", &target->user))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = target;
    return group_load(req, DEED_SET_ROLE, &target->group, on_to_promote);
}

static enum step on_to_promote(struct request *req)
{
    const struct target *target = req->state;
    enum role role;
    struct invalid why = { 0 };

    if (!v1_read_member_patch(req->arena, req->json, &role, &why))
        return respond_invalid(req, &why);
    struct uuid group = target->group.id;
    return AWAIT_ALL(req, DB_WRITE, on_promoted, { &sql_groups_lock, DB_PARAMS(db_uuid(group)) },
        { &sql_groups_set_role,
            DB_PARAMS(db_uuid(group), db_uuid(req->reader->id),
                deed_roles(req->arena, DEED_SET_ROLE), db_uuid(target->user),
                db_cstr(role_name(role)), deed_roles(req->arena, DEED_SET_LEADER),
                deed_roles(req->arena, DEED_INVITE)) },
        { &sql_groups_member,
            DB_PARAMS(db_uuid(group), db_uuid(req->reader->id), db_uuid(target->user)) });
}

/* Whoever got as far as the statement may do it to others: this one leads. */
static enum step respond_not_done(struct request *req, const struct db_result *res)
{
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("not-allowed")))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED, "%s", deed_why(DEED_SET_LEADER));
    return respond_refusal(req, res);
}

static enum step on_promoted(struct request *req, const struct db_result *res)
{
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_not_done(req, res);
    app_rights_changed(req->app);
    struct member member = member_of(&res[2], 0);
    writer_start(&writer);
    v1_write_member(&writer, req->arena, &member);
    return respond_json(req, 200, writer_finish(&writer, req->arena));
}

/* DELETE /api/v1/groups/{group}/members/{user} (deleteMember). Oneself: that is leaving. */
enum step member_delete(struct request *req)
{
    struct target *target = arena_new(req->arena, struct target);

    if (!typeid_read(request_param(req, 1), "usr", &target->user))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = target;
    return group_load(req, uuid_eq(target->user, req->reader->id) ? DEED_LEAVE : DEED_REMOVE_MEMBER,
        &target->group, on_to_remove);
}

static enum step leave(struct request *req)
{
    struct target *target = arena_new(req->arena, struct target);

    target->user = req->reader->id;
    req->state = target;
    return group_load(req, DEED_LEAVE, &target->group, on_to_remove);
}

static enum step has_left(struct request *req, const struct made *made)
{
    (void)made;
    return respond_no_content(req);
}

/* POST /api/v1/groups/{group}/leave (leaveGroup) */
enum step group_leave(struct request *req)
{
    return idempotent(req, leave, has_left);
}

static enum step on_to_remove(struct request *req)
{
    const struct target *target = req->state;
    struct uuid group = target->group.id;

    return AWAIT_ONCE(req, on_removed, ((struct made){ group, UUID_NIL, 204 }),
        { &sql_groups_lock, DB_PARAMS(db_uuid(group)) },
        { &sql_groups_remove,
            DB_PARAMS(db_uuid(group), db_uuid(req->reader->id),
                deed_roles(req->arena, DEED_REMOVE_MEMBER), db_uuid(target->user),
                deed_roles(req->arena, DEED_SET_LEADER)) });
}

static enum step on_removed(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_not_done(req, res);
    app_rights_changed(req->app);
    return respond_no_content(req);
}

/* -- handing it over --------------------------------------------------------------------------- */

static enum step hand_over(struct request *req);
static enum step on_to_hand_over(struct request *req);
static enum step on_named(struct request *req, const struct db_result *res);
static enum step hand_over_to(struct request *req, struct uuid user);
static enum step on_handed_over(struct request *req, const struct db_result *res);
static enum step show_again(struct request *req, const struct made *made);

/* POST /api/v1/groups/{group}/owner (handOverGroup) */
enum step group_hand_over(struct request *req)
{
    return idempotent(req, hand_over, show_again);
}

static enum step hand_over(struct request *req)
{
    req->state = arena_new(req->arena, struct group);
    return group_load(req, DEED_HAND_OVER, req->state, on_to_hand_over);
}

static enum step on_to_hand_over(struct request *req)
{
    struct invalid why = { 0 };
    struct str user = STR_NONE;
    struct uuid id;

    if (!v1_read_new_owner(req->arena, req->json, &user, &why))
        return respond_invalid(req, &why);
    if (typeid_read(user, "usr", &id))
        return hand_over_to(req, id);
    return await_query(req, &sql_annotations_author_named, on_named, DB_PARAMS(db_text(user)));
}

/* Whether the owner may know them by it, the statement asks. */
static enum step on_named(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    return hand_over_to(req, res->rows > 0 ? db_get_uuid(res, 0, "id") : UUID_NIL);
}

static enum step hand_over_to(struct request *req, struct uuid user)
{
    const struct group *group = req->state;
    struct db_param id = db_uuid(group->id), owner = db_uuid(req->reader->id);

    return AWAIT_ONCE(req, on_handed_over, ((struct made){ group->id, UUID_NIL, 200 }),
        { &sql_groups_lock, DB_PARAMS(id) },
        { &sql_groups_hand_over,
            DB_PARAMS(id, owner, deed_roles(req->arena, DEED_HAND_OVER), db_uuid(user),
                deed_roles(req->arena, DEED_SET_LEADER)) },
        { &sql_groups_shown, DB_PARAMS(id, owner) });
}

static enum step on_handed_over(struct request *req, const struct db_result *res)
{
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("conflict")))
        return respond_problem_detail(
            req, PROBLEM_CONFLICT, "It goes to another member, whose account is open.");
    if (res->err != ERR_NONE)
        return respond_refusal(req, res);
    app_rights_changed(req->app);
    struct group group = group_of(req, &res[2], 0);
    return respond_group(req, &group);
}

static enum step on_shown(struct request *req)
{
    return respond_group(req, req->state);
}

static enum step show_again(struct request *req, const struct made *made)
{
    (void)made;
    req->state = arena_new(req->arena, struct group);
    return group_load(req, DEED_READ, req->state, on_shown);
}

/* -- joining an open one ----------------------------------------------------------------------- */

static enum step on_to_join(struct request *req);
static enum step on_joined(struct request *req, const struct db_result *res);

/* POST /api/v1/groups/{group}/join (joinGroup). For a member it changes nothing. */
enum step group_join(struct request *req)
{
    req->state = arena_new(req->arena, struct group);
    return group_load(req, DEED_READ, req->state, on_to_join);
}

static enum step on_to_join(struct request *req)
{
    const struct group *group = req->state;
    struct db_param id = db_uuid(group->id), reader = db_uuid(req->reader->id);
    const char *why;

    if (group->role != ROLE_NONE)
        return respond_group(req, group);
    if (!deed_is_allowed(DEED_JOIN, group, &why))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED, "%s", why);
    return AWAIT_ALL(req, DB_WRITE, on_joined, { &sql_groups_lock, DB_PARAMS(id) },
        { &sql_groups_enter, DB_PARAMS(id, reader) }, { &sql_groups_shown, DB_PARAMS(id, reader) });
}

static enum step on_joined(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_refusal(req, res);
    app_rights_changed(req->app);
    struct group group = group_of(req, &res[2], 0);
    return respond_group(req, &group);
}
