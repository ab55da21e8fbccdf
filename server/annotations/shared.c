#include "annotations/shared.h"

#include "base/tag.h"
#include "sql.h"

enum step await_annotation(struct request *req, struct uuid id, after_query *next)
{
    struct db_call call = annotation_call(req, id);
    return await_all(req, DB_READ, next, &call, 1);
}

enum step await_annotation_of_path(struct request *req, after_query *next)
{
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "ann", &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_annotation(req, id, next);
}

struct db_call annotation_call(struct request *req, struct uuid id)
{
    struct db_param *params = arena_array(req->arena, struct db_param, 4);

    params[0] = db_uuid(req->reader->id);
    params[1] = reads_param(req->arena, req->reader);
    params[2] = db_uuid(id);
    params[3] = muted_param(req->arena, req->reader);
    return (struct db_call){ &sql_annotations_find, { params, 4 } };
}

struct db_call opened_call(struct request *req, const struct uuid *ids, size_t count)
{
    struct db_param *params = arena_array(req->arena, struct db_param, 1);

    params[0] = db_uuids(req->arena, ids, count);
    return (struct db_call){ &sql_readings_open_counted, { params, 1 } };
}

void opened(struct request *req, const struct db_result *res)
{
    if (db_get_int(res, 0, "opened") > 0)
        app_rights_changed(req->app);
}

bool annotation_found(
    struct request *req, const struct db_result *res, struct annotation *out, enum step *answer)
{
    enum door door = DOOR_WITHHELD;

    if (res->err != ERR_NONE) {
        *answer = respond_db_error(req, res);
        return false;
    }
    if (res->rows > 0)
        door = door_annotation_in_full(req->arena, req->reader, res, 0, out);
    if (door == DOOR_ADMITTED)
        return true;
    *answer = respond_problem(req, door == DOOR_BROKEN ? PROBLEM_INTERNAL : PROBLEM_NOT_FOUND);
    return false;
}

struct str annotation_json(
    struct request *req, const struct annotation *it, const struct text_index *utf16)
{
    struct writer writer;

    writer_start(&writer);
    v1_write_annotation(req->arena, &writer, it, utf16);
    return writer_finish(&writer, req->arena);
}

enum step respond_annotation(
    struct request *req, const struct annotation *it, const struct text_index *utf16)
{
    struct str json = annotation_json(req, it, utf16);

    respond_etag(req, tag_of_version(req->arena, it->version, json));
    return respond_json(req, 200, json);
}

enum step respond_annotation_created(
    struct request *req, const struct annotation *it, const struct text_index *utf16)
{
    struct str json = annotation_json(req, it, utf16);

    respond_etag(req, tag_of_version(req->arena, it->version, json));
    return respond_created(req, v1_annotation_path(req->arena, it->id), json);
}

bool annotation_matches(struct request *req, const struct annotation *it, enum step *answer)
{
    struct str json = annotation_json(req, it, NULL);
    struct str tag = tag_of_version(req->arena, it->version, json);

    if (request_if_match(req, tag, true) != PRECONDITION_FAILED)
        return true;
    respond_header(req, "ETag", tag);
    *answer = respond_problem_with(req, PROBLEM_PRECONDITION_FAILED, STR_NONE, NULL,
        arena_printf(req->arena, "\"current\":%.*s", STR_ARG(json)));
    return false;
}

static enum step respond_misplaced(struct request *req, const struct placed *placed,
    const struct text_index *utf16, enum problem problem, const char *code, struct str detail)
{
    struct invalid why = { 0 };
    struct writer writer;

    invalid_add(&why, req->arena, placed->pointer, code, "%.*s", STR_ARG(detail));
    writer_start(&writer);
    v1_write_places(&writer, placed->places, placed->count, utf16);
    struct str places = writer_finish(&writer, req->arena);
    return respond_problem_with(
        req, problem, detail, &why, arena_printf(req->arena, "\"places\":%.*s", STR_ARG(places)));
}

enum step respond_not_placed(
    struct request *req, const struct placed *placed, const struct text_index *utf16)
{
    if (placed->found == PLACE_INVALID)
        return respond_invalid(req, &placed->why);
    if (placed->found == PLACE_AMBIGUOUS)
        return respond_misplaced(req, placed, utf16, PROBLEM_QUOTE_AMBIGUOUS, "ambiguous",
            arena_printf(req->arena,
                "%zu places match; say which by the quote's `prefix` or `suffix`, as in "
                "\"quote\":{\"exact\":\"…\",\"prefix\":\"…\"}, or by `start`.",
                placed->total));
    return respond_misplaced(req, placed, utf16, PROBLEM_QUOTE_NOT_FOUND, "not-found",
        placed->count > 0
            ? STR("The quote is nowhere in the text; the most similar passage is in `places`.")
            : STR("The quote is nowhere in the text, nor anything like it."));
}
