#include "annotations/annotations.h"

#include "annotations/expand.h"
#include "annotations/shared.h"
#include "base/clock.h"
#include "documents/documents.h"
#include "model/group.h"
#include "sql.h"
#include "step/paging.h"

struct listing {
    struct paging page;
    bool by_updated, has_document, is_utf16;
    struct uuid document, author;
    bool has_author;
    struct group_ids groups; /* none: all */
    struct str draft;        /* true, false, or STR_NONE */
    struct str author_name;  /* to be looked up, or STR_NONE */
    struct str tag, kind;
    int64_t since_us, until_us; /* 0: not given */
    int64_t from, to;           /* -1: not given */
    struct uuid revision;       /* nil: the current one */
    const struct text_index *text;
    bool with_replies;
    struct expandable *items; /* the page, while its replies are looked for */
    size_t item_count;
    const struct cursor *next;
};

static enum step on_author(struct request *req, const struct db_result *res);
static enum step find_document(struct request *req);
static enum step on_target(struct request *req, const struct target_document *target);
static enum step on_text(struct request *req, const struct text_index *text);
static enum step ask(struct request *req);
static enum step on_state(struct request *req, const struct db_result *res);
static enum step on_state_and_rows(struct request *req, const struct db_result *res);
static enum step on_rows(struct request *req, const struct db_result *res);
static enum step find_replies(struct request *req, const struct annotation_list *list);
static enum step on_replies(struct request *req, const struct db_result *res);

/* -- what is asked for ------------------------------------------------------------------------- */

static void read_word(
    struct request *req, struct invalid *why, const char *name, const char *words, struct str *out)
{
    struct str given = request_query(req, name), rest = str_from(words), word;

    if (!str_given(given))
        return;
    while (rest.bytes > 0) {
        str_cut(rest, ' ', &word, &rest);
        if (str_eq(word, given)) {
            *out = given;
            return;
        }
    }
    query_fault(req, why, name, "unknown", "`%s` is one of: %s.", name, words);
}

static void read_time(struct request *req, struct invalid *why, const char *name, int64_t *us)
{
    struct str given = request_query(req, name);

    if (str_given(given) && !time_parse(given, us))
        query_fault(
            req, why, name, "time", "`%s` is a time like 2026-03-01T09:30:00Z, or a date.", name);
}

static void read_position(
    struct request *req, struct invalid *why, const char *name, int64_t *position)
{
    struct str given = request_query(req, name);
    uint64_t number;

    *position = -1;
    if (!str_given(given))
        return;
    if (!str_to_u64(given, &number))
        query_fault(req, why, name, "type", "`%s` is a whole number from 0.", name);
    else if (!str_given(request_query(req, "document")))
        query_fault(
            req, why, name, "alone", "`%s` is a place in a text: it wants a `document`.", name);
    else
        *position = number < INT32_MAX ? (int64_t)number : INT32_MAX;
}

static void read_author(struct request *req, struct invalid *why, struct listing *it)
{
    struct str given = request_query(req, "author");

    it->has_author = str_given(given);
    if (str_eq(given, STR("me"))) {
        it->author = req->reader->id;
    } else if (it->has_author && given.bytes <= 100 && !typeid_read(given, "usr", &it->author)) {
        it->author_name = given;
    } else if (it->has_author && given.bytes > 100) {
        query_fault(req, why, "author", "too-long", "`author` is an id, a name, or `me`.");
    }
}

static void read_group(struct request *req, struct invalid *why, struct listing *it)
{
    struct str given = request_query(req, "group");

    if (str_given(given) && !group_ids_read(given, req->reader, &it->groups))
        query_fault(req, why, "group", "id",
            "`group` is an id that begins with grp_, `everyone` or `mine`, or up to %d of them "
            "with commas between.",
            GROUP_IDS_MAX);
}

static void read_revision(struct request *req, struct invalid *why, struct listing *it)
{
    struct str given = request_query(req, "revision");

    if (!str_given(given))
        return;
    if (!typeid_read(given, "rev", &it->revision))
        query_fault(req, why, "revision", "id", "`revision` is an id that begins with rev_.");
    else if (!str_given(request_query(req, "document")))
        query_fault(req, why, "revision", "alone",
            "`revision` is one of a text's: it wants the `document`.");
}

