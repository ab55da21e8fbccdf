#include "formats/v1_annotations.h"

#include "formats/text.h"
#include "formats/v1_parts.h"
#include "formats/v1_users.h"

#define KINDS "highlight comment question claim objection suggestion"

/* -- reading ----------------------------------------------------------------------------------- */

static bool has_tag(const struct str *tags, size_t count, struct str tag)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(tags[i], tag))
            return true;
    return false;
}

/* In order, once each. */
static void read_tags(const struct given *given, struct tags *out)
{
    const json_t *array;

    if (!given_array(given, "tags", TAGS_MAX, &array))
        return;
    struct str *tags = arena_array(given->arena, struct str, json_array_size(array));
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct str tag;
        if (given_item(given, "tags", i, 1, TAG_MAX_CHARS, &tag) && !has_tag(tags, count, tag))
            tags[count++] = tag;
    }
    *out = (struct tags){ tags, count };
}

/* An empty body is none. */
static bool read_body(const struct given *given, struct str *out)
{
    struct str body = STR_NONE;

    if (!given_is_null(given, "body") && !given_text(given, "body", 0, BODY_MAX_CHARS, &body))
        return false;
    if (body.bytes > 0 && str_trim(body).bytes == 0)
        return given_fault(given, "body", "empty", "`body` holds nothing but white space.");
    *out = body.bytes > 0 ? body : STR_NONE;
    return true;
}

static bool read_visibility(const struct given *given, bool *is_private)
{
    struct str visibility;

    if (!given_word(given, "visibility", "group private", &visibility))
        return false;
    *is_private = str_eq(visibility, STR("private"));
    return true;
}

/* Plain words; none of them take the passage out. */
static void read_replacement(const struct given *given, struct str *out)
{
    struct str words = STR_NONE;

    if (!given_text(given, "replacement", 0, REPLACEMENT_MAX_BYTES, &words))
        return;
    if (words.bytes > REPLACEMENT_MAX_BYTES)
        given_fault(given, "replacement", "range", "`replacement` may have up to %d bytes.",
            REPLACEMENT_MAX_BYTES);
    *out = words;
}

static void check_suggestion(const struct given *given, struct str kind, struct str replacement)
{
    bool is_suggestion = str_eq(kind, STR("suggestion"));

    if (is_suggestion && !str_given(replacement))
        given_fault(given, "replacement", "missing",
            "A suggestion has a `replacement`: the words for the passage, or \"\" to take it out.");
    if (!is_suggestion && str_given(replacement))
        given_fault(given, "replacement", "no-suggestion",
            "Only a suggestion has a `replacement`; this is a %.*s.", STR_ARG(kind));
}

/* A highlight is a passage and no words; every other kind says something, a suggestion by what it
 * has for the passage. */
static void check_kind(const struct given *given, struct str kind, struct str body)
{
    bool is_highlight = str_eq(kind, STR("highlight"));

    if (str_eq(kind, STR("suggestion")))
        return;

    if (is_highlight && str_given(body))
        given_fault(given, "kind", "has-body", "A highlight has no `body`; a comment has.");
    if (!is_highlight && !str_given(body))
        given_fault(
            given, "body", "missing", "A %.*s says something: `body` is missing.", STR_ARG(kind));
}

static void read_words(const struct given *given, struct annotation_given *out)
{
    size_t faults = given->why->count;

    read_body(given, &out->body);
    read_replacement(given, &out->replacement);
    read_tags(given, &out->tags);
    read_visibility(given, &out->is_private);
    out->kind = str_given(out->replacement) ? STR("suggestion")
        : str_given(out->body)              ? STR("comment")
                                            : STR("highlight");
    bool has_kind = given_word(given, "kind", KINDS, &out->kind);
    if (has_kind && given->why->count == faults)
        check_kind(given, out->kind, out->body);
}

