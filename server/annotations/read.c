#include "annotations/annotations.h"

#include "annotations/expand.h"
#include "annotations/shared.h"
#include "base/tag.h"
#include "documents/documents.h"
#include "step/paging.h"

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_text(struct request *req, const struct text_index *text);
static enum step on_replies(struct request *req, const struct db_result *res);

/* GET /api/v1/annotations/{annotation} (getAnnotation) */
enum step annotation_get(struct request *req)
{
    struct str unit = request_query(req, "unit");
    struct invalid why = { 0 };
    bool replies;

    if (str_given(unit) && !str_eq(unit, STR("char")) && !str_eq(unit, STR("utf16")))
        query_fault(req, &why, "unit", "unknown", "`unit` is char or utf16.");
    expand_read(req, &replies, &why);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    return await_annotation_of_path(req, on_found);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct annotation *it = arena_new(req->arena, struct annotation);
    enum step answer;

    if (!annotation_found(req, res, it, &answer))
        return answer;
    bool in_utf16 = str_eq(request_query(req, "unit"), STR("utf16"));
    req->state = it;
    if (!in_utf16 || !it->anchor.is_placed || it->anchor.is_gone)
        return on_text(req, NULL);
    return await_text(req, it->document, it->anchor.revision, on_text);
}

struct single {
    struct expandable item;
    int32_t version;
};

static enum step on_text(struct request *req, const struct text_index *text)
{
    const struct annotation *it = req->state;
    struct invalid why = { 0 };
    bool replies;

    expand_read(req, &replies, &why);
    if (!replies)
        return respond_annotation(req, it, text);
    struct single *single = arena_new(req->arena, struct single);
    *single = (struct single){ expandable_of(it, annotation_json(req, it, text)), it->version };
    req->state = single;
    struct db_call call = expand_call(req, &single->item, 1);
    return await_all(req, DB_READ, on_replies, &call, 1);
}

static enum step on_replies(struct request *req, const struct db_result *res)
{
    struct single *single = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (!expand_add(req, res, &single->item, 1))
        return respond_problem(req, PROBLEM_INTERNAL);
    respond_etag(req, tag_of_version(req->arena, single->version, single->item.json));
    return respond_json(req, 200, single->item.json);
}
