#include "annotations/expand.h"

#include "base/writer.h"
#include "formats/v1_annotations.h"
#include "sql.h"
#include "step/paging.h"
#include "visibility/door.h"

#define REPLIES_MAX 20 /* of each annotation; GET …/replies has them all */

struct expandable expandable_of(const struct annotation *it, struct str json)
{
    return (struct expandable){ it->id, it->document, it->thread, it->group, json };
}

void expand_read(struct request *req, bool *replies, struct invalid *why)
{
    struct str rest = request_query(req, "expand"), name;

    *replies = false;
    while (rest.bytes > 0) {
        str_cut(rest, ',', &name, &rest);
        if (str_eq(name, STR("replies")))
            *replies = true;
        else if (!str_eq(name, STR("author")))
            query_fault(req, why, "expand", "unknown", "`expand` takes author and replies.");
    }
}

struct db_call expand_call(struct request *req, const struct expandable *items, size_t count)
{
    struct db_param *params = arena_array(req->arena, struct db_param, 8);
    struct uuid *ids = arena_array(req->arena, struct uuid, 4 * count);

    for (size_t i = 0; i < count; i++) {
        ids[i] = items[i].document;
        ids[count + i] = items[i].id;
        ids[2 * count + i] = items[i].thread;
        ids[3 * count + i] = items[i].group;
    }
    params[0] = db_uuid(req->reader->id);
    params[1] = reads_param(req->arena, req->reader);
    for (size_t i = 0; i < 4; i++)
        params[2 + i] = db_uuids(req->arena, ids + i * count, count);
    params[6] = db_int(REPLIES_MAX + 1);
    params[7] = muted_param(req->arena, req->reader);
    return (struct db_call){ &sql_annotations_list_replies_of_many, { params, 8 } };
}

/* The rows of one item, beginning at *row; *row goes on to the next item's. */
static bool write_replies(struct request *req, struct writer *writer, const struct db_result *res,
    struct uuid of, int *row, bool *more)
{
    int seen = 0;

    *more = false;
    for (; *row < res->rows && uuid_eq(db_get_uuid(res, *row, "of_id"), of); ++*row) {
        struct annotation reply;
        if (++seen > REPLIES_MAX) {
            *more = true;
            continue;
        }
        enum door door = door_annotation(req->arena, req->reader, res, *row, &reply);
        if (door == DOOR_BROKEN)
            return false;
        if (door == DOOR_ADMITTED)
            v1_write_annotation(req->arena, writer, &reply, NULL);
    }
    return true;
}

bool expand_add(
    struct request *req, const struct db_result *res, struct expandable *items, size_t count)
{
    int row = 0;
    bool more;

    for (size_t i = 0; i < count; i++) {
        struct writer writer;
        writer_start(&writer);
        writer_object(&writer);
        writer_raw_members(&writer, str_slice(items[i].json, 1, items[i].json.bytes - 1));
        writer_key(&writer, "expanded");
        writer_object(&writer);
        writer_key(&writer, "replies");
        writer_array(&writer);
        if (!write_replies(req, &writer, res, items[i].id, &row, &more)) {
            writer_drop(&writer);
            return false;
        }
        writer_array_end(&writer);
        writer_key_bool(&writer, "more", more);
        writer_object_end(&writer);
        writer_object_end(&writer);
        items[i].json = writer_finish(&writer, req->arena);
    }
    return true;
}
