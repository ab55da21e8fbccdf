/* Drafts become visible together, all or none. */
#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "documents/documents.h"
#include "model/group.h"
#include "sql.h"
#include "step/idempotent.h"

#include <stdlib.h>

#define TRIES_MAX 20

struct publication {
    struct publication_given given;
    struct uuid id, document; /* nil: named by their ids */
    bool has_group;
    struct uuid group;
    const struct uuid *ids;
    size_t count;
    int tries;
};

static enum step publish(struct request *req);
static enum step on_target(struct request *req, const struct target_document *target);
static enum step on_drafts(struct request *req, const struct db_result *res);
static enum step store(struct request *req);
static enum step on_published(struct request *req, const struct db_result *res);
static enum step show(struct request *req);
static enum step on_shown(struct request *req, const struct db_result *res);
static enum step replay(struct request *req, const struct made *made);
static enum step on_found_again(struct request *req, const struct db_result *res);

/* POST /api/v1/drafts/publish (publishDrafts) */
enum step drafts_publish(struct request *req)
{
    return idempotent(req, publish, replay);
}

/* False: *answer says what is wrong with the body. */
static bool begin(struct request *req, enum step *answer)
{
    struct publication *it = arena_new(req->arena, struct publication);
    struct invalid why = { 0 };

    req->state = it;
    it->id = uuid_new();
    if (v1_read_publication(req->arena, req->json, &it->given, &why)) {
        it->has_group = str_given(it->given.group);
        if (it->has_group && !group_id_read(it->given.group, req->reader, &it->group))
            invalid_add(&why, req->arena, "/group", "id",
                "`group` is an id that begins with grp_, `everyone` or `mine`.");
    }
    it->ids = it->given.ids;
    it->count = it->given.count;
    if (why.count > 0)
        *answer = respond_invalid(req, &why);
    return why.count == 0;
}

static enum step publish(struct request *req)
{
    const struct publication *it;
    enum step answer;

    if (!begin(req, &answer))
        return answer;
    it = req->state;
    return str_given(it->given.document) ? await_target(req, it->given.document, false, on_target)
                                         : store(req);
}

static enum step respond_fault(struct request *req, const char *code, const char *detail)
{
    struct invalid why = { 0 };

    invalid_add(&why, req->arena, "/document", code, "%s", detail);
    return respond_invalid(req, &why);
}

static enum step on_target(struct request *req, const struct target_document *target)
{
    struct publication *it = req->state;

    if (target->found == TARGET_INVALID)
        return respond_fault(req, "id", target->fault);
    if (target->found == TARGET_NOWHERE)
        return respond_fault(req, "unknown", "`document` is the id of no text that you can see.");
    it->document = target->id;
    return await_query(req, &sql_annotations_drafts_of, on_drafts,
        DB_PARAMS(db_uuid(req->reader->id), db_uuid(it->document),
            db_uuid_or_null(it->has_group ? &it->group : NULL), db_int(PUBLICATION_MAX + 1)));
}

static void take_ids(struct request *req, const struct db_result *res)
{
    struct publication *it = req->state;
    struct uuid *ids = arena_array(req->arena, struct uuid, (size_t)res->rows);

    for (int row = 0; row < res->rows; row++)
        ids[row] = db_get_uuid(res, row, "id");
    it->ids = ids;
    it->count = (size_t)res->rows;
}

static enum step on_drafts(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows > PUBLICATION_MAX)
        return respond_fault(req, "too-many",
            "There are more than 200 drafts: publish some of them by `ids` first.");
    take_ids(req, res);
    return store(req);
}

static enum step store(struct request *req)
{
    const struct publication *it = req->state;
    bool by_document = str_given(it->given.document);

    struct made made = { it->id, it->document, 200 };
    struct db_call publication = { &sql_annotations_publish,
        DB_PARAMS(db_uuid(req->reader->id), db_uuids(req->arena, it->ids, it->count),
            db_uuid(it->id), db_uuid_or_null(by_document ? &it->document : NULL)) };
    return AWAIT_ONCE(req, on_published, made, publication, opened_call(req, it->ids, it->count));
}

/* -- why not ----------------------------------------------------------------------------------- */

