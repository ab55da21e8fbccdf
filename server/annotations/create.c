#include "annotations/annotations.h"

#include "annotations/place.h"
#include "annotations/shared.h"
#include "documents/documents.h"
#include "formats/text.h"
#include "model/group.h"
#include "sql.h"
#include "step/idempotent.h"

#define OFF_LOOP_TEXT_BYTES 65536
#define OFF_LOOP_BODY_BYTES 16384
#define MOVES_MAX 20

struct creation {
    struct annotation_given given;
    bool by_path;                       /* POST …/replies: the parent is the path's */
    struct uuid id, document, revision; /* the one that it is placed in */
    struct uuid current;                /* the one that readers see */
    struct carried now;                 /* where it stands there, if that is another */
    int moves;                          /* how often there was another by the time it was stored */
    struct str unmade; /* the address of a page that has to be made first; STR_NONE: none */
    bool has_group;
    struct uuid group;
    const struct uuid *further; /* groups that it is shown in too */
    const struct text_index *text;
    struct placed placed;
    struct annotation_words words;
    struct str shown;
    struct annotation parent;
};

static enum step create(struct request *req);
static enum step create_reply(struct request *req);
static enum step find_target(struct request *req);
static enum step on_target(struct request *req, const struct target_document *target);
static enum step on_revision(struct request *req, const struct db_result *res);
static enum step find_text(struct request *req);
static enum step on_text(struct request *req, const struct text_index *text);
static enum step prepare(struct request *req);
static enum step on_prepared(struct request *req);
static enum step on_carried(struct request *req, const struct carried *now);
static enum step store(struct request *req);
static enum step on_moved(struct request *req, const struct target_document *target);
static enum step on_stored(struct request *req, const struct db_result *res);
static enum step on_parent(struct request *req, const struct db_result *res);
static enum step on_reply_prepared(struct request *req);
static enum step on_reply_stored(struct request *req, const struct db_result *res);
static enum step on_answer_stored(struct request *req, const struct db_result *res);
static enum step replay(struct request *req, const struct made *made);

static enum step respond_fault(
    struct request *req, const char *pointer, const char *code, const char *detail)
{
    struct invalid why = { 0 };

    invalid_add(&why, req->arena, pointer, code, "%s", detail);
    return respond_invalid(req, &why);
}

/* POST /api/v1/annotations (createAnnotation) */
enum step annotation_create(struct request *req)
{
    return idempotent(req, create, replay);
}

/* The named group, and those that it is to be shown in too. */
static bool read_groups(struct request *req, struct invalid *why)
{
    static const char wrong[] = "A group is an id that begins with grp_, `everyone` or `mine`.";
    struct creation *it = req->state;
    struct uuid *further = arena_array(req->arena, struct uuid, it->given.group_count);

    it->has_group = str_given(it->given.group);
    it->further = further;
    if (it->has_group && !group_id_read(it->given.group, req->reader, &it->group))
        invalid_add(why, req->arena, "/group", "id", "%s", wrong);
    for (size_t i = 0; i < it->given.group_count; i++)
        if (!group_id_read(it->given.groups[i], req->reader, &further[i]))
            invalid_add(
                why, req->arena, arena_printf(req->arena, "/groups/%zu", i).at, "id", "%s", wrong);
    return why->count == 0;
}

static enum step create(struct request *req)
{
    struct creation *it = arena_new(req->arena, struct creation);
    struct invalid why = { 0 };

    req->state = it;
    if (!v1_read_annotation(req->arena, req->json, req->body, &it->given, &why))
        return respond_invalid(req, &why);
    it->id = uuid_new();
    if (it->given.is_draft && it->given.is_private)
        return respond_fault(req, "/draft", "private",
            "What is private is published to nobody: it is a draft or private, not both.");
    if (!read_groups(req, &why))
        return respond_invalid(req, &why);
    if (!uuid_is_nil(it->given.parent))
        return await_annotation(req, it->given.parent, on_parent);
    return find_target(req);
}

