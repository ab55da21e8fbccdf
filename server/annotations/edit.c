#include "annotations/annotations.h"

#include "annotations/shared.h"
#include "formats/text.h"
#include "sql.h"

#define OFF_LOOP_BODY_BYTES 16384
#define TRIES_MAX 20

struct edit {
    struct annotation_patch patch;
    struct annotation it; /* as it is */
    struct annotation_words words;
    struct str replacement; /* STR_NONE: it is no suggestion */
    bool is_private, is_draft, moves;
    struct str shown;
    int tries;
};

static enum step on_found(struct request *req, const struct db_result *res);
static enum step on_prepared(struct request *req);
static enum step on_stored(struct request *req, const struct db_result *res);

/* PATCH /api/v1/annotations/{annotation} (patchAnnotation) */
enum step annotation_patch(struct request *req)
{
    struct edit *edit = arena_new(req->arena, struct edit);
    struct invalid why = { 0 };

    req->state = edit;
    if (!v1_read_annotation_patch(req->arena, req->json, &edit->patch, &why))
        return respond_invalid(req, &why);
    return await_annotation_of_path(req, on_found);
}

/* What it is to say. A note on a highlight makes it a comment, and a comment without its words is a
 * highlight, unless the patch says which. */
static void merge(struct edit *edit)
{
    const struct annotation_source *is = edit->it.source;
    const struct annotation_patch *patch = &edit->patch;
    struct annotation_words *to = &edit->words;

    *to = (struct annotation_words){ .kind = patch->has_kind ? patch->kind : is->kind,
        .body = patch->has_body ? patch->body : is->body,
        .tags = { is->tags, is->tag_count },
        .quote = is->quote_exact,
        .prefix = is->quote_prefix,
        .suffix = is->quote_suffix,
        .selectors = is->selectors };
    if (patch->has_tags)
        to->tags = patch->tags;
    if (!patch->has_kind && str_given(to->body) && str_eq(to->kind, STR("highlight")))
        to->kind = STR("comment");
    bool has_place = str_given(is->quote_exact) || str_given(is->selectors);
    if (!patch->has_kind && !str_given(to->body) && has_place && str_eq(to->kind, STR("comment")))
        to->kind = STR("highlight");

    edit->replacement = STR_NONE;
    if (str_given(patch->replacement))
        edit->replacement = patch->replacement;
    else if (edit->it.suggestion && str_eq(to->kind, STR("suggestion")))
        edit->replacement = edit->it.suggestion->replacement;

    edit->is_draft =
        edit->it.is_draft && !patch->publishes && !(patch->has_visibility && patch->is_private);
    edit->is_private =
        patch->has_visibility ? patch->is_private : edit->it.is_private && !edit->it.is_draft;
    edit->moves = (edit->is_private || edit->is_draft) != edit->it.is_private;
}

/* Other words for a passage, and only those; what has been decided stays as it was decided on. */
static bool suggests(struct request *req, const struct edit *edit, struct invalid *why)
{
    bool is_suggestion = str_eq(edit->words.kind, STR("suggestion"));

    if (!is_suggestion && str_given(edit->replacement))
        return invalid_add(why, req->arena, "/replacement", "no-suggestion",
            "Only a suggestion has a `replacement`; this is a %.*s.", STR_ARG(edit->words.kind));
    if (!is_suggestion || edit->it.suggestion)
        return true;
    if (!str_given(edit->replacement) && edit->patch.has_kind)
        return invalid_add(why, req->arena, "/replacement", "missing",
            "A suggestion has a `replacement`: the words for the passage, or \"\" to take it out.");
    if (!uuid_is_nil(edit->it.parent) ||
        (!str_given(edit->words.quote) && !str_given(edit->words.selectors)))
        return invalid_add(why, req->arena, "/kind", "no-passage",
            "A suggestion is about a passage, and this is about none.");
    return true;
}

static bool is_decided(const struct edit *edit)
{
    const struct suggestion *is = edit->it.suggestion;

    return is && !str_eq(is->state, STR("open")) && !str_eq(edit->replacement, is->replacement);
}

static bool says_something(struct request *req, const struct edit *edit, struct invalid *why)
{
    bool is_highlight = str_eq(edit->words.kind, STR("highlight"));
    bool is_tagged = edit->words.tags.count > 0;

    if (!suggests(req, edit, why))
        return false;
    if (str_given(edit->replacement))
        return true;
    if (is_highlight && str_given(edit->words.body))
        return invalid_add(why, req->arena, "/kind", "has-body",
            "A highlight has no `body`; set it to null, or say comment.");
    if (!is_highlight && !str_given(edit->words.body) &&
        (edit->patch.has_kind || edit->patch.has_body) && !is_tagged)
        return invalid_add(why, req->arena, "/body", "missing", "A %.*s says something in `body`.",
            STR_ARG(edit->words.kind));
    if (is_highlight && !is_tagged && !str_given(edit->words.quote) &&
        !str_given(edit->words.selectors))
        return invalid_add(why, req->arena, "/body", "missing",
            "Without a passage and without words nothing would be left; delete it instead.");
    return true;
}

