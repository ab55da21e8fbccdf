/* Invitations: make, list, show, accept, revoke. */
#include "base/clock.h"
#include "formats/v1_groups.h"
#include "groups/groups.h"
#include "groups/load.h"
#include "sql.h"
#include "step/await.h"
#include "step/idempotent.h"
#include "step/paging.h"

#include <sodium.h>

/* 128 random bits in letters and digits that survive being read aloud. */
static struct str code_new(struct arena *arena)
{
    struct uuid bits;

    randombytes_buf(bits.bytes, sizeof bits.bytes);
    struct str text = typeid_write(arena, "c", bits);
    return str_slice(text, 2, text.bytes);
}

static const struct user *author_of(struct arena *arena, const struct db_result *res, int row)
{
    struct user *author = arena_new(arena, struct user);

    if (db_is_null(res, row, "author_id"))
        return NULL;
    author->id = db_get_uuid(res, row, "author_id");
    author->name = db_get_text(res, row, "author_name");
    author->display_name = db_get_text(res, row, "author_display_name");
    return author;
}

static struct invitation invitation_of(struct arena *arena, const struct db_result *res, int row)
{
    return (struct invitation){
        .id = db_get_uuid(res, row, "id"),
        .group = db_get_uuid(res, row, "group_id"),
        .code = db_get_text(res, row, "code"),
        .role = role_of_name(db_get_text(res, row, "role")),
        .uses_left = db_is_null(res, row, "uses_left") ? -1 : db_get_int(res, row, "uses_left"),
        .expires_us = db_get_time(res, row, "expires_at"),
        .author = author_of(arena, res, row),
        .created_us = db_get_time(res, row, "created_at"),
    };
}

/* -- the list ---------------------------------------------------------------------------------- */

/* Who may invite, and to what: the parameters that givable.part has. */
#define INVITERS(arena)                                               \
    deed_roles(arena, DEED_INVITE), deed_roles(arena, DEED_SET_ROLE), \
        deed_roles(arena, DEED_SET_LEADER)

struct list {
    struct group group;
    struct paging paging;
};

static enum step on_group(struct request *req);
static enum step on_list(struct request *req, const struct db_result *res);

/* GET /api/v1/groups/{group}/invitations (listInvitations) */
enum step invitation_list(struct request *req)
{
    struct list *list = arena_new(req->arena, struct list);
    struct invalid why = { 0 };

    if (!paging_read(req, CURSOR_CREATED, &list->paging, &why))
        return respond_invalid_query(req, &why);
    req->state = list;
    return group_load(req, DEED_INVITE, &list->group, on_group);
}

static enum step on_group(struct request *req)
{
    const struct list *list = req->state;
    const struct paging *paging = &list->paging;

    return await_query(req, &sql_groups_invitations, on_list,
        DB_PARAMS(db_uuid(list->group.id), db_uuid(req->reader->id), INVITERS(req->arena),
            paging_ask(paging), paging_after_time(paging), paging_after_id(paging)));
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
        struct invitation invitation = invitation_of(req->arena, res, row);
        v1_write_invitation(&writer, req->arena, &invitation);
        next.time_us = invitation.created_us;
        next.id = invitation.id;
    }
    return respond_paging(req, &writer, paging_has_next(&list->paging, res->rows) ? &next : NULL);
}

/* -- making one -------------------------------------------------------------------------------- */

static enum step invite(struct request *req);
static enum step on_to_invite(struct request *req);
static enum step on_invited(struct request *req, const struct db_result *res);
static enum step replay(struct request *req, const struct made *made);

/* POST /api/v1/groups/{group}/invitations (createInvitation) */
enum step invitation_create(struct request *req)
{
    return idempotent(req, invite, replay);
}

static enum step invite(struct request *req)
{
    req->state = arena_new(req->arena, struct group);
    return group_load(req, DEED_INVITE, req->state, on_to_invite);
}

static enum step on_to_invite(struct request *req)
{
    const struct group *group = req->state;
    struct invitation wish = { 0 };
    struct invalid why = { 0 };

    if (!v1_read_new_invitation(req->arena, req->json, clock_wall_us(), &wish, &why))
        return respond_invalid(req, &why);
    struct uuid id = uuid_new();
    return AWAIT_ONCE(req, on_invited, ((struct made){ id, UUID_NIL, 201 }),
        { &sql_groups_lock, DB_PARAMS(db_uuid(group->id)) },
        { &sql_groups_invite,
            DB_PARAMS(db_uuid(group->id), db_uuid(req->reader->id), INVITERS(req->arena),
                db_uuid(id), db_text(code_new(req->arena)), db_cstr(role_name(wish.role)),
                wish.uses_left < 0 ? db_null() : db_int(wish.uses_left),
                db_time_or_null(wish.expires_us)) });
}

static enum step respond_invited(struct request *req, const struct db_result *res)
{
    struct writer writer;
    struct invitation invitation = invitation_of(req->arena, res, 0);

    writer_start(&writer);
    v1_write_invitation(&writer, req->arena, &invitation);
    return respond_created(req,
        arena_printf(req->arena, "/api/v1/invitations/%.*s", STR_ARG(invitation.code)),
        writer_finish(&writer, req->arena));
}