static void read_range(const struct given *given, struct annotation_given *out)
{
    int64_t start = 0, end = 0;
    bool has_start = given_int(given, "start", 0, INT32_MAX, &start);
    bool has_end = given_int(given, "end", 0, INT32_MAX, &end);

    out->has_start = has_start;
    out->start = (size_t)start;
    out->end = (size_t)end;
    if (has_start && has_end && end <= start)
        given_fault(given, "end", "range", "`end` comes after `start`: a passage is not empty.");
    if (given_has(given, "end") && !given_has(given, "start"))
        given_fault(given, "start", "missing", "`end` wants a `start`.");
    if (given_has(given, "start") && !given_has(given, "end") && !given_has(given, "quote"))
        given_fault(given, "end", "missing", "`start` wants an `end`, or a `quote` to look for.");
}

static void read_place(const struct given *given, struct str text, struct annotation_given *out)
{
    struct str unit = STR_NONE;
    bool has_quote = given_has(given, "quote"),
         has_range = given_has(given, "start") || given_has(given, "end");

    if (given_word(given, "unit", "char utf16", &unit))
        out->is_utf16 = str_eq(unit, STR("utf16"));
    given_id(given, "revision", "rev", &out->revision);
    if (has_range)
        read_range(given, out);
    out->place = has_range ? PLACE_RANGE : PLACE_NONE;
    if (has_quote) {
        quote_read(given, "quote", &out->quote);
        out->place = PLACE_QUOTE;
    }
    if (!given_has(given, "selectors"))
        return;
    if (has_quote || has_range)
        given_fault(given, "selectors", "too-many",
            "A place is said in one way: by `quote`, by `start` and `end`, or by `selectors`.");
    if (selectors_read(given, "selectors", &out->selection))
        out->selectors = given_as_sent(given->arena, text, "selectors");
    if (str_given(out->selectors) && !str_eq(out->selectors, STR("[]")))
        out->place = PLACE_SELECTORS;
}

static void refuse_place_of_reply(const struct given *given)
{
    static const char *const places[] = { "quote", "start", "end", "selectors", "revision" };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (given_has(given, places[i]))
            given_fault(given, places[i], "reply", "A reply has no place of its own.");
}

/* Further groups than its home. */
static void read_groups(const struct given *given, struct annotation_given *out)
{
    const json_t *array;

    if (!given_array(given, "groups", FURTHER_GROUPS_MAX, &array))
        return;
    struct str *groups = arena_array(given->arena, struct str, json_array_size(array));
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(array); i++)
        count += given_item(given, "groups", i, 1, 100, &groups[count]);
    out->groups = groups;
    out->group_count = count;
    if (count > 0 && given_has(given, "parent"))
        given_fault(given, "groups", "reply", "A reply is where the thread is.");
    if (count > 0 && (out->is_private || out->is_draft))
        given_fault(given, "groups", "private", "What is private, or a draft, is shown to nobody.");
}

/* A suggestion is one for a passage. */
static void check_place(const struct given *given, const struct annotation_given *it)
{
    if (!str_eq(it->kind, STR("suggestion")))
        return;
    if (!uuid_is_nil(it->parent))
        given_fault(given, "kind", "reply",
            "A reply has no passage to suggest other words for; say them in `body`.");
    else if (it->place == PLACE_NONE)
        given_fault(given, "quote", "missing",
            "A suggestion is about a passage: say which by `quote`, or by `start` and `end`.");
}

/* Without words there must be a place: saying nothing about everything is nothing. */
static void check_says_something(const struct given *given, const struct annotation_given *it)
{
    bool is_reply = !uuid_is_nil(it->parent);

    if (str_given(it->body) || it->tags.count > 0 || (!is_reply && it->place != PLACE_NONE))
        return;
    given_fault(given, "body", "missing", "%s",
        is_reply ? "A reply says something: `body` is missing."
                 : "Say something (`body`), or say where (`quote`).");
}