/* -- the document, its revision, its text ------------------------------------------------------ */

static enum step find_target(struct request *req)
{
    const struct creation *it = req->state;
    return await_target(req, it->given.document, true, on_target);
}

static enum step on_target(struct request *req, const struct target_document *target)
{
    struct creation *it = req->state;
    bool asks_other =
        !uuid_is_nil(it->given.revision) && !uuid_eq(it->given.revision, target->revision);

    if (target->found == TARGET_INVALID)
        return respond_fault(req, "/document", "id", target->fault);
    if (target->found == TARGET_NOWHERE)
        return respond_problem_detail(
            req, PROBLEM_NOT_FOUND, "`document` is the id of no text that you can see.");
    it->document = target->id;
    it->revision = target->revision;
    it->current = target->revision;
    it->unmade = target->unmade;
    if (uuid_is_nil(it->revision) || !asks_other)
        return find_text(req);
    return await_query(req, &sql_annotations_has_revision, on_revision,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->given.revision)));
}

static enum step on_revision(struct request *req, const struct db_result *res)
{
    struct creation *it = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (res->rows == 0)
        return respond_fault(req, "/revision", "unknown", "The document has no such revision.");
    it->revision = it->given.revision;
    return find_text(req);
}

static enum step find_text(struct request *req)
{
    struct creation *it = req->state;
    struct invalid why = { 0 };

    if (it->given.place == PLACE_NONE)
        return prepare(req);
    if (!uuid_is_nil(it->revision))
        return await_text(req, it->document, it->revision, on_text);
    if (!place_elsewhere(req->arena, &it->given, &it->words, &why))
        return respond_invalid(req, &why);
    return prepare(req);
}

static enum step on_text(struct request *req, const struct text_index *text)
{
    struct creation *it = req->state;

    it->text = text;
    return prepare(req);
}

/* -- what takes long: finding the place, rendering the body ------------------------------------ */

static void make_words(struct request *req)
{
    struct creation *it = req->state;
    const struct place *place = &it->placed.places[0];

    it->words.kind = it->given.kind;
    it->words.body = it->given.body;
    it->words.tags = it->given.tags;
    if (it->text) {
        it->words.quote = place->exact;
        it->words.prefix = place->before;
        it->words.suffix = place->after;
        it->words.selectors = str_given(it->given.selectors)
            ? it->given.selectors
            : selectors_of_place(req->arena, place);
    }
    it->shown = v1_shown(req->arena, &it->words);
}

static void run_prepare(struct request *req)
{
    struct creation *it = req->state;

    if (it->text)
        place_find(req->arena, it->text, &it->given, &it->placed);
    if (!it->text || it->placed.found == PLACE_FOUND)
        make_words(req);
}

static enum step prepare(struct request *req)
{
    const struct creation *it = req->state;
    step_fn *next = uuid_is_nil(it->given.parent) ? on_prepared : on_reply_prepared;
    bool is_large = it->given.body.bytes > OFF_LOOP_BODY_BYTES ||
        (it->text && text_index_text(it->text).bytes > OFF_LOOP_TEXT_BYTES);

    if (is_large)
        return await_work(req, run_prepare, next);
    run_prepare(req);
    return next(req);
}

/* -- storing ----------------------------------------------------------------------------------- */

static struct db_call lock_call(struct request *req, struct uuid document, const struct uuid *group)
{
    struct db_param *params = arena_array(req->arena, struct db_param, 2);

    params[0] = db_uuid(document);
    params[1] = db_uuid_or_null(group);
    return (struct db_call){ &sql_annotations_lock, { params, 2 } };
}

/* The same where it is shown in further groups too. */
static struct db_call lock_groups_call(struct request *req)
{
    const struct creation *it = req->state;
    size_t count = it->given.group_count;
    struct uuid *groups = arena_array(req->arena, struct uuid, count + 1);
    struct db_param *params = arena_array(req->arena, struct db_param, 2);