static bool same_tags(const struct edit *edit)
{
    const struct annotation_source *is = edit->it.source;

    if (edit->words.tags.count != is->tag_count)
        return false;
    for (size_t i = 0; i < is->tag_count; i++)
        if (!str_eq(edit->words.tags.at[i], is->tags[i]))
            return false;
    return true;
}

static bool same_replacement(const struct edit *edit)
{
    const struct suggestion *is = edit->it.suggestion;

    return str_given(edit->replacement) == (is != NULL) &&
        (!is || str_eq(edit->replacement, is->replacement));
}

static bool changes_nothing(const struct edit *edit)
{
    const struct annotation_source *is = edit->it.source;

    return str_eq(edit->words.kind, is->kind) && str_eq(edit->words.body, is->body) &&
        same_tags(edit) && same_replacement(edit) && edit->is_draft == edit->it.is_draft &&
        !edit->moves;
}

static void run_shown(struct request *req)
{
    struct edit *edit = req->state;
    edit->shown = v1_shown(req->arena, &edit->words);
}

static enum step on_found(struct request *req, const struct db_result *res)
{
    struct edit *edit = req->state;
    struct invalid why = { 0 };
    enum step answer;

    if (!annotation_found(req, res, &edit->it, &answer))
        return answer;
    if (edit->it.is_deleted)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!uuid_eq(edit->it.author.id, req->reader->id))
        return respond_problem_detail(req, PROBLEM_NOT_ALLOWED, "Only its author may change it.");
    if (!annotation_matches(req, &edit->it, &answer))
        return answer;
    merge(edit);
    if (changes_nothing(edit))
        return respond_annotation(req, &edit->it, NULL);
    if (!says_something(req, edit, &why))
        return respond_invalid(req, &why);
    if (is_decided(edit))
        return respond_problem_detail(req, PROBLEM_CONFLICT,
            "What it suggests has been decided on, and stays as it was then; suggest anew.");
    if (edit->words.body.bytes > OFF_LOOP_BODY_BYTES)
        return await_work(req, run_shown, on_prepared);
    run_shown(req);
    return on_prepared(req);
}

static enum step on_prepared(struct request *req)
{
    struct edit *edit = req->state;
    const struct annotation *it = &edit->it;
    const struct annotation_words *words = &edit->words;

    struct db_call lock = { &sql_annotations_lock,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->group)) };
    struct db_call thread = { &sql_annotations_lock_thread,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->thread)) };
    struct db_call update = { &sql_annotations_update,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->id), db_int(it->version), db_int(it->audience),
            db_uuid(req->reader->id), true_pass_param(req->arena, req->reader),
            db_text(words->kind), db_text(words->body),
            db_texts(req->arena, words->tags.at, words->tags.count), db_bool(edit->is_private),
            db_bool(edit->is_draft), db_text(edit->shown), db_int(BODY_RENDERER_VERSION),
            db_text(edit->replacement)) };
    struct db_call settle = { &sql_annotations_settle,
        DB_PARAMS(db_uuid(it->document), db_uuid(it->thread), db_uuid(it->id),
            db_uuid(req->reader->id)) };
    if (edit->moves)
        return AWAIT_ALL(req, DB_WRITE, on_stored, lock, thread, update, settle,
            opened_call(req, &it->id, 1), annotation_call(req, it->id));
    return AWAIT_ALL(
        req, DB_WRITE, on_stored, lock, thread, update, settle, annotation_call(req, it->id));
}

static enum step on_stored(struct request *req, const struct db_result *res)
{
    struct edit *edit = req->state;
    struct annotation it;
    enum step answer;

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("has-replies")))
        return respond_problem_detail(req, PROBLEM_CONFLICT,
            "Others have replied, so it cannot be made private. Delete it to take it back.");
    /* somebody was faster: look again, so that 412 is said or the change made to what is there */
    bool overtaken = res->err == ERR_LOCKED || (res->err == ERR_NONE && res[2].rows == 0);
    if (overtaken && ++edit->tries < TRIES_MAX)
        return await_annotation(req, edit->it.id, on_found);
    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    if (overtaken)
        return respond_unavailable(req);
    if (edit->moves)
        opened(req, res + 4);
    if (!annotation_found(req, res + (edit->moves ? 5 : 4), &it, &answer))
        return answer;
    return respond_annotation(req, &it, NULL);
}
