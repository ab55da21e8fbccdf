/* An annotation in further groups than its home. */
#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "model/group.h"
#include "sql.h"

#include <stdlib.h>

#define TRIES_MAX 20

struct showing {
    struct uuid group;
    struct annotation it;
    int tries;
};

/* -- why not ----------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    enum problem problem;
    const char *detail;
} refusals[] = {
    { "unknown", PROBLEM_NOT_FOUND, "There is no such group that you know of." },
    { "elsewhere", PROBLEM_CONFLICT, "That group does not read this text." },
    { "not-allowed", PROBLEM_NOT_ALLOWED, "You may not write in that group." },
    { "left", PROBLEM_NOT_ALLOWED, "You do not read the group any more that it was written in." },
    { "masked", PROBLEM_MASKED_ELSEWHERE,
        "It is written under a mask, or would be in that group." },
    { "private", PROBLEM_CONFLICT, "What is private, or a draft, is shown to nobody." },
    { "reply", PROBLEM_CONFLICT, "A reply is where the thread is; show its first annotation." },
    { "home", PROBLEM_CONFLICT, "It is at home in that group: delete it, or make it private." },
};

bool showing_refused(const struct db_result *res, enum problem *problem, size_t *place,
    const char **word, const char **detail)
{
    const struct str shown = STR("shown ");
    struct str number, name;

    if (res->err != ERR_REFUSED || !str_starts(res->refusal, shown))
        return false;
    str_cut(str_slice(res->refusal, shown.bytes, res->refusal.bytes), ' ', &number, &name);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (!str_eq(name, str_from(refusals[i].word)))
            continue;
        *place = strtoul(number.at, NULL, 10);
        *problem = refusals[i].problem;
        *word = refusals[i].word;
        *detail = refusals[i].detail;
        return true;
    }
    return false;
}

static enum step respond_refused(struct request *req, const struct db_result *res)
{
    enum problem problem;
    const char *word, *detail;
    size_t place;

    return showing_refused(res, &problem, &place, &word, &detail)
        ? respond_problem_detail(req, problem, "%s", detail)
        : respond_db_error(req, res);
}

/* -- one's own annotation, and a group --------------------------------------------------------- */

static enum step begin(struct request *req, after_query *next)
{
    struct showing *showing = arena_new(req->arena, struct showing);

    req->state = showing;
    if (!group_id_read(request_param(req, 1), req->reader, &showing->group))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_annotation_of_path(req, next);
}

static bool own_found(struct request *req, const struct db_result *res, enum step *answer)
{
    struct annotation *it = &((struct showing *)req->state)->it;

    if (!annotation_found(req, res, it, answer))
        return false;
    if (!uuid_eq(it->author.id, req->reader->id) || it->is_deleted) {
        *answer = it->is_deleted ? respond_problem(req, PROBLEM_NOT_FOUND)
                                 : respond_problem_detail(req, PROBLEM_NOT_ALLOWED,
                                       "Only its author may say which groups it is shown in.");
        return false;
    }
    return true;
}

static struct db_call lock_call(struct request *req)
{
    const struct showing *showing = req->state;
    struct uuid groups[] = { showing->group, showing->it.group };
    struct db_param *params = arena_array(req->arena, struct db_param, 2);

    params[0] = db_uuid(showing->it.document);
    params[1] = db_uuids(req->arena, groups, 2);
    return (struct db_call){ &sql_annotations_lock_groups, { params, 2 } };
}

static struct db_call lock_thread_call(struct request *req)
{
    const struct annotation *it = &((const struct showing *)req->state)->it;
    struct db_param *params = arena_array(req->arena, struct db_param, 2);

    params[0] = db_uuid(it->document);
    params[1] = db_uuid(it->thread);
    return (struct db_call){ &sql_annotations_lock_thread, { params, 2 } };
}

/* Overtaken by another change: once more. */
static bool tries_again(struct request *req, const struct db_result *res)
{
    struct showing *showing = req->state;
    return res->err == ERR_LOCKED && ++showing->tries < TRIES_MAX;
}

/* -- there too --------------------------------------------------------------------------------- */

static enum step on_found_to_show(struct request *req, const struct db_result *res);
static enum step on_shown(struct request *req, const struct db_result *res);

/* PUT /api/v1/annotations/{annotation}/groups/{group} (putAnnotationGroup) */
enum step showing_put(struct request *req)
{
    return begin(req, on_found_to_show);
}

struct db_call show_call(struct request *req, struct uuid document, struct uuid annotation,
    const struct uuid *groups, size_t count)
{
    struct db_param *params = arena_array(req->arena, struct db_param, 5);

    params[0] = db_uuid(document);
    params[1] = db_uuid(annotation);
    params[2] = db_uuid(req->reader->id);
    params[3] = true_pass_param(req->arena, req->reader);
    params[4] = db_uuids(req->arena, groups, count);
    return (struct db_call){ &sql_annotations_show, { params, 5 } };
}

static enum step on_found_to_show(struct request *req, const struct db_result *res)
{
    const struct showing *showing = req->state;
    const struct annotation *it = &showing->it;
    enum step answer;

    if (!own_found(req, res, &answer))
        return answer;
    return AWAIT_ALL(req, DB_WRITE, on_shown, lock_call(req), lock_thread_call(req),
        show_call(req, it->document, it->id, &showing->group, 1), opened_call(req, &it->id, 1),
        annotation_call(req, it->id));
}

static enum step on_shown(struct request *req, const struct db_result *res)
{
    const struct showing *showing = req->state;
    struct annotation it;
    enum step answer;

    if (tries_again(req, res))
        return await_annotation(req, showing->it.id, on_found_to_show);
    if (res->err != ERR_NONE)
        return respond_refused(req, res);
    opened(req, res + 3);
    return annotation_found(req, res + 4, &it, &answer) ? respond_annotation(req, &it, NULL)
                                                        : answer;
}

/* -- not there any more ------------------------------------------------------------------------ */

static enum step on_found_to_unshow(struct request *req, const struct db_result *res);
static enum step on_unshown(struct request *req, const struct db_result *res);

/* DELETE /api/v1/annotations/{annotation}/groups/{group} (deleteAnnotationGroup) */
enum step showing_delete(struct request *req)
{
    return begin(req, on_found_to_unshow);
}

static enum step on_found_to_unshow(struct request *req, const struct db_result *res)
{
    const struct showing *showing = req->state;
    const struct annotation *it = &showing->it;
    enum step answer;

    if (!own_found(req, res, &answer))
        return answer;
    struct db_call unshow = { &sql_annotations_unshow,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->id), db_uuid(req->reader->id),
            db_uuid(showing->group)) };
    return AWAIT_ALL(req, DB_WRITE, on_unshown, lock_call(req), lock_thread_call(req), unshow);
}

static enum step on_unshown(struct request *req, const struct db_result *res)
{
    const struct showing *showing = req->state;

    if (tries_again(req, res))
        return await_annotation(req, showing->it.id, on_found_to_unshow);
    return res->err == ERR_NONE ? respond_no_content(req) : respond_refused(req, res);
}
