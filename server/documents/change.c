/* Changes of a document: each loads it through the door, compares If-Match, and then changes the
 * version that it has seen. */
#include "documents/read.h"

#include "formats/v1_documents.h"
#include "groups/permissions.h"
#include "http/router.h"
#include "sql.h"
#include "step/idempotent.h"
#include "visibility/door.h"

#define TRIES 3

const struct body_rule document_patch_body = { 1u << 17,
    "application/json application/merge-patch+json" };
const struct body_rule document_move_body = { 1u << 16, "application/json" };

struct alteration {
    struct uuid id;
    struct document_patch patch;
    struct uuid group; /* where it moves */
    struct annotating annotating;
    const struct document *doc;
    after_document *again;
    int tries;
};

static enum step begin(struct request *req, struct alteration *change, after_document *next)
{
    if (!document_param(req, 0, &change->id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    change->again = next;
    req->state = change;
    return await_document(req, change->id, next);
}

/* PROBLEMS: it can be changed. */
static enum problem judge(struct request *req, const struct document *doc)
{
    if (!doc)
        return PROBLEM_NOT_FOUND;
    if (doc->kind == DOCUMENT_PAGE)
        return PROBLEM_NOT_ALLOWED; /* it is nobody's */
    return document_matches(req, doc) ? PROBLEMS : PROBLEM_PRECONDITION_FAILED;
}

static enum step respond_judged(
    struct request *req, enum problem problem, const struct document *doc)
{
    if (problem == PROBLEM_PRECONDITION_FAILED)
        return respond_changed(req, doc);
    return respond_problem(req, problem);
}

/* What a statement answered; somebody may have been faster, then it is done anew on what there is
 * now: If-Match is compared again. */
static enum step respond_refused(struct request *req, const struct db_result *res)
{
    struct alteration *change = req->state;

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("precondition-failed"))) {
        if (change->tries++ < TRIES)
            return await_document(req, change->id, change->again);
        return respond_problem_detail(
            req, PROBLEM_CONFLICT, "It is being changed by others just now. Try again.");
    }
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("not-allowed")))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED,
            "Only who put the text in, and the owners of its group, may do this.");
    return respond_put_error(req, res);
}

static enum step on_changed(struct request *req, const struct db_result *res)
{
    const struct alteration *change = req->state;

    if (res->err != ERR_NONE)
        return respond_refused(req, res);
    return respond_document_of(req, change->id);
}

/* -- title, language, addresses ---------------------------------------------------------------- */

static bool changes_nothing(const struct document_patch *patch, const struct document *doc)
{
    return !patch->has_uris && (!patch->has_title || str_eq(patch->title, doc->title)) &&
        (!patch->has_language ||
            (str_given(patch->language) == str_given(doc->language) &&
                str_eq(patch->language, doc->language)));
}

static enum step on_patch_document(struct request *req, const struct document *doc)
{
    const struct alteration *change = req->state;
    const struct document_patch *patch = &change->patch;
    enum problem problem = judge(req, doc);

    if (problem != PROBLEMS)
        return respond_judged(req, problem, doc);
    if (changes_nothing(patch, doc) && uuid_eq(doc->owner.id, req->reader->id))
        return respond_document(req, doc);
    struct db_param id = db_uuid(doc->id);
    struct db_param uris = db_texts(req->arena, patch->uris, patch->uri_count);
    struct db_call calls[] = {
        { &sql_documents_patch,
            DB_PARAMS(id, db_uuid(req->reader->id), db_int(doc->version), db_bool(patch->has_title),
                db_text(patch->title), db_bool(patch->has_language), db_text(patch->language),
                deed_roles(req->arena, DEED_MANAGE_TEXTS)) },
        { &sql_documents_drop_addresses, DB_PARAMS(id) },
        { &sql_documents_free_addresses, DB_PARAMS(id, uris) },
        { &sql_documents_insert_addresses, DB_PARAMS(id, uris) },
    };
    return await_all(req, DB_WRITE, on_changed, calls, patch->has_uris ? 4 : 1);
}

/* PATCH /api/v1/documents/{document} (patchDocument) */
enum step document_patch(struct request *req)
{
    struct alteration *change = arena_new(req->arena, struct alteration);
    struct invalid why = { 0 };

    v1_read_document_patch(&why, req->arena, req->json, &change->patch);
    if (why.count > 0)
        return respond_invalid(req, &why);
    return begin(req, change, on_patch_document);
}

/* -- taking away and back ---------------------------------------------------------------------- */

static enum step on_deleted(struct request *req, const struct db_result *res)
{
    return res->err == ERR_NONE ? respond_no_content(req) : respond_refused(req, res);
}

static enum step on_delete_document(struct request *req, const struct document *doc)
{
    enum problem problem = judge(req, doc);

    if (problem != PROBLEMS)
        return respond_judged(req, problem, doc);
    return await_write(req, &sql_documents_delete, on_deleted,
        DB_PARAMS(db_uuid(doc->id), db_uuid(req->reader->id), db_int(doc->version),
            deed_roles(req->arena, DEED_MANAGE_TEXTS)));
}

