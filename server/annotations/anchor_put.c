/* The author of an annotation says where it stands: after an edit that the server is not sure
 * about, or has got wrong. Nobody else puts their words to other passages. */
#include "annotations/annotations.h"

#include "annotations/place.h"
#include "annotations/shared.h"
#include "documents/documents.h"
#include "sql.h"

#define OFF_LOOP_TEXT_BYTES 65536
#define TRIES_MAX 20

struct putting {
    struct anchor_given given;
    struct annotation it;
    const struct text_index *text;
    struct placed placed;
    int tries;
};

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_document(struct request *req, const struct document *doc);
static enum step on_text(struct request *req, const struct text_index *text);
static enum step on_placed(struct request *req);
static enum step store(struct request *req);
static enum step on_stored(struct request *req, const struct db_result *res);

/* PUT /api/v1/annotations/{annotation}/anchor (putAnchor) */
enum step anchor_put(struct request *req)
{
    struct putting *putting = arena_new(req->arena, struct putting);
    struct invalid why = { 0 };

    if (!v1_read_anchor(req->arena, req->json, req->body, &putting->given, &why))
        return respond_invalid(req, &why);
    req->state = putting;
    return await_annotation_of_path(req, on_found);
}

static enum step respond_not_current(struct request *req)
{
    return respond_problem_detail(req, PROBLEM_CONFLICT,
        "That is not the current revision any more. Look at the text as it is now, and say it "
        "again.");
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct putting *putting = req->state;
    struct annotation *it = &putting->it;
    enum step answer;

    if (!annotation_found(req, res, it, &answer))
        return answer;
    if (it->is_deleted)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!uuid_eq(it->author.id, req->reader->id))
        return respond_problem_detail(
            req, PROBLEM_NOT_ALLOWED, "Only its author says where it stands.");
    if (!annotation_matches(req, it, &answer))
        return answer;
    if (!it->anchor.is_placed)
        return respond_problem_detail(req, PROBLEM_CONFLICT,
            "It is about the whole document, a reply, or on a page elsewhere: it has no place "
            "here.");
    return await_document(req, it->document, on_document);
}

/* Who reads the text no more is not told either whether it has the words that they name. */
static enum step on_document(struct request *req, const struct document *doc)
{
    struct putting *putting = req->state;
    const struct annotation *it = &putting->it;

    if (!doc)
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED,
            "You cannot read the text, so you cannot say where this stands in it.");
    if (!uuid_eq(it->anchor.revision, putting->given.place.revision))
        return respond_not_current(req);
    if (putting->given.how == ANCHOR_PLACE)
        return await_text(req, it->document, it->anchor.revision, on_text);
    return store(req);
}

static void find_place(struct request *req)
{
    struct putting *putting = req->state;
    place_find(req->arena, putting->text, &putting->given.place, &putting->placed);
}

static enum step on_text(struct request *req, const struct text_index *text)
{
    struct putting *putting = req->state;

    putting->text = text;
    if (text_index_text(text).bytes > OFF_LOOP_TEXT_BYTES)
        return await_work(req, find_place, on_placed);
    find_place(req);
    return on_placed(req);
}

static enum step on_placed(struct request *req)
{
    const struct putting *putting = req->state;

    if (putting->placed.found != PLACE_FOUND)
        return respond_not_placed(
            req, &putting->placed, putting->given.place.is_utf16 ? putting->text : NULL);
    return store(req);
}

/* Of a place by hand: the words decide. */
static enum anchor_state state_there(const struct putting *putting)
{
    const struct place *place = &putting->placed.places[0];
    const struct anchor *was = &putting->it.anchor;

    if (!str_eq(place->exact, putting->it.source->quote_exact))
        return ANCHOR_CHANGED;
    bool is_there = !was->is_gone && (int32_t)place->range.start_chars == was->start_chars &&
        str_eq(was->state, STR("exact"));
    return is_there ? ANCHOR_EXACT : ANCHOR_MOVED;
}

static enum step store(struct request *req)
{
    static const char *const how[] = {
        [ANCHOR_KEEP] = "keep", [ANCHOR_PLACE] = "place", [ANCHOR_LEAVE] = "gone"
    };
    const struct putting *putting = req->state;
    const struct annotation *it = &putting->it;
    const struct range *range = &putting->placed.places[0].range;
    bool places = putting->given.how == ANCHOR_PLACE;

    return AWAIT_ALL(req, DB_WRITE, on_stored,
        { &sql_annotations_lock, DB_PARAMS(db_uuid(it->document), db_null()) },
        { &sql_annotations_put_anchor,
            DB_PARAMS(db_uuid(it->document), db_uuid(it->id), db_int(it->audience),
                db_uuid(req->reader->id), db_uuid(it->anchor.revision),
                db_cstr(how[putting->given.how]),
                places ? db_int((int32_t)range->start_chars) : db_null(),
                places ? db_int((int32_t)range->end_chars) : db_null(),
                places ? db_cstr(anchor_state_name(state_there(putting))) : db_null()) },
        annotation_call(req, it->id));
}

static enum step on_stored(struct request *req, const struct db_result *res)
{
    struct putting *putting = req->state;
    struct annotation now;
    enum step answer;

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("revision-moved")))
        return respond_not_current(req);
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("gone")))
        return respond_problem_detail(
            req, PROBLEM_CONFLICT, "It has no place in this revision that could be kept.");
    /* changed since we looked: look again */
    bool overtaken = res->err == ERR_LOCKED || (res->err == ERR_NONE && res[1].rows == 0);
    if (overtaken && ++putting->tries < TRIES_MAX)
        return await_annotation(req, putting->it.id, on_found);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (overtaken)
        return respond_unavailable(req);
    if (!annotation_found(req, res + 2, &now, &answer))
        return answer;
    return respond_annotation(req, &now, putting->given.place.is_utf16 ? putting->text : NULL);
}