bool v1_read_annotation(struct arena *arena, const json_t *json, struct str text,
    struct annotation_given *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    *out = (struct annotation_given){ 0 };
    given_only(&given,
        "document quote start end revision unit selectors body kind replacement tags group groups "
        "visibility parent draft");
    given_text(&given, "document", 1, 8192, &out->document);
    given_id(&given, "parent", "ann", &out->parent);
    read_words(&given, out);
    given_text(&given, "group", 1, 100, &out->group);
    given_bool(&given, "draft", &out->is_draft);
    read_groups(&given, out);
    if (given_has(&given, "parent"))
        refuse_place_of_reply(&given);
    else
        read_place(&given, text, out);
    if (!given_has(&given, "document") && !given_has(&given, "parent"))
        given_fault(&given, "document", "missing",
            "`document` is missing: an id, or the address of a page elsewhere.");
    if (why->count == 0)
        check_suggestion(&given, out->kind, out->replacement);
    if (why->count == 0)
        check_place(&given, out);
    if (why->count == 0)
        check_says_something(&given, out);
    return why->count == 0;
}

static bool is_said(const struct given *given, const char *name)
{
    bool said = true;

    if (given_bool(given, name, &said) && !said)
        given_fault(given, name, "false", "`%s` is true or left out.", name);
    return given_has(given, name);
}

bool v1_read_anchor(struct arena *arena, const json_t *json, struct str text,
    struct anchor_given *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    *out = (struct anchor_given){ 0 };
    given_only(&given, "revision keep gone quote start end unit selectors");
    read_place(&given, text, &out->place);
    if (!given_has(&given, "revision"))
        given_fault(&given, "revision", "missing",
            "Say in which revision: the current one, that you have looked at.");
    bool keeps = is_said(&given, "keep"), leaves = is_said(&given, "gone");
    bool places = out->place.place != PLACE_NONE;
    out->how = keeps ? ANCHOR_KEEP : leaves ? ANCHOR_LEAVE : ANCHOR_PLACE;
    if (keeps + leaves + places != 1)
        invalid_add(why, arena, "", keeps + leaves + places > 1 ? "both" : "missing",
            "Say one of these: `keep` (it is right where it is), a place (`quote`, `start` and "
            "`end`, or `selectors`), or `gone` (it has none any more).");
    return why->count == 0;
}

bool v1_read_reply(
    struct arena *arena, const json_t *json, struct annotation_given *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    *out = (struct annotation_given){ 0 };
    given_only(&given, "body kind tags group visibility");
    given_text(&given, "group", 1, 100, &out->group);
    if (given_is_null(&given, "body"))
        given_fault(&given, "body", "type", "`body` is a text.");
    read_words(&given, out);
    if (str_eq(out->kind, STR("suggestion")))
        given_fault(&given, "kind", "reply",
            "A reply has no passage to suggest other words for; say them in `body`.");
    if (!str_given(out->body) && why->count == 0)
        given_fault(&given, "body", "missing", "A reply says something: `body` is missing.");
    return why->count == 0;
}

bool v1_read_annotation_patch(
    struct arena *arena, const json_t *json, struct annotation_patch *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };
    bool is_draft = false;

    *out = (struct annotation_patch){ 0 };
    given_only(&given, "body kind replacement tags visibility draft");
    read_replacement(&given, &out->replacement);
    out->has_body = given_has(&given, "body") && read_body(&given, &out->body);
    out->has_kind = given_word(&given, "kind", KINDS, &out->kind);
    out->has_tags = given_has(&given, "tags");
    if (out->has_tags && !given_is_null(&given, "tags"))
        read_tags(&given, &out->tags);
    out->has_visibility = read_visibility(&given, &out->is_private);
    out->publishes = given_bool(&given, "draft", &is_draft) && !is_draft;
    if (is_draft)
        given_fault(&given, "draft", "unknown", "What is published stays so; `draft` is false.");
    return why->count == 0;
}

static bool has_id(const struct uuid *ids, size_t count, struct uuid id)
{
    for (size_t i = 0; i < count; i++)
        if (uuid_eq(ids[i], id))
            return true;
    return false;
}

