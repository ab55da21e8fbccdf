#include "documents/read.h"

#include "formats/v1_documents.h"

bool document_param(const struct request *req, size_t index, struct uuid *id)
{
    return typeid_read(request_param(req, index), "doc", id);
}

static struct str document_json(struct arena *arena, const struct document *doc)
{
    struct writer writer;

    writer_start(&writer);
    v1_write_document(&writer, arena, doc);
    return writer_finish(&writer, arena);
}

enum step respond_document(struct request *req, const struct document *doc)
{
    struct str json = document_json(req->arena, doc);

    respond_etag(req, document_tag(req->arena, doc, json));
    return respond_json(req, 200, json);
}

static enum step on_document(struct request *req, const struct document *doc)
{
    return doc ? respond_document(req, doc) : respond_problem(req, PROBLEM_NOT_FOUND);
}

enum step respond_document_of(struct request *req, struct uuid id)
{
    return await_document(req, id, on_document);
}

static enum step on_created(struct request *req, const struct document *doc)
{
    if (!doc)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    struct str json = document_json(req->arena, doc);
    respond_etag(req, document_tag(req->arena, doc, json));
    return respond_created(req, v1_document_path(req->arena, doc->id), json);
}

enum step respond_document_created(struct request *req, struct uuid id)
{
    return await_document(req, id, on_created);
}

/* GET /api/v1/documents/{document} (getDocument) */
enum step document_get(struct request *req)
{
    struct uuid id;

    if (!document_param(req, 0, &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return respond_document_of(req, id);
}

bool document_matches(const struct request *req, const struct document *doc)
{
    struct str tag = document_tag(req->arena, doc, document_json(req->arena, doc));
    return request_if_match(req, tag, true) != PRECONDITION_FAILED;
}

enum step respond_changed(struct request *req, const struct document *doc)
{
    struct str json = document_json(req->arena, doc);

    respond_header(req, "ETag", document_tag(req->arena, doc, json));
    return respond_problem_with(req, PROBLEM_PRECONDITION_FAILED, STR_NONE, NULL,
        arena_printf(req->arena, "\"current\":%.*s", STR_ARG(json)));
}
