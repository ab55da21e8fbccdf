#include "annotations/batch.h"

#include "annotations/shared.h"
#include "http/inner.h"
#include "http/router.h"
#include "model/reader.h"
#include "sql.h"
#include "step/lines.h"
#include "users/users.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FAULTS_SHOWN 100
#define CALLS_PER_LINE 7 /* a new page's two, the document's, the thread's, the row's own three */

/* All or nothing: each line goes as far as its write, which is held; then all are written as one
 * transaction. */
struct whole_batch {
    struct batch batch; /* first: it is what the window knows of */
    struct batch_line *lines[BATCH_ATOMIC_MAX_LINES];
    size_t count;
    struct buffer faults; /* results of lines that failed, with commas */
    size_t fault_count;
    bool inside, too_many;
    enum step step;

    struct batch_line **line_of_call; /* NULL: of several */
    struct db_call *calls;
    size_t call_count;
};

static void release(void *object)
{
    struct whole_batch *it = object;

    batch_drop(&it->batch);
    for (size_t i = 0; i < it->count; i++)
        inner_free(it->lines[i]->inner);
    buffer_drop(&it->faults);
    line_reader_drop(&it->batch.reader);
}

/* -- what is refused --------------------------------------------------------------------------- */

static void add_fault(struct whole_batch *it, const struct batch_line *line)
{
    if (it->fault_count++ >= FAULTS_SHOWN)
        return;
    if (it->faults.bytes > 0)
        buffer_put_char(&it->faults, ',');
    batch_write_line(&it->faults, line, UUID_NIL);
}

static enum step respond_refused(struct request *req)
{
    struct whole_batch *it = req->state;

    return respond_problem_with(req, PROBLEM_BATCH_REFUSED,
        arena_printf(
            req->arena, "%zu of its lines cannot be; nothing was stored.", it->fault_count),
        NULL, arena_printf(req->arena, "\"lines\":[%.*s]", STR_ARG(buffer_text(&it->faults))));
}

static enum step respond_too_many(struct request *req)
{
    return respond_problem_detail(req, PROBLEM_BODY_TOO_LARGE,
        "With `atomic`, a batch has up to %d lines and %u bytes.", BATCH_ATOMIC_MAX_LINES,
        BATCH_ATOMIC_MAX_BYTES);
}

/* -- one transaction --------------------------------------------------------------------------- */

/* A call among the others: what locks comes first, each once and in the same order whatever the
 * order of the lines, so that two batches never wait for each other. */
struct placed_call {
    struct db_call call;
    struct batch_line *line;
    int rank;
    size_t at;
};

static int rank_of(const struct db_statement *statement)
{
    const struct db_statement *const order[] = { &sql_documents_page_lock, &sql_documents_page_make,
        &sql_annotations_lock, &sql_annotations_lock_thread };
    int rank = 0;

    while (rank < 4 && order[rank] != statement)
        rank++;
    return rank;
}

static int order_of_params(const struct db_params *a, const struct db_params *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        struct str x = db_param_bytes(&a->at[i]), y = db_param_bytes(&b->at[i]);
        size_t shared = x.bytes < y.bytes ? x.bytes : y.bytes;
        int order = shared > 0 ? memcmp(x.at, y.at, shared) : 0;
        if (order == 0)
            order = (x.bytes > y.bytes) - (x.bytes < y.bytes);
        if (order != 0)
            return order;
    }
    return 0;
}