static void read_ids(
    const struct given *given, size_t max, const struct uuid **out, size_t *out_count)
{
    const json_t *array;
    size_t count = 0;

    if (!given_array(given, "ids", max, &array))
        return;
    struct uuid *ids = arena_array(given->arena, struct uuid, json_array_size(array));
    struct given items = { given->arena, given->why, array, "/ids" };
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct str text;
        struct uuid id;
        if (!given_item(given, "ids", i, 1, 100, &text))
            continue;
        if (!typeid_read(text, "ann", &id))
            given_fault(&items, arena_printf(given->arena, "%zu", i).at, "id",
                "The id of an annotation begins with ann_.");
        else if (!has_id(ids, count, id))
            ids[count++] = id;
    }
    *out = ids;
    *out_count = count;
}

bool v1_read_publication(
    struct arena *arena, const json_t *json, struct publication_given *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };
    bool by_ids = given_has(&given, "ids"), by_document = given_has(&given, "document");

    *out = (struct publication_given){ 0 };
    given_only(&given, "ids document group");
    read_ids(&given, PUBLICATION_MAX, &out->ids, &out->count);
    given_text(&given, "document", 1, 8192, &out->document);
    given_text(&given, "group", 1, 100, &out->group);
    if (by_ids && by_document)
        given_fault(
            &given, "document", "too-many", "Say which by `ids`, or by `document`: not both.");
    if (!by_ids && !by_document)
        given_fault(&given, "ids", "missing", "Say which: `ids`, or the `document` they are on.");
    if (by_ids && given_has(&given, "group"))
        given_fault(&given, "group", "too-many", "`group` goes with `document`.");
    return why->count == 0;
}

bool v1_read_acceptance(
    struct arena *arena, const json_t *json, struct acceptance_given *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    *out = (struct acceptance_given){ 0 };
    given_only(&given, "ids note");
    read_ids(&given, ACCEPT_MAX, &out->ids, &out->count);
    if (!given_is_null(&given, "note"))
        given_text(&given, "note", 1, REVISION_NOTE_MAX_CHARS, &out->note);
    if (out->count == 0 && why->count == 0)
        given_fault(&given, "ids", "missing", "Say which suggestions: `ids` names one at least.");
    return why->count == 0;
}

bool v1_read_rejection(
    struct arena *arena, const json_t *json, struct str *reason, struct invalid *why)
{
    struct given given = { arena, why, json, "" };

    *reason = STR_NONE;
    given_only(&given, "reason");
    if (!given_is_null(&given, "reason"))
        given_text(&given, "reason", 1, REASON_MAX_CHARS, reason);
    return why->count == 0;
}

/* -- writing ----------------------------------------------------------------------------------- */

static void write_tags(struct writer *writer, const struct tags *tags)
{
    writer_key(writer, "tags");
    writer_array(writer);
    for (size_t i = 0; i < tags->count; i++)
        writer_text(writer, tags->at[i]);
    writer_array_end(writer);
}

static void write_quote(struct writer *writer, const struct annotation_words *words)
{
    writer_key(writer, "quote");
    if (!str_given(words->quote)) {
        writer_null(writer);
        return;
    }
    writer_object(writer);
    writer_key_text(writer, "exact", words->quote);
    writer_key_text(writer, "prefix", str_given(words->prefix) ? words->prefix : STR(""));
    writer_key_text(writer, "suffix", str_given(words->suffix) ? words->suffix : STR(""));
    writer_object_end(writer);
}

struct str v1_shown(struct arena *arena, const struct annotation_words *words)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(&writer, "kind", words->kind);
    writer_key_text(&writer, "body", words->body);
    writer_key_text(
        &writer, "body_html", str_given(words->body) ? body_html(arena, words->body) : STR_NONE);
    write_tags(&writer, &words->tags);
    write_quote(&writer, words);
    writer_key(&writer, "selectors");
    writer_raw(&writer, str_given(words->selectors) ? words->selectors : STR("[]"));
    writer_object_end(&writer);
    struct str whole = writer_finish(&writer, arena);
    return str_slice(whole, 1, whole.bytes - 1);
}