    for (size_t i = 0; i < count; i++)
        groups[i] = it->further[i];
    if (it->has_group)
        groups[count++] = it->group;
    params[0] = db_uuid(it->document);
    params[1] = db_uuids(req->arena, groups, count);
    return (struct db_call){ &sql_annotations_lock_groups, { params, 2 } };
}

static enum step on_prepared(struct request *req)
{
    const struct creation *it = req->state;

    if (it->text && it->placed.found != PLACE_FOUND)
        return respond_not_placed(req, &it->placed, it->given.is_utf16 ? it->text : NULL);
    if (it->text && str_given(it->given.replacement) &&
        str_eq(it->given.replacement, it->words.quote))
        return respond_fault(
            req, "/replacement", "same", "These are the words that the passage has already.");
    if (!it->text || uuid_eq(it->revision, it->current))
        return store(req);
    return await_carried(
        req, it->document, it->revision, it->current, it->placed.places[0].range, on_carried);
}

static enum step on_carried(struct request *req, const struct carried *now)
{
    struct creation *it = req->state;

    it->now = *now;
    return store(req);
}

/* Null where a text was not given; an empty one is one. */
static enum step store(struct request *req)
{
    struct creation *it = req->state;
    const struct annotation_words *words = &it->words;
    const struct place *place = &it->placed.places[0];
    bool has_place = it->text != NULL;
    bool has_two = has_place && !uuid_eq(it->revision, it->current);
    bool stays = has_two && it->now.state != ANCHOR_GONE;

    struct db_call insert = { &sql_annotations_insert,
        DB_PARAMS(db_uuid(it->id), db_uuid(req->reader->id),
            true_pass_param(req->arena, req->reader), db_uuid(it->document),
            db_uuid_or_null(it->has_group ? &it->group : NULL), db_bool(it->given.is_private),
            db_bool(it->given.is_draft), db_text(words->kind), db_text(words->body),
            db_texts(req->arena, words->tags.at, words->tags.count), db_text(words->quote),
            db_text(words->prefix), db_text(words->suffix), db_text(words->selectors), db_null(),
            db_text(it->shown), db_int(BODY_RENDERER_VERSION),
            db_uuid_or_null(uuid_is_nil(it->revision) ? NULL : &it->revision),
            has_place ? db_int((int32_t)place->range.start_chars) : db_null(),
            has_place ? db_int((int32_t)place->range.end_chars) : db_null(),
            has_place ? db_cstr("exact") : db_null(),
            has_place ? db_double(place->score) : db_null(),
            has_two ? db_uuid(it->current) : db_null(),
            stays ? db_int((int32_t)it->now.range.start_chars) : db_null(),
            stays ? db_int((int32_t)it->now.range.end_chars) : db_null(),
            has_two ? db_cstr(anchor_state_name(it->now.state)) : db_null(),
            has_two ? db_double(it->now.score) : db_null(), db_text(it->given.replacement)) };
    struct db_call calls[TARGET_MAKE_CALLS + 5];
    size_t count = 0;

    if (str_given(it->unmade)) {
        target_make_calls(req, it->unmade, it->document, calls);
        count = TARGET_MAKE_CALLS;
    }
    calls[count++] = it->given.group_count > 0
        ? lock_groups_call(req)
        : lock_call(req, it->document, it->has_group ? &it->group : NULL);
    calls[count++] = insert;
    if (it->given.group_count > 0)
        calls[count++] = show_call(req, it->document, it->id, it->further, it->given.group_count);
    calls[count++] = opened_call(req, &it->id, 1);
    calls[count++] = annotation_call(req, it->id);
    return await_once(req, on_stored, (struct made){ it->id, it->document, 201 }, calls, count);
}

/* A group that it cannot be shown in. */
static enum step respond_unshown(
    struct request *req, enum problem problem, size_t place, const char *word, const char *detail)
{
    const char *pointer =
        place > 0 ? arena_printf(req->arena, "/groups/%zu", place - 1).at : "/groups";
    struct invalid why = { 0 };