struct unfit {
    const char *word;
    bool is_wrong; /* the request says what is not so; else the state is against it */
    const char *detail;
};
static const struct unfit unfits[] = {
    { "unknown", true, "is the id of no draft of yours." },
    { "no-draft", true, "is no draft: it has been published, or never was one." },
    { "elsewhere", false, "belongs to a group that does not read this text any more." },
    { "not-allowed", false, "belongs to a group in which you may not write any more." },
    { "annotations-off", false,
        "belongs to a group that the owner of the text does not let write on it." },
    { "parent-gone", false, "answers what has been deleted." },
    { "parent-private", false, "answers what nobody else can see; publish that with it." },
};

/* `3 no-draft`: the fault is that of the draft at this place, counted from 1. */
static const struct unfit *add_unfit(struct request *req, struct str entry, struct invalid *why)
{
    const struct publication *it = req->state;
    bool by_document = str_given(it->given.document);
    size_t place = strtoul(entry.at, NULL, 10) - 1;
    struct str number, word;

    str_cut(entry, ' ', &number, &word);
    for (size_t i = 0; i < sizeof unfits / sizeof *unfits; i++) {
        if (!str_eq(word, str_from(unfits[i].word)) || place >= it->count)
            continue;
        struct str id = typeid_write(req->arena, "ann", it->ids[place]);
        const char *pointer =
            by_document ? "/document" : arena_printf(req->arena, "/ids/%zu", place).at;
        invalid_add(
            why, req->arena, pointer, unfits[i].word, "%.*s %s", STR_ARG(id), unfits[i].detail);
        return &unfits[i];
    }
    return NULL;
}

static enum step respond_unfit(struct request *req, struct str entries)
{
    struct str entry, rest = arena_dup(req->arena, entries);
    struct invalid why = { 0 };
    bool is_wrong = false;

    while (rest.bytes > 0) {
        str_cut(rest, ',', &entry, &rest);
        const struct unfit *unfit = add_unfit(req, entry, &why);
        is_wrong = is_wrong || (unfit && unfit->is_wrong);
    }
    if (is_wrong)
        return respond_invalid(req, &why);
    return respond_problem_with(req, PROBLEM_CONFLICT,
        STR("Nothing was published: `errors` names the drafts that cannot be."), &why, STR_NONE);
}

static enum step on_published(struct request *req, const struct db_result *res)
{
    const struct str unfit = STR("drafts ");
    struct publication *it = req->state;

    if (res->err == ERR_REFUSED && str_starts(res->refusal, unfit))
        return respond_unfit(req, str_slice(res->refusal, unfit.bytes, res->refusal.bytes));
    if (res->err == ERR_LOCKED && ++it->tries < TRIES_MAX)
        return store(req);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    opened(req, &res[1]);
    return show(req);
}

/* -- what is there now ------------------------------------------------------------------------- */

static enum step show(struct request *req)
{
    const struct publication *it = req->state;
    struct db_call *calls = arena_array(req->arena, struct db_call, it->count);

    if (it->count == 0)
        return respond_json(req, 200, STR("{\"published\":[]}"));
    for (size_t i = 0; i < it->count; i++)
        calls[i] = annotation_call(req, it->ids[i]);
    return await_all(req, DB_READ, on_shown, calls, it->count);
}

/* One that went again while we looked is left out. */
static enum step on_shown(struct request *req, const struct db_result *res)
{
    const struct publication *it = req->state;
    struct annotation annotation;
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    writer_start(&writer);
    writer_object(&writer);
    writer_key(&writer, "published");
    writer_array(&writer);
    for (size_t i = 0; i < it->count; i++) {
        enum door door = res[i].rows == 0
            ? DOOR_WITHHELD
            : door_annotation(req->arena, req->reader, &res[i], 0, &annotation);
        if (door == DOOR_BROKEN) {
            writer_drop(&writer);
            return respond_problem(req, PROBLEM_INTERNAL);
        }
        if (door == DOOR_ADMITTED)
            v1_write_annotation(req->arena, &writer, &annotation, NULL);
    }
    writer_array_end(&writer);
    writer_object_end(&writer);
    return respond_json(req, 200, writer_finish(&writer, req->arena));
}

/* What it published, as it is now. */
static enum step replay(struct request *req, const struct made *made)
{
    enum step answer;

    if (!begin(req, &answer))
        return answer;
    if (uuid_is_nil(made->document))
        return show(req);
    return await_query(req, &sql_annotations_published, on_found_again,
        DB_PARAMS(db_uuid(req->reader->id), db_uuid(made->document), db_uuid(made->object)));
}

static enum step on_found_again(struct request *req, const struct db_result *res)
{
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    take_ids(req, res);
    return show(req);
}