static bool read_query(struct request *req, struct listing *it, struct invalid *why)
{
    struct str order = STR("created"), unit = STR("char"), document;

    read_word(req, why, "order", "created updated", &order);
    read_word(req, why, "unit", "char utf16", &unit);
    read_word(req, why, "draft", "true false", &it->draft);
    read_word(req, why, "kind", "highlight comment question claim objection suggestion", &it->kind);
    read_time(req, why, "since", &it->since_us);
    read_time(req, why, "until", &it->until_us);
    read_position(req, why, "from", &it->from);
    read_position(req, why, "to", &it->to);
    read_author(req, why, it);
    read_group(req, why, it);
    read_revision(req, why, it);
    it->tag = request_query(req, "tag");
    it->by_updated = str_eq(order, STR("updated"));
    it->is_utf16 = str_eq(unit, STR("utf16"));
    document = request_query(req, "document");
    it->has_document = str_given(document);
    if (it->is_utf16 && !it->has_document)
        query_fault(
            req, why, "unit", "alone", "`unit=utf16` counts in one text: it wants a `document`.");
    paging_read(req, it->by_updated ? CURSOR_UPDATED : CURSOR_CREATED, &it->page, why);
    expand_read(req, &it->with_replies, why);
    if (it->with_replies && it->page.limit > EXPAND_LIMIT_MAX)
        query_fault(
            req, why, "limit", "range", "With replies, `limit` is %d at most.", EXPAND_LIMIT_MAX);
    return why->count == 0;
}

/* GET /api/v1/annotations (listAnnotations) */
enum step annotation_list(struct request *req)
{
    struct listing *it = arena_new(req->arena, struct listing);
    struct invalid why = { 0 };

    if (!read_query(req, it, &why))
        return respond_invalid_query(req, &why);
    req->state = it;
    if (str_given(it->author_name))
        return await_query(
            req, &sql_annotations_author_named, on_author, DB_PARAMS(db_text(it->author_name)));
    return find_document(req);
}

static enum step on_author(struct request *req, const struct db_result *res)
{
    struct listing *it = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    /* a name that no user has is asked for all the same: no answer tells whose it is */
    it->author = res->rows > 0 ? db_get_uuid(res, 0, "id") : UUID_NIL;
    return find_document(req);
}

/* -- which document, and its text where UTF-16 is counted -------------------------------------- */

static enum step find_document(struct request *req)
{
    struct listing *it = req->state;
    struct str document = request_query(req, "document");

    /* an id needs no look: what is not there has no annotations */
    if (!it->has_document || (!it->is_utf16 && typeid_read(document, "doc", &it->document)))
        return ask(req);
    return await_target(req, document, false, on_target);
}

static enum step on_target(struct request *req, const struct target_document *target)
{
    struct listing *it = req->state;
    struct invalid why = { 0 };

    if (target->found == TARGET_INVALID) {
        query_fault(req, &why, "document", "id", "%s", target->fault);
        return respond_invalid_query(req, &why);
    }
    /* asked for all the same: neither the tag nor the time tells that a page is not known */
    bool is_nowhere = target->found == TARGET_NOWHERE;
    it->document = is_nowhere ? uuid_random() : target->id;
    if (is_nowhere || !it->is_utf16 || uuid_is_nil(target->revision))
        return ask(req);
    return await_text(
        req, target->id, uuid_is_nil(it->revision) ? target->revision : it->revision, on_text);
}

static int64_t chars_of(const struct text_index *text, int64_t utf16)
{
    if (utf16 < 0 || (size_t)utf16 >= text_index_utf16(text))
        return utf16 < 0 ? utf16 : (int64_t)text_index_chars(text);
    size_t chars = text_char_of_utf16(text, (size_t)utf16);
    /* inside a pair: what begins with it */
    return (int64_t)(chars == SIZE_MAX ? text_char_of_utf16(text, (size_t)utf16 - 1) : chars);
}

static enum step on_text(struct request *req, const struct text_index *text)
{
    struct listing *it = req->state;

    it->text = text;
    it->from = chars_of(text, it->from);
    it->to = chars_of(text, it->to);
    return ask(req);
}

