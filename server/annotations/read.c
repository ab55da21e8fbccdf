#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "documents/documents.h"
#include "step/paging.h"

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_text(struct request *req, const struct text_index *text);

/* GET /api/v1/annotations/{annotation} (getAnnotation) */
enum step annotation_get(struct request *req)
{
    struct str unit = request_query(req, "unit");
    struct invalid why = { 0 };

    if (str_given(unit) && !str_eq(unit, STR("char")) && !str_eq(unit, STR("utf16"))) {
        query_fault(req, &why, "unit", "unknown", "`unit` is char or utf16.");
        return respond_invalid_query(req, &why);
    }
    return await_annotation_of_path(req, on_found);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct annotation *it = arena_new(req->arena, struct annotation);
    enum step answer;

    if (!annotation_found(req, res, it, &answer))
        return answer;
    bool in_utf16 = str_eq(request_query(req, "unit"), STR("utf16"));
    if (!in_utf16 || !it->anchor.is_placed || it->anchor.is_gone)
        return respond_annotation(req, it, NULL);
    req->state = it;
    return await_text(req, it->document, it->anchor.revision, on_text);
}

static enum step on_text(struct request *req, const struct text_index *text)
{
    return respond_annotation(req, req->state, text);
}
