/* Where the readers of a text looked alike, once it is revealed. */
#include "documents/documents.h"
#include "formats/v1_documents.h"
#include "formats/v1_readings.h"
#include "groups/groups.h"
#include "groups/load.h"
#include "sql.h"
#include "step/paging.h"
#include "visibility/door.h"

#include <stdlib.h>
#include <string.h>

#define ANNOTATIONS_MAX 5000
#define ON_LOOP_MAX 200

/* What one annotation marks. */
struct marked {
    struct mark mark;
    struct uuid annotation;
    struct author author;
};

struct comparing {
    struct group group;
    struct uuid document;
    struct marked *marked;
    size_t count;
    struct comparison result;
    struct str json;
};

static enum step on_group(struct request *req);
static enum step on_state(struct request *req, const struct db_result *res);
static enum step on_marked(struct request *req, const struct db_result *res);
static enum step on_text(struct request *req, const struct text_index *text);
static enum step on_compared(struct request *req);

/* GET /api/v1/groups/{group}/documents/{document}/compare (compareReaders) */
enum step reading_compare(struct request *req)
{
    struct comparing *it = arena_new(req->arena, struct comparing);
    struct invalid why = { 0 };

    v1_read_unit(&why, req->arena, "/query/unit", request_query(req, "unit"), &it->result.is_utf16);
    if (why.count > 0)
        return respond_invalid_query(req, &why);
    if (!typeid_read(request_param(req, 1), "doc", &it->document))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = it;
    return group_load(req, DEED_READ, &it->group, on_group);
}

static enum step on_group(struct request *req)
{
    const struct comparing *it = req->state;

    return await_query(req, &sql_readings_state, on_state,
        DB_PARAMS(db_uuid(it->group.id), db_uuid(it->document), db_uuid(req->reader->id),
            true_pass_param(req->arena, req->reader)));
}

static enum step on_state(struct request *req, const struct db_result *res)
{
    struct comparing *it = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!db_get_bool(res, 0, "is_set"))
        return respond_problem(req, PROBLEM_NO_READING);
    if (!db_get_bool(res, 0, "is_revealed"))
        return respond_problem(req, PROBLEM_NOT_REVEALED);
    it->result.revision = db_get_uuid(res, 0, "revision_id");
    return await_slow(req, &sql_readings_compare, on_marked,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(it->document), db_uuid(it->group.id), db_uuid(it->result.revision),
            muted_param(req->arena, req->reader), db_int(ANNOTATIONS_MAX)));
}

static struct str kept(struct arena *arena, struct str text)
{
    return str_given(text) ? arena_dup(arena, text) : STR_NONE;
}

static enum door read_marked(
    struct request *req, const struct db_result *res, int row, struct marked *out)
{
    enum door door = door_admits(req->reader, res, row);

    if (door == DOOR_ADMITTED)
        door = door_author(req->reader, res, row, &out->author);
    if (door != DOOR_ADMITTED)
        return door;
    out->author.name = kept(req->arena, out->author.name);
    out->author.display_name = kept(req->arena, out->author.display_name);
    out->author.mask = kept(req->arena, out->author.mask);
    out->annotation = db_get_uuid(res, row, "id");
    out->mark.start = db_get_int(res, row, "start_chars");
    out->mark.end = db_get_int(res, row, "end_chars");
    return DOOR_ADMITTED;
}

static enum step on_marked(struct request *req, const struct db_result *res)
{
    struct comparing *it = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    it->marked = arena_array(req->arena, struct marked, (size_t)res->rows);
    for (int row = 0; row < res->rows; row++) {
        enum door door = read_marked(req, res, row, &it->marked[it->count]);
        if (door == DOOR_BROKEN)
            return respond_problem(req, PROBLEM_INTERNAL);
        it->count += door == DOOR_ADMITTED;
    }
    it->result.complete = res->rows < ANNOTATIONS_MAX;
    return await_text(req, it->document, it->result.revision, on_text);
}

/* -- off the loop where there is much ---------------------------------------------------------- */

static int by_author(const void *left, const void *right)
{
    const struct marked *a = *(struct marked *const *)left, *b = *(struct marked *const *)right;
    return memcmp(a->author.id.bytes, b->author.id.bytes, sizeof a->author.id.bytes);
}

/* Gives each reader a number. */
static struct compared_reader *number_readers(
    struct arena *arena, struct comparing *it, size_t *count)
{
    struct compared_reader *readers = arena_array(arena, struct compared_reader, it->count);
    struct marked **sorted = arena_array(arena, struct marked *, it->count);

    *count = 0;
    for (size_t i = 0; i < it->count; i++)
        sorted[i] = &it->marked[i];
    if (it->count > 0)
        qsort(sorted, it->count, sizeof(struct marked *), by_author);
    for (size_t i = 0; i < it->count; i++) {
        if (i == 0 || !uuid_eq(sorted[i]->author.id, sorted[i - 1]->author.id))
            readers[(*count)++].author = sorted[i]->author;
        sorted[i]->mark.reader = (uint32_t)*count - 1;
        readers[*count - 1].annotations++;
    }
    return readers;
}

static void count_passages(const struct passages *passages, struct compared_reader *readers)
{
    for (size_t i = 0; i < passages->count; i++) {
        const struct passage *passage = &passages->at[i];
        for (size_t r = 0; r < passage->reader_count; r++) {
            struct compared_reader *reader = &readers[passage->readers[r]];
            reader->alike += passage->reader_count > 1;
            reader->alone += passage->reader_count == 1;
        }
    }
}

static void run_compare(struct request *req)
{
    struct comparing *it = req->state;
    struct comparison *result = &it->result;
    struct mark *marks = arena_array(req->arena, struct mark, it->count);
    struct uuid *annotations = arena_array(req->arena, struct uuid, it->count);
    struct compared_reader *readers = number_readers(req->arena, it, &result->reader_count);

    for (size_t i = 0; i < it->count; i++) {
        marks[i] = it->marked[i].mark;
        annotations[i] = it->marked[i].annotation;
    }
    passages_find(req->arena, marks, it->count, result->reader_count, &result->passages);
    count_passages(&result->passages, readers);
    result->readers = readers;
    result->annotations = annotations;
    result->complete = result->complete &&
        result->passages.count == result->passages.alike + result->passages.alone;
    it->json = v1_write_comparison(req->arena, result);
}

static enum step on_text(struct request *req, const struct text_index *text)
{
    struct comparing *it = req->state;

    it->result.text = text;
    if (it->count > ON_LOOP_MAX)
        return await_work(req, run_compare, on_compared);
    run_compare(req);
    return on_compared(req);
}

static enum step on_compared(struct request *req)
{
    const struct comparing *it = req->state;
    return respond_json(req, 200, it->json);
}