static void write_position(
    struct writer *writer, const char *key, const struct text_index *utf16, size_t chars)
{
    writer_key_int(writer, key, (int64_t)(utf16 ? text_utf16_of_char(utf16, chars) : chars));
}

static void write_anchor(struct arena *arena, struct writer *writer, const struct anchor *anchor,
    const struct text_index *utf16)
{
    writer_key(writer, "anchor");
    if (!anchor->is_placed) {
        writer_null(writer);
        return;
    }
    writer_object(writer);
    writer_key_text(writer, "revision", typeid_write(arena, "rev", anchor->revision));
    if (anchor->is_gone) {
        writer_key_null(writer, "start");
        writer_key_null(writer, "end");
    } else {
        write_position(writer, "start", utf16, (size_t)anchor->start_chars);
        write_position(writer, "end", utf16, (size_t)anchor->end_chars);
    }
    writer_key_text(writer, "state", anchor->state);
    writer_key(writer, "score");
    v1_write_score(writer, anchor->score);
    writer_key_bool(writer, "confirmed", anchor->is_confirmed);
    writer_object_end(writer);
}

/* It is stored in single precision. */
void v1_write_score(struct writer *writer, double score)
{
    writer_double(writer, (double)(int64_t)(score * 1e4 + 0.5) / 1e4);
}

void v1_write_reactions(struct writer *writer, const struct annotation *it)
{
    writer_key(writer, "reactions");
    writer_object(writer);
    for (enum reaction what = REACTION_AGREE; what < REACTIONS; what++)
        if (it->reactions[what] > 0)
            writer_key_int(writer, reaction_name(what), it->reactions[what]);
    writer_object_end(writer);
    writer_key(writer, "my_reactions");
    writer_array(writer);
    for (enum reaction what = REACTION_AGREE; what < REACTIONS; what++)
        if (it->mine[what])
            writer_cstr(writer, reaction_name(what));
    writer_array_end(writer);
}

static void write_moderation(struct writer *writer, const struct annotation *it)
{
    writer_key(writer, "moderation");
    if (!str_given(it->moderation)) {
        writer_null(writer);
        return;
    }
    writer_object(writer);
    writer_key_text(writer, "state", it->moderation);
    writer_key_text(writer, "note", it->moderation_note);
    writer_object_end(writer);
}

/* Only where there is something to say. */
static void write_held(struct arena *arena, struct writer *writer, const struct annotation *it)
{
    if (it->held_count == 0)
        return;
    writer_key(writer, "held");
    writer_array(writer);
    for (size_t i = 0; i < it->held_count; i++) {
        writer_object(writer);
        writer_key_text(writer, "group", typeid_write(arena, "grp", it->held[i].group));
        writer_key_text(writer, "state", it->held[i].state);
        writer_key_text(writer, "note", it->held[i].note);
        writer_object_end(writer);
    }
    writer_array_end(writer);
}

static void write_suggestion(
    struct arena *arena, struct writer *writer, const struct suggestion *it)
{
    writer_key(writer, "suggestion");
    if (!it) {
        writer_null(writer);
        return;
    }
    writer_object(writer);
    writer_key_text(writer, "replacement", it->replacement);
    writer_key_text(writer, "state", it->state);
    writer_key(writer, "by");
    if (uuid_is_nil(it->by.id))
        writer_null(writer);
    else
        v1_write_user(writer, arena, &it->by);
    if (str_eq(it->state, STR("open")))
        writer_key_null(writer, "at");
    else
        v1_write_time(writer, "at", it->at_us);
    writer_key_text(writer, "reason", it->reason);
    writer_key_text(writer, "revision",
        uuid_is_nil(it->revision) ? STR_NONE : typeid_write(arena, "rev", it->revision));
    writer_object_end(writer);
}

