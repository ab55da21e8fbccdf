/* Requests to join: ask, list, decide, take back. */
#include "formats/v1_groups.h"
#include "groups/groups.h"
#include "groups/load.h"
#include "sql.h"
#include "step/idempotent.h"
#include "step/paging.h"
#include "visibility/door.h"

static struct join_request request_of(const struct db_result *res, int row)
{
    return (struct join_request){
        .id = db_get_uuid(res, row, "id"),
        .group = db_get_uuid(res, row, "group_id"),
        .group_name = db_get_text(res, row, "group_name"),
        .user = { db_get_uuid(res, row, "user_id"), db_get_text(res, row, "user_name"),
            db_get_text(res, row, "user_display_name") },
        .message = db_get_text(res, row, "message"),
        .state = db_get_text(res, row, "state"),
        .reason = db_get_text(res, row, "reason"),
        .created_us = db_get_time(res, row, "created_at"),
        .decided_us = db_get_time(res, row, "decided_at"),
    };
}

static struct str request_text(struct request *req, const struct db_result *res)
{
    struct join_request asked = request_of(res, 0);
    struct writer writer;

    writer_start(&writer);
    v1_write_request(&writer, req->arena, &asked);
    return writer_finish(&writer, req->arena);
}

/* -- lists ------------------------------------------------------------------------------------- */

struct list {
    struct paging paging;
    struct group group;
    struct str state; /* STR_NONE: all of them */
};

static enum step on_group(struct request *req);
static enum step on_list(struct request *req, const struct db_result *res);

/* GET /api/v1/groups/{group}/requests (listRequests) */
enum step request_list(struct request *req)
{
    struct list *list = arena_new(req->arena, struct list);
    struct str state = request_query(req, "state");
    struct invalid why = { 0 };

    list->state = str_given(state) ? state : STR("waiting");
    if (str_eq(list->state, STR("all")))
        list->state = STR_NONE;
    else if (!str_eq(list->state, STR("waiting")) && !str_eq(list->state, STR("accepted")) &&
        !str_eq(list->state, STR("declined")) && !str_eq(list->state, STR("withdrawn")))
        query_fault(req, &why, "state", "unknown",
            "This is `waiting`, `accepted`, `declined`, `withdrawn` or `all`.");
    paging_read(req, CURSOR_CREATED, &list->paging, &why);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    req->state = list;
    return group_load(req, DEED_DECIDE_REQUESTS, &list->group, on_group);
}

static enum step on_group(struct request *req)
{
    const struct list *list = req->state;
    const struct paging *paging = &list->paging;

    return await_query(req, &sql_groups_requests, on_list,
        DB_PARAMS(db_uuid(list->group.id), db_uuid(req->reader->id),
            true_pass_param(req->arena, req->reader), deed_roles(req->arena, DEED_DECIDE_REQUESTS),
            db_text(list->state), paging_ask(paging), paging_after_time(paging),
            paging_after_id(paging)));
}

/* GET /api/v1/me/requests (listMyRequests) */
enum step request_list_mine(struct request *req)
{
    struct list *list = arena_new(req->arena, struct list);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_CREATED, &list->paging, &why))
        return respond_invalid_query(req, &why);
    req->state = list;
    return await_query(req, &sql_groups_requests_of_reader, on_list,
        DB_PARAMS(paging_ask(&list->paging), db_uuid(req->reader->id),
            true_pass_param(req->arena, req->reader), paging_after_time(&list->paging),
            paging_after_id(&list->paging)));
}

static enum step on_list(struct request *req, const struct db_result *res)
{
    const struct list *list = req->state;
    struct cursor next = { .order = CURSOR_CREATED };
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    paging_begin(&writer);
    for (int row = 0; row < paging_rows(&list->paging, res->rows); row++) {
        struct join_request asked = request_of(res, row);
        v1_write_request(&writer, req->arena, &asked);
        next.time_us = asked.created_us;
        next.id = asked.id;
    }
    return respond_paging(req, &writer, paging_has_next(&list->paging, res->rows) ? &next : NULL);
}

/* -- asking ------------------------------------------------------------------------------------ */

struct asking {
    struct group group;
    struct uuid id;
};

static enum step ask(struct request *req);
static enum step on_to_ask(struct request *req);
static enum step on_asked(struct request *req, const struct db_result *res);
static enum step replay(struct request *req, const struct made *made);
static enum step on_asked_before(struct request *req, const struct db_result *res);

/* POST /api/v1/groups/{group}/requests (createRequest). Who waits goes on waiting. */
enum step request_create(struct request *req)
{
    return idempotent(req, ask, replay);
}

static enum step ask(struct request *req)
{
    struct asking *asking = arena_new(req->arena, struct asking);

    req->state = asking;
    return group_load(req, DEED_READ, &asking->group, on_to_ask);
}

