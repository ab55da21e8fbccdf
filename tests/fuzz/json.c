/* JSON bodies: parsed, read by every reader of the native API, and what was read of annotations
 * looked up in a small text. */
#include "fuzz.h"

#include "base/utf8.h"
#include "formats/v1_annotations.h"
#include "formats/v1_documents.h"
#include "formats/v1_groups.h"
#include "formats/v1_users.h"
#include "http/router.h"

#include <string.h>

const char fuzz_target[] = "json";

#define NOW_US 1772357400123456

static const struct reader reader = { .id = { { 1 } }, .own_group = { { 2 } } };

static void release(void *json)
{
    json_decref(json);
}

/* What an answer is made of can be sent, and points into the body. */
static void check_faults(const struct invalid *why, bool ok)
{
    PROMISE(ok == (why->count == 0));
    PROMISE(why->count <= FAULTS_MAX);
    for (size_t i = 0; i < why->count; i++) {
        const struct fault *fault = &why->faults[i];
        PROMISE(fault->pointer.bytes == 0 || fault->pointer.at[0] == '/');
        PROMISE(fault->code && *fault->code);
        PROMISE(fault->detail.bytes > 0);
        PROMISE(utf8_valid(fault->pointer) && utf8_valid(fault->detail));
    }
}

static void check_tags(const struct tags *tags)
{
    PROMISE(tags->count <= TAGS_MAX);
    for (size_t i = 0; i < tags->count; i++) {
        PROMISE(tags->at[i].bytes > 0 && utf8_chars(tags->at[i]) <= TAG_MAX_CHARS);
        for (size_t j = 0; j < i; j++)
            PROMISE(!str_eq(tags->at[i], tags->at[j]));
    }
}

static void check_quote(struct arena *arena, const struct quote *quote)
{
    static struct text_index *index;
    struct place places[PLACES_MAX];
    size_t count, total;

    if (!index) /* for the whole run */
        index =
            text_index_new(STR("The mass of men lead lives of quiet desperation. \xF0\x9F\x90\x88 "
                               "mass of men"));
    PROMISE(quote->exact.bytes > 0 && utf8_chars(quote->exact) <= QUOTE_MAX_CHARS);
    quote_resolve(arena, index, quote, places, &count, &total);
    PROMISE(count <= PLACES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct range r = places[i].range;
        PROMISE(r.start_chars <= r.end_chars && r.end_chars <= text_index_chars(index));
    }
}

/* The stored members are the JSON that a reader gets back. */
static void check_shown(struct arena *arena, const struct annotation_given *it)
{
    const struct annotation_words words = { it->kind, it->body, it->tags,
        it->place == PLACE_QUOTE ? it->quote.exact : STR_NONE, it->quote.prefix, it->quote.suffix,
        it->selectors };
    struct str members = v1_shown(arena, &words);
    struct str object = arena_printf(arena, "{%.*s}", STR_ARG(members));
    json_t *json = json_loadb(object.at, object.bytes, JSON_REJECT_DUPLICATES, NULL);

    PROMISE(json);
    json_t *body = json_object_get(json, "body");
    struct str shown = { json_string_value(body), json_string_length(body) };
    bool same = str_given(it->body) ? str_eq(shown, it->body) : json_is_null(body);
    json_decref(json);
    PROMISE(same);
}

/* Selectors are kept as they were sent. */
static void check_selectors(const json_t *body, const struct annotation_given *it)
{
    const json_t *sent = json_object_get(body, "selectors");

    if (!sent || json_array_size(sent) == 0)
        return;
    PROMISE(it->place == PLACE_SELECTORS);
    json_t *kept = json_loadb(it->selectors.at, it->selectors.bytes, JSON_REJECT_DUPLICATES, NULL);
    bool same = json_equal(kept, sent);
    json_decref(kept);
    PROMISE(same);
}

static void check_annotation(struct arena *arena, const json_t *json, struct str text)
{
    struct annotation_given it;
    struct invalid why = { 0 };
    bool ok = v1_read_annotation(arena, json, text, &it, &why);

    check_faults(&why, ok);
    check_tags(&it.tags);
    if (!ok)
        return;
    PROMISE(str_given(it.body) || it.tags.count > 0 || it.place != PLACE_NONE);
    PROMISE((it.body.bytes > 0) == str_given(it.body));
    PROMISE(!uuid_is_nil(it.parent) || str_given(it.document) ||
        json_object_get(json, "parent")); /* the nil id is one */
    if (it.place == PLACE_QUOTE)
        check_quote(arena, &it.quote);
    if (it.place == PLACE_SELECTORS && it.selection.has_quote)
        check_quote(arena, &it.selection.quote);
    if (it.place == PLACE_RANGE)
        PROMISE(it.start < it.end && it.end <= INT32_MAX);
    if (uuid_is_nil(it.parent) && !json_object_get(json, "parent"))
        check_selectors(json, &it);
    check_shown(arena, &it);
}