/* -- the rows ---------------------------------------------------------------------------------- */

static struct db_param int_or_null(int64_t number)
{
    return number < 0 ? db_null() : db_int((int32_t)number);
}

/* What is asked for most has statements without filters: everywhere, in all groups or some, of any
 * time and but for whom one has muted; of one document without those. */
static bool is_plain(const struct request *req, const struct listing *it)
{
    if (it->has_author || str_given(it->draft) || str_given(it->tag) || str_given(it->kind))
        return false;
    return !it->has_document ||
        (it->since_us == 0 && it->until_us == 0 && it->from < 0 && it->to < 0 &&
            uuid_is_nil(it->revision) && it->groups.count == 0 &&
            req->reader->pass.muted_count == 0);
}

/* The one statement for the leading key and the order. */
static const struct db_statement *statement_for(const struct listing *it)
{
    if (it->has_document)
        return it->by_updated ? &sql_annotations_list_of_document_by_updated
                              : &sql_annotations_list_of_document;
    if (it->by_updated)
        return &sql_annotations_list_everywhere_by_updated;
    return it->has_author ? &sql_annotations_list_of_author : &sql_annotations_list_everywhere;
}

static const struct db_statement *page_statement(const struct listing *it)
{
    if (it->has_document)
        return it->by_updated ? &sql_annotations_page_of_document_by_updated
                              : &sql_annotations_page_of_document;
    return it->by_updated ? &sql_annotations_page_everywhere_by_updated
                          : &sql_annotations_page_everywhere;
}

static struct db_param groups_param(struct arena *arena, const struct listing *it)
{
    return it->groups.count > 0 ? db_uuids(arena, it->groups.at, it->groups.count) : db_null();
}

static struct db_call page_call(struct request *req)
{
    const struct listing *it = req->state;
    struct db_param *params = arena_array(req->arena, struct db_param, 10);
    size_t count = 5;

    params[0] = db_uuid(req->reader->id);
    params[1] = reads_param(req->arena, req->reader);
    params[2] = paging_ask(&it->page);
    params[3] = paging_after_time(&it->page);
    params[4] = paging_after_id(&it->page);
    if (it->has_document) {
        params[count++] = db_uuid(it->document);
    } else {
        params[count++] = groups_param(req->arena, it);
        params[count++] = db_time_or_null(it->since_us);
        params[count++] = db_time_or_null(it->until_us);
        params[count++] = muted_param(req->arena, req->reader);
    }
    params[count++] = past_param(req->arena, req->reader);
    return (struct db_call){ page_statement(it), { params, count } };
}

static struct db_call rows_call(struct request *req)
{
    const struct listing *it = req->state;

    if (is_plain(req, it))
        return page_call(req);
    struct db_param params[] = {
        db_uuid(req->reader->id),
        reads_param(req->arena, req->reader),
        paging_ask(&it->page),
        paging_after_time(&it->page),
        paging_after_id(&it->page),
        groups_param(req->arena, it),
        db_text(it->tag),
        db_text(it->kind),
        db_time_or_null(it->since_us),
        db_time_or_null(it->until_us),
        db_uuid_or_null(it->has_author ? &it->author : NULL),
        muted_param(req->arena, req->reader),
        str_given(it->draft) ? db_bool(str_eq(it->draft, STR("true"))) : db_null(),
        db_uuid(it->document),
        int_or_null(it->from),
        int_or_null(it->to),
        db_uuid_or_null(uuid_is_nil(it->revision) ? NULL : &it->revision),
    };
    size_t count = sizeof params / sizeof *params - (it->has_document ? 0 : 4);
    struct db_param *kept = arena_array(req->arena, struct db_param, count);

    for (size_t i = 0; i < count; i++)
        kept[i] = params[i];
    return (struct db_call){ statement_for(it), { kept, count } };
}

/* A document's list has a tag made of what lies there for the reader, known without the rows: a
 * client that asks every few seconds is told cheaply that nothing has changed. It is read before
 * the rows, so that it is never newer than they are. */
static enum step ask(struct request *req)
{
    const struct listing *it = req->state;
    struct db_call rows = rows_call(req);

    if (!it->has_document)
        return await_all(req, DB_READ, on_rows, &rows, 1);