static enum step on_invited(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res[1].rows == 0) /* whoever got here may invite: to this role they may not */
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED,
            "One invites to no role that one could not give: %s", deed_why(DEED_SET_LEADER));
    return respond_invited(req, &res[1]);
}

/* No longer one's to see, or no longer there: the same as for any other. */
static enum step on_made_before(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem_detail(
            req, PROBLEM_NOT_FOUND, "This was done, and the invitation has gone since.");
    return respond_invited(req, res);
}

static enum step replay(struct request *req, const struct made *made)
{
    return await_query(req, &sql_groups_invited, on_made_before,
        DB_PARAMS(db_uuid(made->object), db_uuid(req->reader->id), INVITERS(req->arena)));
}

/* -- one of them ------------------------------------------------------------------------------- */

static enum step on_seen(struct request *req, const struct db_result *res);
static enum step on_accepted(struct request *req, const struct db_result *res);
static enum step on_revoked(struct request *req, const struct db_result *res);

/* GET /api/v1/invitations/{invitation} (getInvitation) */
enum step invitation_get(struct request *req)
{
    return await_query(req, &sql_groups_invitation, on_seen,
        DB_PARAMS(db_text(request_param(req, 0)), db_uuid(req->reader->id)));
}

static enum step on_seen(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!db_get_bool(res, 0, "is_open"))
        return respond_problem(req, PROBLEM_GONE);
    struct group group = { .id = db_get_uuid(res, 0, "group_id"),
        .name = db_get_text(res, 0, "group_name"),
        .description = db_get_text(res, 0, "group_description") };
    struct invitation invitation = { .code = request_param(req, 0),
        .role = role_of_name(db_get_text(res, 0, "role")),
        .expires_us = db_get_time(res, 0, "expires_at"),
        .author = author_of(req->arena, res, 0) };
    return respond_json(req, 200, v1_write_invitation_seen(req->arena, &invitation, &group));
}

/* POST /api/v1/invitations/{invitation}/accept (acceptInvitation) */
enum step invitation_accept(struct request *req)
{
    struct str code = request_param(req, 0);
    struct uuid reader = req->reader->id;

    return AWAIT_ALL(req, DB_WRITE, on_accepted,
        { &sql_groups_lock_invitation, DB_PARAMS(db_text(code)) },
        { &sql_groups_join, DB_PARAMS(db_text(code), db_uuid(reader)) },
        { &sql_groups_shown_by_invitation, DB_PARAMS(db_text(code), db_uuid(reader)) });
}

static enum step on_accepted(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_refusal(req, res);
    app_rights_changed(req->app);
    struct group group = group_of(req, &res[2], 0);
    return respond_group(req, &group);
}

/* DELETE /api/v1/invitations/{invitation} (deleteInvitation) */
enum step invitation_delete(struct request *req)
{
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "inv", &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_write(req, &sql_groups_revoke, on_revoked,
        DB_PARAMS(db_uuid(id), db_uuid(req->reader->id), deed_roles(req->arena, DEED_INVITE)));
}

static enum step on_revoked(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_no_content(req) : respond_refusal(req, res);
}

/* -- another code for one ---------------------------------------------------------------------- */

static enum step rotate(struct request *req);
static enum step on_rotated(struct request *req, const struct db_result *res);
static enum step show_rotated(struct request *req, const struct made *made);
static enum step on_rotated_before(struct request *req, const struct db_result *res);

/* POST /api/v1/invitations/{invitation}/rotate (rotateInvitation) */
enum step invitation_rotate(struct request *req)
{
    return idempotent(req, rotate, show_rotated);
}

static enum step rotate(struct request *req)
{
    struct db_param actor = db_uuid(req->reader->id);
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "inv", &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return AWAIT_ONCE(req, on_rotated, ((struct made){ id, UUID_NIL, 200 }),
        { &sql_groups_rotate,
            DB_PARAMS(db_uuid(id), actor, INVITERS(req->arena), db_text(code_new(req->arena))) },
        { &sql_groups_invited, DB_PARAMS(db_uuid(id), actor, INVITERS(req->arena)) });
}

static enum step respond_rotated(struct request *req, const struct db_result *res)
{
    struct writer writer;
    struct invitation invitation = invitation_of(req->arena, res, 0);

    writer_start(&writer);
    v1_write_invitation(&writer, req->arena, &invitation);
    return respond_json(req, 200, writer_finish(&writer, req->arena));
}

static enum step on_rotated(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_rotated(req, &res[1]) : respond_refusal(req, res);
}

static enum step show_rotated(struct request *req, const struct made *made)
{
    return await_query(req, &sql_groups_invited, on_rotated_before,
        DB_PARAMS(db_uuid(made->object), db_uuid(req->reader->id), INVITERS(req->arena)));
}

static enum step on_rotated_before(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem_detail(
            req, PROBLEM_NOT_FOUND, "This was done, and the invitation has gone since.");
    return respond_rotated(req, res);
}