struct str v1_annotation_path(struct arena *arena, struct uuid id)
{
    return arena_printf(arena, "/api/v1/annotations/%.*s", STR_ARG(typeid_write(arena, "ann", id)));
}

void v1_write_annotation(struct arena *arena, struct writer *writer, const struct annotation *it,
    const struct text_index *utf16)
{
    struct str id = typeid_write(arena, "ann", it->id);
    bool is_reply = !uuid_is_nil(it->parent);

    writer_object(writer);
    writer_key_text(writer, "id", id);
    writer_key_text(writer, "document", typeid_write(arena, "doc", it->document));
    writer_key_text(writer, "group", typeid_write(arena, "grp", it->group));
    writer_key(writer, "groups");
    writer_array(writer);
    for (size_t i = 0; i < it->group_count; i++)
        writer_text(writer, typeid_write(arena, "grp", it->groups[i]));
    writer_array_end(writer);
    /* a draft waits to be the group's; what is private stays so */
    writer_key_cstr(writer, "visibility", it->is_private && !it->is_draft ? "private" : "group");
    writer_key(writer, "author");
    if (it->is_deleted)
        writer_null(writer);
    else
        v1_write_author(writer, arena, &it->author);
    writer_raw_members(writer, it->shown);
    write_anchor(arena, writer, &it->anchor, utf16);
    write_suggestion(arena, writer, it->suggestion);
    writer_key_text(writer, "parent", is_reply ? typeid_write(arena, "ann", it->parent) : STR_NONE);
    writer_key_text(writer, "thread", typeid_write(arena, "ann", it->thread));
    writer_key_int(writer, "replies", it->replies);
    writer_key_text(writer, "status", it->status);
    v1_write_reactions(writer, it);
    write_moderation(writer, it);
    write_held(arena, writer, it);
    writer_key_bool(writer, "draft", it->is_draft);
    writer_key_bool(writer, "deleted", it->is_deleted);
    v1_write_time(writer, "created_at", it->created_us);
    v1_write_time(writer, "updated_at", it->updated_us);
    writer_key_int(writer, "version", it->version);
    v1_write_links(
        writer, v1_annotation_path(arena, it->id), arena_printf(arena, "/n/%.*s", STR_ARG(id)));
    writer_object_end(writer);
}

void v1_write_places(
    struct writer *writer, const struct place *places, size_t count, const struct text_index *utf16)
{
    writer_array(writer);
    for (size_t i = 0; i < count; i++) {
        writer_object(writer);
        write_position(writer, "start", utf16, places[i].range.start_chars);
        write_position(writer, "end", utf16, places[i].range.end_chars);
        writer_key_text(writer, "exact", places[i].exact);
        writer_key_text(writer, "before", places[i].before);
        writer_key_text(writer, "after", places[i].after);
        writer_key(writer, "score");
        writer_double(writer, places[i].score);
        writer_object_end(writer);
    }
    writer_array_end(writer);
}

void v1_write_reaction(
    struct arena *arena, struct writer *writer, const struct reaction_given *reaction)
{
    writer_object(writer);
    writer_key_cstr(writer, "reaction", reaction_name(reaction->what));
    writer_key(writer, "user");
    v1_write_author(writer, arena, &reaction->user);
    v1_write_time(writer, "created_at", reaction->at_us);
    writer_object_end(writer);
}

void v1_write_annotation_version(struct writer *writer, const struct annotation_version *version)
{
    writer_object(writer);
    writer_key_int(writer, "version", version->version);
    writer_key_text(writer, "kind", version->kind);
    writer_key_text(writer, "body", version->body);
    write_tags(writer, &version->tags);
    writer_key_text(writer, "replacement", version->replacement);
    writer_key_cstr(writer, "visibility", version->is_private ? "private" : "group");
    v1_write_time(writer, "created_at", version->at_us);
    writer_object_end(writer);
}