    struct db_call shelves = { &sql_shelves_of_document,
        DB_PARAMS(db_uuid(req->reader->id), reads_param(req->arena, req->reader),
            db_uuid(it->document), past_param(req->arena, req->reader),
            muted_param(req->arena, req->reader)) };
    struct db_call state = { &sql_annotations_state_of_document, DB_PARAMS(db_uuid(it->document)) };
    if (str_given(request_header(req, "If-None-Match")))
        return AWAIT_ALL(req, DB_READ, on_state, shelves, state);
    return AWAIT_ALL(req, DB_READ, on_state_and_rows, shelves, state, rows);
}

/* False: *answer is the answer. */
static bool set_tag(struct request *req, const struct db_result *res, enum step *answer)
{
    struct shelves shelves;
    struct uuid revision = UUID_NIL;
    bool deleted = false;
    int32_t names = 0;

    if (res->err != ERR_NONE) {
        *answer = respond_db_error(req, res);
        return false;
    }
    if (!door_shelves(req->reader, &res[0], &shelves)) {
        *answer = respond_problem(req, PROBLEM_INTERNAL);
        return false;
    }
    /* of a document on which this reader sees nothing they learn nothing */
    if (shelves.annotations > 0 && res[1].rows > 0) {
        revision = db_get_uuid(&res[1], 0, "current_revision_id");
        deleted = db_get_bool(&res[1], 0, "deleted");
        names = db_get_int(&res[1], 0, "names");
    }
    char id[UUID_TEXT_BYTES + 1];
    uuid_write(revision, id);
    respond_etag(req,
        arena_printf(req->arena, "\"%016llx-%s%s-%d\"", (unsigned long long)shelves.tag, id + 24,
            deleted ? "-" : "", names));
    return true;
}

static enum step on_state(struct request *req, const struct db_result *res)
{
    enum step answer;

    if (!set_tag(req, res, &answer))
        return answer;
    if (respond_is_fresh(req))
        return respond_not_modified(req);
    struct db_call rows = rows_call(req);
    return await_all(req, DB_READ, on_rows, &rows, 1);
}

static enum step on_state_and_rows(struct request *req, const struct db_result *res)
{
    enum step answer;

    return set_tag(req, res, &answer) ? on_rows(req, res + 2) : answer;
}

static enum step on_rows(struct request *req, const struct db_result *res)
{
    struct listing *it = req->state;
    struct annotation_list list;
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (!door_annotations_of(req->arena, req->reader, res, (size_t)it->page.limit,
            it->has_author ? &it->author : NULL, &list))
        return respond_problem(req, PROBLEM_INTERNAL);

    struct cursor *last = arena_new(req->arena, struct cursor);
    *last = (struct cursor){ .order = it->page.order,
        .time_us = it->by_updated ? list.last_updated_us : list.last_created_us,
        .id = list.last_id };
    it->next = list.more ? last : NULL;
    if (it->with_replies && list.count > 0)
        return find_replies(req, &list);
    paging_begin(&writer);
    for (size_t i = 0; i < list.count; i++)
        v1_write_annotation(req->arena, &writer, &list.at[i], it->text);
    return respond_paging(req, &writer, it->next);
}

/* -- their replies ----------------------------------------------------------------------------- */

static enum step find_replies(struct request *req, const struct annotation_list *list)
{
    struct listing *it = req->state;

    it->item_count = list->count;
    it->items = arena_array(req->arena, struct expandable, list->count);
    for (size_t i = 0; i < list->count; i++)
        it->items[i] = expandable_of(&list->at[i], annotation_json(req, &list->at[i], it->text));
    struct db_call call = expand_call(req, it->items, it->item_count);
    return await_all(req, DB_READ, on_replies, &call, 1);
}

static enum step on_replies(struct request *req, const struct db_result *res)
{
    const struct listing *it = req->state;
    struct writer writer;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (!expand_add(req, res, it->items, it->item_count))
        return respond_problem(req, PROBLEM_INTERNAL);
    paging_begin(&writer);
    for (size_t i = 0; i < it->item_count; i++)
        writer_raw(&writer, it->items[i].json);
    return respond_paging(req, &writer, it->next);
}