    invalid_add(&why, req->arena, pointer, word, "%s", detail);
    if (problem != PROBLEM_NOT_ALLOWED && problem != PROBLEM_MASKED_ELSEWHERE)
        return respond_invalid(req, &why);
    return respond_problem_with(req, problem, str_from(detail), &why, STR_NONE);
}

static enum step respond_refused(struct request *req, const struct db_result *res)
{
    enum problem problem;
    const char *word, *detail;
    size_t place;

    if (showing_refused(res, &problem, &place, &word, &detail))
        return respond_unshown(req, problem, place, word, detail);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("group-not-found")))
        return respond_fault(req, "/group", "unknown", "There is no such group that you know of.");
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("group-elsewhere")))
        return respond_fault(req, "/group", "elsewhere", "That group does not read this text.");
    return respond_db_error(req, res);
}

static enum step respond_stored(struct request *req, const struct db_result *res)
{
    const struct creation *it = req->state;
    struct annotation made;
    enum step answer;

    if (!annotation_found(req, res, &made, &answer))
        return answer;
    return respond_annotation_created(req, &made, it->given.is_utf16 ? it->text : NULL);
}

/* The text has got another revision in the meantime: the words go there from where they were found.
 */
static enum step follow(struct request *req)
{
    struct creation *it = req->state;

    /* what is written together with others is sent again with them */
    if (req->write || it->moves++ == MOVES_MAX)
        return respond_problem_detail(
            req, PROBLEM_CONFLICT, "The text is being edited just now. Try again.");
    return await_target(req, typeid_write(req->arena, "doc", it->document), false, on_moved);
}

static enum step on_moved(struct request *req, const struct target_document *target)
{
    struct creation *it = req->state;

    if (target->found != TARGET_FOUND)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    it->current = target->revision;
    return on_prepared(req);
}

/* An unmade page is part of writes whose results are not asked for. */
static enum step on_stored(struct request *req, const struct db_result *res)
{
    const struct creation *it = req->state;
    const struct db_result *rest = res + (it->given.group_count > 0 ? 3 : 2);

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("revision-moved")))
        return follow(req);
    if (res->err != ERR_NONE)
        return respond_refused(req, res);
    opened(req, rest);
    return respond_stored(req, rest + 1);
}

/* -- replies ----------------------------------------------------------------------------------- */

/* POST /api/v1/annotations/{annotation}/replies (createReply) */
enum step reply_create(struct request *req)
{
    return idempotent(req, create_reply, replay);
}

static enum step create_reply(struct request *req)
{
    struct creation *it = arena_new(req->arena, struct creation);
    struct invalid why = { 0 };

    req->state = it;
    it->by_path = true;
    it->id = uuid_new();
    if (!v1_read_reply(req->arena, req->json, &it->given, &why))
        return respond_invalid(req, &why);
    if (!read_groups(req, &why))
        return respond_invalid(req, &why);
    if (!typeid_read(request_param(req, 0), "ann", &it->given.parent))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    return await_annotation(req, it->given.parent, on_parent);
}

static enum step respond_no_parent(struct request *req)
{
    const struct creation *it = req->state;

    return it->by_path
        ? respond_problem(req, PROBLEM_NOT_FOUND)
        : respond_fault(req, "/parent", "unknown", "There is no such annotation that you can see.");
}

static enum step on_parent(struct request *req, const struct db_result *res)
{
    struct creation *it = req->state;
    struct uuid document;
    enum step answer;

    if (res->err == ERR_NONE && res->rows == 0)
        return respond_no_parent(req);
    if (!annotation_found(req, res, &it->parent, &answer))
        return it->by_path || res->err != ERR_NONE ? answer : respond_no_parent(req);
    if (it->parent.is_deleted)
        return respond_no_parent(req);
    if (str_given(it->given.document) &&
        (!typeid_read(it->given.document, "doc", &document) ||
            !uuid_eq(document, it->parent.document)))
        return respond_fault(req, "/document", "elsewhere", "The parent is on another document.");
    return prepare(req);
}