/* DELETE /api/v1/documents/{document} (deleteDocument): a tombstone. */
enum step document_delete(struct request *req)
{
    return begin(req, arena_new(req->arena, struct alteration), on_delete_document);
}

static enum step replay(struct request *req, const struct made *made)
{
    return respond_document_of(req, made->object);
}

static enum step on_restored(struct request *req, const struct db_result *res)
{
    const struct alteration *change = req->state;

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("conflict")))
        return respond_problem_detail(
            req, PROBLEM_CONFLICT, "The group that it belonged to has been deleted.");
    if (res->err != ERR_NONE)
        return respond_put_error(req, res);
    return respond_document_of(req, change->id);
}

static enum step restore(struct request *req)
{
    struct alteration *change = arena_new(req->arena, struct alteration);

    if (!document_param(req, 0, &change->id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = change;
    return AWAIT_ONCE(req, on_restored, ((struct made){ change->id, change->id, 200 }),
        { &sql_documents_restore,
            DB_PARAMS(db_uuid(change->id), db_uuid(req->reader->id),
                deed_roles(req->arena, DEED_MANAGE_TEXTS)) },
        { &sql_documents_move_addresses, DB_PARAMS(db_uuid(change->id)) });
}

/* POST /api/v1/documents/{document}/restore (restoreDocument) */
enum step document_restore(struct request *req)
{
    return idempotent(req, restore, replay);
}

/* -- to another group -------------------------------------------------------------------------- */

static enum step on_move_document(struct request *req, const struct document *doc)
{
    const struct alteration *change = req->state;
    enum problem problem = judge(req, doc);

    if (problem != PROBLEMS)
        return respond_judged(req, problem, doc);
    if (uuid_eq(doc->group, change->group))
        return respond_document(req, doc);
    if (!doc->is_orphan && !uuid_eq(doc->owner.id, req->reader->id))
        return respond_problem_detail(
            req, PROBLEM_NOT_ALLOWED, "Only who put the text in may move it.");
    struct db_param id = db_uuid(doc->id), user = db_uuid(req->reader->id);
    struct db_param group = db_uuid(change->group);
    return AWAIT_ONCE(req, on_changed, ((struct made){ doc->id, doc->id, 200 }),
        { &sql_documents_may_put,
            DB_PARAMS(user, true_pass_param(req->arena, req->reader), group) },
        { &sql_documents_move,
            DB_PARAMS(
                id, user, db_int(doc->version), group, deed_roles(req->arena, DEED_MANAGE_TEXTS)) },
        { &sql_documents_free_addresses,
            DB_PARAMS(id, db_texts(req->arena, doc->uris, doc->uri_count)) },
        { &sql_documents_move_addresses, DB_PARAMS(id) });
}

static enum step move(struct request *req)
{
    struct alteration *change = arena_new(req->arena, struct alteration);
    struct invalid why = { 0 };

    if (!v1_read_document_move(&why, req->arena, req->json, req->reader, &change->group))
        return respond_invalid(req, &why);
    return begin(req, change, on_move_document);
}

/* POST /api/v1/documents/{document}/move (moveDocument). Annotations stay in their groups. */
enum step document_move(struct request *req)
{
    return idempotent(req, move, replay);
}

/* -- who writes on it -------------------------------------------------------------------------- */

static enum step on_annotating_refused(struct request *req, const struct db_result *res)
{
    struct invalid why = { 0 };

    if (res->err != ERR_REFUSED || !str_eq(res->refusal, STR("group-not-found")))
        return on_changed(req, res);
    invalid_add(&why, req->arena, "/groups", "unknown",
        "One of these is no group that you know of. Nothing was changed.");
    return respond_invalid(req, &why);
}

/* All that lies on it may move, so it is no short write. */
static enum step on_annotating_document(struct request *req, const struct document *doc)
{
    const struct alteration *change = req->state;
    const struct annotating *to = &change->annotating;
    enum problem problem = judge(req, doc);

    if (problem != PROBLEMS)
        return respond_judged(req, problem, doc);
    if (!doc->is_orphan && !uuid_eq(doc->owner.id, req->reader->id))
        return respond_problem_detail(
            req, PROBLEM_NOT_ALLOWED, "Only who put the text in says who may write on it.");
    struct db_param id = db_uuid(doc->id), user = db_uuid(req->reader->id);
    return AWAIT_ALL(req, DB_LARGE, on_annotating_refused, { &sql_documents_hold, DB_PARAMS(id) },
        { &sql_documents_set_annotating,
            DB_PARAMS(id, user, db_int(doc->version), db_text(to->allowed),
                db_uuids(req->arena, to->groups, to->count),
                true_pass_param(req->arena, req->reader),
                deed_roles(req->arena, DEED_MANAGE_TEXTS)) },
        { &sql_annotations_settle_all, DB_PARAMS(id, user) });
}

/* PUT /api/v1/documents/{document}/annotating (putAnnotating) */
enum step annotating_put(struct request *req)
{
    struct alteration *change = arena_new(req->arena, struct alteration);
    struct invalid why = { 0 };

    if (!v1_read_annotating(&why, req->arena, req->json, req->reader, &change->annotating))
        return respond_invalid(req, &why);
    return begin(req, change, on_annotating_document);
}