static void check_other_annotations(struct arena *arena, const json_t *json)
{
    struct annotation_given reply;
    struct annotation_patch patch;
    struct invalid why = { 0 };

    bool ok = v1_read_reply(arena, json, &reply, &why);
    check_faults(&why, ok);
    PROMISE(!ok || (reply.body.bytes > 0 && reply.place == PLACE_NONE));
    why = (struct invalid){ 0 };
    ok = v1_read_annotation_patch(arena, json, &patch, &why);
    check_faults(&why, ok);
    check_tags(&patch.tags);
}

static void check_uris(const struct str *uris, size_t count)
{
    PROMISE(count <= DOCUMENT_URIS_MAX);
    for (size_t i = 0; i < count; i++)
        PROMISE(uris[i].bytes > 0 && utf8_valid(uris[i]));
}

static void check_title(struct str title)
{
    if (str_given(title))
        PROMISE(title.bytes > 0 && utf8_chars(title) <= TITLE_MAX_CHARS &&
            !memchr(title.at, '\n', title.bytes));
}

static void check_documents(struct arena *arena, const json_t *json)
{
    struct document_create create;
    struct document_patch patch;
    struct quote_wanted wanted;
    struct uuid group;
    struct invalid why = { 0 };

    v1_read_document_create(&why, arena, json, &reader, &create);
    check_faults(&why, why.count == 0);
    check_uris(create.uris, create.uri_count);
    check_title(create.title);
    why = (struct invalid){ 0 };
    v1_read_document_patch(&why, arena, json, &patch);
    check_faults(&why, why.count == 0);
    check_uris(patch.uris, patch.uri_count);
    check_title(patch.title);
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_document_move(&why, arena, json, &reader, &group));
    why = (struct invalid){ 0 };
    bool ok = v1_read_quote_wanted(&why, arena, json, &wanted);
    check_faults(&why, ok);
    if (ok)
        check_quote(arena, &wanted.quote);
}

static void check_users(struct arena *arena, const json_t *json)
{
    static const struct str scopes[] = { { "feed", 4 }, { "export", 6 } };
    struct sign_up sign_up = { 0 };
    struct new_password password = { 0 };
    struct new_token token = { 0 };
    struct str name = STR_NONE, secret = STR_NONE;
    struct invalid why = { 0 };

    check_faults(&why, v1_read_sign_up(arena, json, &sign_up, &why));
    why = (struct invalid){ 0 };
    bool ok = v1_read_session(arena, json, &name, &secret, &why);
    check_faults(&why, ok);
    PROMISE(!ok || (str_given(name) && str_given(secret)));
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_new_password(arena, json, &password, &why));
    why = (struct invalid){ 0 };
    ok = v1_read_new_token(arena, json, NOW_US, (struct names){ scopes, 2 }, &token, &why);
    check_faults(&why, ok);
    PROMISE(!ok || token.expires_us == 0 || token.expires_us > NOW_US);
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_me_patch(arena, json, &name, &why));
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_token_patch(arena, json, &name, &why));
}

static void check_groups(struct arena *arena, const json_t *json)
{
    struct group group = { 0 };
    struct invitation invitation = { 0 };
    enum role role = ROLE_NONE;
    struct str with = STR_NONE, state = STR_NONE, text = STR_NONE;
    struct str user = STR_NONE;
    struct uuid *ids;
    struct invalid why = { 0 };
    size_t count = 0;

    bool ok = v1_read_new_group(arena, json, &group, &with, &why);
    check_faults(&why, ok);
    PROMISE(!ok || str_given(with) || str_given(group.name));
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_group_patch(arena, json, &group, &why));
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_member_patch(arena, json, &role, &why));
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_new_invitation(arena, json, NOW_US, &invitation, &why));
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_new_owner(arena, json, &user, &why));
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_new_request(arena, json, &text, &why));
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_decision(arena, json, &state, &text, &why));
    why = (struct invalid){ 0 };
    check_faults(&why, v1_read_mask(arena, json, &text, &why));
    why = (struct invalid){ 0 };
    ok = v1_read_order(arena, json, &ids, &count, &why);
    check_faults(&why, ok);
    PROMISE(!ok || count <= GROUP_TEXTS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct arena *arena = arena_make();
    struct str text = { (const char *)data, bytes }, why = STR_NONE;
    enum problem problem;
    json_t *json = body_parse_json(arena, text, &problem, &why);

    if (json) {
        arena_own(arena, json, release);
        PROMISE(json_is_object(json));
        check_annotation(arena, json, text);
        check_other_annotations(arena, json);
        check_documents(arena, json);
        check_users(arena, json);
        check_groups(arena, json);
    } else {
        PROMISE(problem == PROBLEM_MALFORMED_JSON || problem == PROBLEM_INVALID_BODY);
        PROMISE(why.bytes > 0 && utf8_valid(why));
    }
    arena_free(arena);
    return 0;
}