static enum step on_reply_prepared(struct request *req)
{
    const struct creation *it = req->state;
    const struct annotation *parent = &it->parent;

    const struct uuid *group = it->has_group ? &it->group : &parent->group;

    struct db_call lock = lock_call(req, parent->document, group);
    struct db_call thread = { &sql_annotations_lock_thread,
        DB_PARAMS(db_uuid(parent->document), db_uuid(parent->thread)) };
    struct db_call insert = { &sql_annotations_insert_reply,
        DB_PARAMS(db_uuid(it->id), db_uuid(req->reader->id),
            true_pass_param(req->arena, req->reader), db_uuid(parent->document),
            db_uuid(parent->id), db_bool(it->given.is_private), db_bool(it->given.is_draft),
            db_text(it->words.kind), db_text(it->words.body),
            db_texts(req->arena, it->words.tags.at, it->words.tags.count), db_null(),
            db_text(it->shown), db_int(BODY_RENDERER_VERSION),
            db_uuid_or_null(it->has_group ? &it->group : NULL)) };
    struct db_call found = annotation_call(req, it->id);
    struct made made = { it->id, parent->document, 201 };

    /* what is open at home may be sealed in a group that is named */
    if (!parent->is_sealed && !it->has_group)
        return AWAIT_ONCE(req, on_reply_stored, made, lock, thread, insert, found);
    struct db_call prepare = { &sql_annotations_prepare_answer,
        DB_PARAMS(db_uuid(parent->document), db_uuid(parent->id), db_uuid(*group),
            db_uuid(req->reader->id)) };
    return AWAIT_ONCE(req, on_answer_stored, made, prepare, lock, thread, insert, found);
}

static enum step on_answer_stored(struct request *req, const struct db_result *res)
{
    if (res->err == ERR_NONE && db_get_bool(res, 0, "made"))
        app_rights_changed(req->app);
    return on_reply_stored(req, res->err == ERR_NONE ? res + 1 : res);
}

static enum step on_reply_stored(struct request *req, const struct db_result *res)
{
    if (res->err == ERR_NONE)
        return respond_stored(req, res + 3);
    if (res->err == ERR_REFUSED &&
        (str_eq(res->refusal, STR("gone")) || str_eq(res->refusal, STR("not-found"))))
        return respond_no_parent(req);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("group-elsewhere")))
        return respond_fault(req, "/group", "elsewhere",
            "You do not read what this answers in that group: leave `group` out.");
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("too-deep")))
        return respond_problem_detail(
            req, PROBLEM_CONFLICT, "A thread may be 100 replies deep; answer one further up.");
    return respond_refused(req, res);
}

/* -- once more --------------------------------------------------------------------------------- */

static enum step on_made_before(struct request *req, const struct db_result *res);
static enum step on_text_again(struct request *req, const struct text_index *text);

/* What it made, as it is now. */
static enum step replay(struct request *req, const struct made *made)
{
    return await_annotation(req, made->object, on_made_before);
}

static enum step on_made_before(struct request *req, const struct db_result *res)
{
    struct annotation *it = arena_new(req->arena, struct annotation);
    const char *unit = json_string_value(json_object_get(req->json, "unit"));
    enum step answer;

    if (!annotation_found(req, res, it, &answer))
        return answer;
    if (!str_eq(str_from(unit), STR("utf16")) || !it->anchor.is_placed || it->anchor.is_gone)
        return respond_annotation_created(req, it, NULL);
    req->state = it;
    return await_text(req, it->document, it->anchor.revision, on_text_again);
}

static enum step on_text_again(struct request *req, const struct text_index *text)
{
    return respond_annotation_created(req, req->state, text);
}