static int by_place(const void *left, const void *right)
{
    const struct placed_call *a = left, *b = right;

    if (a->rank != b->rank)
        return a->rank - b->rank;
    int order = a->rank < 4 ? order_of_params(&a->call.params, &b->call.params) : 0;
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

static bool is_repeated(const struct placed_call *calls, size_t at)
{
    return at > 0 && calls[at].rank < 4 && calls[at].rank == calls[at - 1].rank &&
        order_of_params(&calls[at].call.params, &calls[at - 1].call.params) == 0;
}

static size_t gather(struct whole_batch *it, struct placed_call *out)
{
    size_t count = 0;

    for (size_t i = 0; i < it->count; i++) {
        const struct writing *writing = &it->lines[i]->writing;
        assert(writing->count <= CALLS_PER_LINE + 1);
        for (size_t c = 0; c < writing->count; c++) {
            const struct db_call *call = &writing->calls[c];
            if (call->statement == &sql_annotations_find) /* nobody asks how it looks */
                continue;
            out[count] =
                (struct placed_call){ *call, it->lines[i], rank_of(call->statement), count };
            count++;
        }
    }
    if (count > 0)
        qsort(out, count, sizeof *out, by_place);
    return count;
}

/* The keys of all lines, first of all, so that the same batch sent twice at once waits here. */
static bool keys_call(struct request *req, struct db_call *call)
{
    const struct whole_batch *it = req->state;
    struct str *keys = arena_array(req->arena, struct str, it->count);
    struct str *hashes = arena_array(req->arena, struct str, it->count);
    struct uuid *objects = arena_array(req->arena, struct uuid, it->count);
    struct uuid *documents = arena_array(req->arena, struct uuid, it->count);
    struct db_param *params = arena_array(req->arena, struct db_param, 6);
    size_t count = 0;

    for (size_t i = 0; i < it->count; i++) {
        const struct writing *writing = &it->lines[i]->writing;
        if (writing->count == 0 || !str_given(writing->key))
            continue;
        keys[count] = writing->key;
        hashes[count] = writing->hash;
        objects[count] = writing->made.object;
        documents[count++] = writing->made.document;
    }
    params[0] = db_uuid(req->reader->id);
    params[1] = db_cstr(it->count > 0 ? it->lines[0]->inner->route->operation : "");
    params[2] = db_texts(req->arena, keys, count);
    params[3] = db_texts(req->arena, hashes, count);
    params[4] = db_uuids(req->arena, objects, count);
    params[5] = db_uuids(req->arena, documents, count);
    *call = (struct db_call){ &sql_idempotency_keep_many, { params, 6 } };
    return count > 0;
}

/* What was written may have opened readings for its author. */
static void look_for_opened(struct request *req, const struct db_result *res)
{
    const struct whole_batch *it = req->state;

    for (size_t i = 0; i < it->call_count; i++)
        if (it->calls[i].statement == &sql_readings_open_counted)
            opened(req, &res[i]);
}

static enum step respond_made(struct request *req)
{
    struct whole_batch *it = req->state;
    struct buffer out = { 0 };

    for (size_t i = 0; i < it->count; i++) {
        const struct writing *writing = &it->lines[i]->writing;
        bool is_new = writing->count > 0 && !it->batch.is_trial;
        batch_write_line(&out, it->lines[i], is_new ? writing->made.object : UUID_NIL);
        buffer_put_char(&out, '\n');
    }
    batch_write_end(&out, it->count, 0, it->batch.is_trial);
    return respond_bytes(req, 200, NDJSON, buffer_finish(&out, req->arena));
}

/* The line's own handler knows what the error means. */
static enum step respond_failed(struct request *req, const struct db_result *res)
{
    struct whole_batch *it = req->state;
    struct batch_line *line = res->err == ERR_REFUSED ? it->line_of_call[res->failed_call] : NULL;

    if (!line)
        return respond_db_error(req, res);
    line->inner->answer.header_count = 0;
    enum step answered = line->writing.next(line->inner, res);
    assert(answered == STEP_ANSWERED);
    (void)answered;
    add_fault(it, line);
    return respond_refused(req);
}

static enum step on_written(struct request *req, const struct db_result *res)
{
    bool is_refused = res->err == ERR_REFUSED;

    if (res->err == ERR_NONE)
        look_for_opened(req, res);
    if (res->err == ERR_NONE || (is_refused && str_eq(res->refusal, STR("undone"))))
        return respond_made(req);
    if ((is_refused && str_eq(res->refusal, STR("key-used"))) || res->err == ERR_LOCKED) {
        respond_header(req, "Retry-After", STR("1"));
        return respond_problem(req, PROBLEM_IN_PROGRESS);
    }
    return respond_failed(req, res);
}

static enum step write_all(struct request *req)
{
    struct whole_batch *it = req->state;
    size_t room = it->count * (CALLS_PER_LINE + 1) + 2, count = 0;
    struct placed_call *placed = arena_array(req->arena, struct placed_call, room);
    struct db_call *calls = arena_array(req->arena, struct db_call, room);
    size_t placed_count = gather(it, placed);

    it->line_of_call = arena_array(req->arena, struct batch_line *, room);
    if (placed_count == 0)
        return respond_made(req);
    if (keys_call(req, &calls[0]))
        count++;
    for (size_t i = 0; i < placed_count; i++) {
        if (is_repeated(placed, i))
            continue;
        it->line_of_call[count] = placed[i].rank < 4 ? NULL : placed[i].line;
        calls[count++] = placed[i].call;
    }
    if (it->batch.is_trial)
        calls[count++] = (struct db_call){ &sql_idempotency_undo, DB_NO_PARAMS };
    it->calls = calls;
    it->call_count = count;
    return await_all(req, DB_WRITE, on_written, calls, count);
}

/* -- the lines --------------------------------------------------------------------------------- */

static void finish(struct request *req, enum step step)
{
    struct whole_batch *it = req->state;

    if (it->inside)
        it->step = step;
    else
        request_continue(req, step);
}

static enum step conclude(struct request *req)
{
    const struct whole_batch *it = req->state;
    int64_t wait_ms;

    if (it->too_many)
        return respond_too_many(req);
    if (it->fault_count > 0)
        return respond_refused(req);
    wait_ms = limit_bulk(req, it->count);
    if (wait_ms > 0) {
        respond_header(
            req, "Retry-After", arena_printf(req->arena, "%lld", (long long)wait_ms / 1000));
        return respond_problem(req, PROBLEM_TOO_MANY_REQUESTS);
    }
    return write_all(req);
}

static void on_window(struct request *req)
{
    struct whole_batch *it = req->state;
    struct batch *batch = &it->batch;

    for (size_t i = 0; i < batch->count; i++) {
        struct batch_line *line = batch->window[i];
        bool is_kept = line->inner->answer.status < 300 && it->count < BATCH_ATOMIC_MAX_LINES;
        if (line->inner->answer.status >= 300)
            add_fault(it, line);
        else if (!is_kept)
            it->too_many = true;
        if (is_kept)
            it->lines[it->count++] = line;
        else
            inner_free(line->inner);
    }
    batch->count = 0;
    it->too_many = it->too_many || batch->reader.number > BATCH_ATOMIC_MAX_LINES ||
        batch->reader.at > BATCH_ATOMIC_MAX_BYTES + BATCH_LINE_MAX_BYTES;
    if (batch->ended || it->too_many)
        finish(req, conclude(req));
    else
        batch_start(req, BATCH_WINDOW);
}

enum step batch_atomic(struct request *req, const struct batch *given)
{
    struct whole_batch *it = arena_new(req->arena, struct whole_batch);

    it->batch = *given;
    it->batch.done = on_window;
    req->state = it;
    arena_own(req->arena, it, release);
    it->step = STEP_WAITING;
    it->inside = true;
    batch_start(req, BATCH_WINDOW);
    it->inside = false;
    return it->step;
}