static enum step respond_not_to_ask(struct request *req)
{
    return respond_problem_detail(req, PROBLEM_CONFLICT, "%s", deed_why(DEED_ASK_TO_JOIN));
}

static enum step on_to_ask(struct request *req)
{
    struct asking *asking = req->state;
    struct db_param group = db_uuid(asking->group.id), reader = db_uuid(req->reader->id);
    struct str message = STR_NONE;
    struct invalid why = { 0 };
    const char *reason;

    if (!v1_read_new_request(req->arena, req->json, &message, &why))
        return respond_invalid(req, &why);
    if (!deed_is_allowed(DEED_ASK_TO_JOIN, &asking->group, &reason))
        return respond_not_to_ask(req);
    asking->id = uuid_new();
    return AWAIT_ONCE(req, on_asked, ((struct made){ asking->id, UUID_NIL, 201 }),
        { &sql_groups_lock, DB_PARAMS(group) },
        { &sql_groups_ask, DB_PARAMS(db_uuid(asking->id), group, reader, db_text(message)) },
        { &sql_groups_asked, DB_PARAMS(group, reader, true_pass_param(req->arena, req->reader)) });
}

static enum step respond_asked(struct request *req, const struct db_result *res, struct uuid made)
{
    struct uuid id = db_get_uuid(res, 0, "id");
    struct str text = request_text(req, res);

    return uuid_eq(id, made) ? respond_created(req, v1_request_path(req->arena, id), text)
                             : respond_json(req, 200, text);
}

static enum step on_asked(struct request *req, const struct db_result *res)
{
    const struct asking *asking = req->state;

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("conflict")))
        return respond_not_to_ask(req);
    if (res->err != ERR_NONE)
        return respond_refusal(req, res);
    return respond_asked(req, &res[2], asking->id);
}

static enum step replay(struct request *req, const struct made *made)
{
    struct asking *asking = arena_new(req->arena, struct asking);

    if (!group_id_read(request_param(req, 0), req->reader, &asking->group.id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    asking->id = made->object;
    req->state = asking;
    return await_query(req, &sql_groups_asked, on_asked_before,
        DB_PARAMS(db_uuid(asking->group.id), db_uuid(req->reader->id),
            true_pass_param(req->arena, req->reader)));
}

static enum step on_asked_before(struct request *req, const struct db_result *res)
{
    const struct asking *asking = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    return res->rows == 0 ? respond_problem(req, PROBLEM_NOT_FOUND)
                          : respond_asked(req, res, asking->id);
}

/* -- one of them ------------------------------------------------------------------------------- */

static enum step on_read(struct request *req, const struct db_result *res);
static enum step on_decided(struct request *req, const struct db_result *res);

static bool id_of(struct request *req, struct uuid *id)
{
    return typeid_read(request_param(req, 0), "req", id);
}

/* GET /api/v1/requests/{request} (getRequest) */
enum step request_get(struct request *req)
{
    struct uuid id;

    if (!id_of(req, &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_query(req, &sql_groups_request, on_read,
        DB_PARAMS(db_uuid(id), db_uuid(req->reader->id), true_pass_param(req->arena, req->reader),
            deed_roles(req->arena, DEED_DECIDE_REQUESTS)));
}

static enum step on_read(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    return res->rows == 0 ? respond_problem(req, PROBLEM_NOT_FOUND)
                          : respond_json(req, 200, request_text(req, res));
}

/* PATCH /api/v1/requests/{request} (patchRequest). A leader decides, who asked takes it back. */
enum step request_patch(struct request *req)
{
    struct db_param reader = db_uuid(req->reader->id);
    struct db_param roles = deed_roles(req->arena, DEED_DECIDE_REQUESTS);
    struct str state = STR_NONE, reason = STR_NONE;
    struct invalid why = { 0 };
    struct uuid id;

    if (!id_of(req, &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!v1_read_decision(req->arena, req->json, &state, &reason, &why))
        return respond_invalid(req, &why);
    return AWAIT_ALL(req, DB_WRITE, on_decided,
        { &sql_groups_lock_request, DB_PARAMS(db_uuid(id)) },
        { &sql_groups_decide,
            DB_PARAMS(db_uuid(id), reader, roles, db_text(state), db_text(reason)) },
        { &sql_groups_request,
            DB_PARAMS(db_uuid(id), reader, true_pass_param(req->arena, req->reader), roles) });
}

static enum step on_decided(struct request *req, const struct db_result *res)
{
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("conflict")))
        return respond_problem_detail(req, PROBLEM_CONFLICT,
            "It has been decided or taken back, or the account that asked is closed.");
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("not-allowed")))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED,
            "A leader of the group accepts or declines; who asked takes it back.");
    if (res->err != ERR_NONE)
        return respond_refusal(req, res);
    app_rights_changed(req->app);
    return respond_json(req, 200, request_text(req, &res[2]));
}
