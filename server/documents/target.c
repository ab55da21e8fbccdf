#include "documents/documents.h"

#include "model/uri.h"
#include "sql.h"
#include "step/idempotent.h"
#include "visibility/door.h"

#include <sodium.h>

struct aim {
    void *state; /* the caller's */
    after_target *next;
    bool make_page;
    struct str uri;
    struct target_document target;
};

static enum step give(struct request *req, enum target found)
{
    struct aim *aim = req->state;

    aim->target.found = found;
    req->state = aim->state;
    return aim->next(req, &aim->target);
}

/* -- an id ------------------------------------------------------------------------------------- */

/* "doc_…", and what stands behind the last slash of our own addresses of it. False: something
 * else. */
static bool read_own(struct request *req, struct str document, struct str *id)
{
    static const char *const paths[] = { "/d/", "/api/v1/documents/" };
    struct str rest = document, end;

    if (str_starts(document, STR("doc_"))) {
        *id = document;
        return true;
    }
    if (str_starts(rest, req->app->settings->base_url))
        rest = str_slice(rest, req->app->settings->base_url.bytes, rest.bytes);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct str path = str_from(paths[i]);
        if (!str_starts(rest, path))
            continue;
        str_cut(str_slice(rest, path.bytes, rest.bytes), '#', id, &end);
        str_cut(*id, '?', id, &end);
        return true;
    }
    return false;
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct aim *aim = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    enum door door = res->rows == 0 ? DOOR_WITHHELD : door_admits_text(req->reader, res, 0);
    if (door == DOOR_BROKEN)
        return respond_problem(req, PROBLEM_INTERNAL);
    if (door == DOOR_WITHHELD)
        return give(req, TARGET_NOWHERE);
    aim->target.id = db_get_uuid(res, 0, "id");
    aim->target.revision = db_get_uuid(res, 0, "current_revision_id");
    return give(req, TARGET_FOUND);
}

static enum step aim_at_id(struct request *req, struct str text)
{
    struct aim *aim = req->state;
    struct uuid id;

    if (!typeid_read(text, "doc", &id)) {
        aim->target.fault = "`document` is no id of a text: one has 26 letters and digits behind "
                            "doc_.";
        return give(req, aim->make_page ? TARGET_INVALID : TARGET_NOWHERE);
    }
    return await_query(req, &sql_documents_target, on_found,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader), db_uuid(id)));
}

/* -- an address -------------------------------------------------------------------------------- */

enum { LOCK, MAKE };

static enum step on_page(struct request *req, const struct db_result *res)
{
    struct aim *aim = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    aim->target.id = db_get_uuid(&res[MAKE], 0, "id");
    aim->target.revision = UUID_NIL;
    return give(req, TARGET_FOUND);
}

/* As good as random, and the same for all who write about the page together. */
static struct uuid id_in_one(struct str uri, struct uuid salt)
{
    struct uuid id;

    crypto_generichash(id.bytes, sizeof id.bytes, (const unsigned char *)uri.at, uri.bytes,
        salt.bytes, sizeof salt.bytes);
    id.bytes[6] = (id.bytes[6] & 0x0F) | 0x40;
    id.bytes[8] = (id.bytes[8] & 0x3F) | 0x80;
    return id;
}

void target_make_calls(
    struct request *req, struct str unmade, struct uuid id, struct db_call calls[TARGET_MAKE_CALLS])
{
    struct db_param *params = arena_array(req->arena, struct db_param, 3);

    params[0] = params[2] = db_text(unmade);
    params[1] = db_uuid(id);
    calls[LOCK] = (struct db_call){ &sql_documents_page_lock, { params, 1 } };
    calls[MAKE] = (struct db_call){ &sql_documents_page_make, { params + 1, 2 } };
}

static enum step on_address(struct request *req, const struct db_result *res)
{
    struct aim *aim = req->state;
    struct uuid salt;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    for (int row = 0; row < res->rows; row++) {
        /* a page's row says no more than its address, which the request has said */
        enum door door = db_get_bool(res, row, "is_page") ? DOOR_ADMITTED
                                                          : door_admits_text(req->reader, res, row);
        if (door == DOOR_BROKEN)
            return respond_problem(req, PROBLEM_INTERNAL);
        if (door == DOOR_WITHHELD)
            continue;
        aim->target.id = db_get_uuid(res, row, "id");
        aim->target.revision = db_get_uuid(res, row, "current_revision_id");
        return give(req, TARGET_FOUND);
    }
    if (!aim->make_page)
        return give(req, TARGET_NOWHERE);
    if (writes_in_one(req, &salt)) {
        aim->target.unmade = aim->uri;
        aim->target.id = id_in_one(aim->uri, salt);
        return give(req, TARGET_FOUND);
    }
    return AWAIT_ALL(req, DB_WRITE,
        on_page, [LOCK] = { &sql_documents_page_lock, DB_PARAMS(db_text(aim->uri)) },
        [MAKE] = {
            &sql_documents_page_make, DB_PARAMS(db_uuid(uuid_random()), db_text(aim->uri)) });
}

enum step await_target(struct request *req, struct str document, bool make_page, after_target *next)
{
    struct aim *aim = arena_new(req->arena, struct aim);
    struct str id;

    *aim = (struct aim){ .state = req->state, .next = next, .make_page = make_page };
    req->state = aim;
    if (read_own(req, document, &id))
        return aim_at_id(req, id);
    enum uri_fault fault = uri_normalize(req->arena, document, &aim->uri);
    if (fault != URI_FINE) {
        aim->target.fault = uri_fault_text(fault);
        return give(req, TARGET_INVALID);
    }
    return await_query(req, &sql_documents_target_of_address, on_address,
        DB_PARAMS(
            db_uuid(req->reader->id), reads_param(req->arena, req->reader), db_text(aim->uri)));
}
