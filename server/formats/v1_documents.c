#include "formats/v1_documents.h"

#include "base/utf8.h"
#include "formats/given.h"
#include "formats/selectors.h"
#include "formats/v1_parts.h"
#include "formats/v1_users.h"
#include "model/group.h"
#include "model/uri.h"

/* -- writing ----------------------------------------------------------------------------------- */

static void write_id(
    struct writer *writer, struct arena *arena, const char *key, const char *prefix, struct uuid id)
{
    if (uuid_is_nil(id))
        writer_key_null(writer, key);
    else
        writer_key_text(writer, key, typeid_write(arena, prefix, id));
}

static void write_person(struct writer *writer, struct arena *arena, const struct author *person)
{
    if (uuid_is_nil(person->id))
        writer_null(writer);
    else
        v1_write_author(writer, arena, person);
}

static void write_sha256(struct writer *writer, struct str sha256)
{
    static const char digits[] = "0123456789abcdef";
    char hex[64];
    for (size_t i = 0; i < 32; i++) {
        unsigned char byte = (unsigned char)sha256.at[i];
        hex[2 * i] = digits[byte >> 4];
        hex[2 * i + 1] = digits[byte & 15];
    }
    writer_key_text(writer, "sha256", (struct str){ hex, sizeof hex });
}

static void write_revision_members(
    struct writer *writer, struct arena *arena, const struct revision *revision)
{
    writer_key_text(writer, "id", typeid_write(arena, "rev", revision->id));
    writer_key_int(writer, "number", revision->number);
    writer_key_int(writer, "chars", revision->chars);
    write_sha256(writer, revision->sha256);
    writer_key_text(writer, "format", revision->format);
    writer_key_text(writer, "note", revision->note);
    v1_write_time(writer, "created_at", revision->created_us);
}

struct str v1_document_path(struct arena *arena, struct uuid id)
{
    return arena_printf(arena, "/api/v1/documents/%s", typeid_write(arena, "doc", id).at);
}

struct str v1_job_path(struct arena *arena, struct uuid id)
{
    return arena_printf(arena, "/api/v1/jobs/%s", typeid_write(arena, "job", id).at);
}

static void write_json(struct writer *writer, const char *key, struct str json)
{
    writer_key(writer, key);
    if (str_given(json))
        writer_raw(writer, json);
    else
        writer_null(writer);
}

struct str v1_write_job(struct arena *arena, const struct job_told *job)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(&writer, "id", typeid_write(arena, "job", job->id));
    writer_key_text(&writer, "kind", job->kind);
    writer_key_text(&writer, "state", job->state);
    writer_key_text(&writer, "stage", job->stage);
    writer_key_int(&writer, "done", job->done);
    writer_key_int(&writer, "total", job->total);
    write_json(&writer, "result", job->result);
    write_json(&writer, "problem", job->problem);
    v1_write_time(&writer, "created_at", job->created_us);
    v1_write_time(&writer, "updated_at", job->updated_us);
    writer_key(&writer, "links");
    writer_object(&writer);
    writer_key_text(&writer, "self", v1_job_path(arena, job->id));
    writer_object_end(&writer);
    writer_object_end(&writer);
    return writer_finish(&writer, arena);
}

static void write_annotating(struct writer *writer, struct arena *arena, const struct document *doc)
{
    writer_key(writer, "annotating");
    writer_object(writer);
    writer_key_text(writer, "allowed", doc->annotating);
    writer_key(writer, "groups");
    writer_array(writer);
    for (size_t i = 0; i < doc->writer_count; i++)
        writer_text(writer, typeid_write(arena, "grp", doc->writers[i]));
    writer_array_end(writer);
    writer_object_end(writer);
}

void v1_write_document(struct writer *writer, struct arena *arena, const struct document *doc)
{
    writer_object(writer);
    write_id(writer, arena, "id", "doc", doc->id);
    writer_key_text(writer, "title", doc->title);
    writer_key_text(writer, "language", doc->language);
    writer_key(writer, "uris");
    writer_array(writer);
    for (size_t i = 0; i < doc->uri_count; i++)
        writer_text(writer, doc->uris[i]);
    writer_array_end(writer);
    write_id(writer, arena, "group", "grp", doc->group);
    writer_key(writer, "owner");
    write_person(writer, arena, &doc->owner);
    writer_key(writer, "revision");
    if (doc->kind == DOCUMENT_TEXT) {
        writer_object(writer);
        write_revision_members(writer, arena, &doc->revision);
        writer_object_end(writer);
    } else {
        writer_null(writer);
    }
    writer_key_int(writer, "annotations", doc->annotations);
    write_annotating(writer, arena, doc);
    writer_key_bool(writer, "may_edit", doc->may_edit);
    v1_write_time(writer, "created_at", doc->created_us);
    v1_write_time(writer, "updated_at", doc->updated_us);
    writer_key_int(writer, "version", doc->version);
    v1_write_links(writer, v1_document_path(arena, doc->id),
        arena_printf(arena, "/d/%s", typeid_write(arena, "doc", doc->id).at));
    writer_object_end(writer);
}

static void write_full_members(
    struct writer *writer, struct arena *arena, const struct revision *revision)
{
    const char *id = typeid_write(arena, "rev", revision->id).at;

    write_revision_members(writer, arena, revision);
    write_id(writer, arena, "document", "doc", revision->document);
    writer_key(writer, "author");
    write_person(writer, arena, &revision->author);
    write_id(writer, arena, "parent", "rev", revision->parent);
    writer_key(writer, "suggestions");
    writer_array(writer);
    for (size_t i = 0; i < revision->credits.count; i++) {
        writer_object(writer);
        write_id(writer, arena, "annotation", "ann", revision->credits.at[i].annotation);
        writer_key(writer, "author");
        v1_write_author(writer, arena, &revision->credits.at[i].author);
        writer_object_end(writer);
    }
    writer_array_end(writer);
    v1_write_links(writer, arena_printf(arena, "/api/v1/revisions/%s", id),
        arena_printf(arena, "/api/v1/revisions/%s/html", id));
}

void v1_write_revision_in_full(
    struct writer *writer, struct arena *arena, const struct revision *revision)
{
    writer_object(writer);
    write_full_members(writer, arena, revision);
    writer_object_end(writer);
}

void v1_write_revision_with_text(
    struct writer *writer, struct arena *arena, const struct revision *revision, struct str text)
{
    writer_object(writer);
    write_full_members(writer, arena, revision);
    writer_key_text(writer, "text", text);
    writer_object_end(writer);
}

static void write_position(
    struct writer *writer, const char *key, const struct text_index *text, size_t chars, bool utf16)
{
    writer_key_int(writer, key, (int64_t)(utf16 ? text_utf16_of_char(text, chars) : chars));
}

void v1_write_place(
    struct writer *writer, const struct text_index *text, const struct place *place, bool utf16)
{
    writer_object(writer);
    write_position(writer, "start", text, place->range.start_chars, utf16);
    write_position(writer, "end", text, place->range.end_chars, utf16);
    writer_key_text(writer, "exact", place->exact);
    writer_key_text(writer, "before", place->before);
    writer_key_text(writer, "after", place->after);
    writer_key(writer, "score");
    writer_double(writer, place->score);
    writer_object_end(writer);
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_letter(char c)
{
    return is_alphanumeric(c) && c > '9';
}

static bool is_language(struct str text)
{
    struct str rest = text, part;
    bool first = true, more = true;

    if (text.bytes > 35)
        return false;
    while (more) {
        more = str_cut(rest, '-', &part, &rest);
        if (part.bytes < (first ? 2 : 1) || part.bytes > 8)
            return false;
        for (size_t i = 0; i < part.bytes; i++)
            if (!(first ? is_letter(part.at[i]) : is_alphanumeric(part.at[i])))
                return false;
        first = false;
    }
    return true;
}

bool v1_check_language(
    struct invalid *why, struct arena *arena, const char *pointer, struct str language)
{
    return is_language(language) ||
        invalid_add(why, arena, pointer, "language",
            "This must be a language tag (BCP 47) like \"en\" or \"pt-BR\".");
}

bool v1_check_uri(struct invalid *why, struct arena *arena, const char *pointer, struct str raw,
    struct str *normal)
{
    enum uri_fault fault = uri_normalize(arena, raw, normal);
    return fault == URI_FINE ||
        invalid_add(why, arena, pointer, "uri", "%s", uri_fault_text(fault));
}

bool v1_check_group(struct invalid *why, struct arena *arena, const char *pointer, struct str text,
    const struct reader *reader, struct uuid *group)
{
    return group_id_read(text, reader, group) ||
        invalid_add(why, arena, pointer, "group",
            "This must be a group's id (grp_…), \"everyone\" or \"mine\".");
}

static void read_language(const struct given *given, struct str *language)
{
    struct str text;

    if (given_text(given, "language", 1, 100, &text) &&
        v1_check_language(given->why, given->arena, "/language", text))
        *language = text;
}

static void add_uri(const struct given *given, size_t index, struct str *uris, size_t *count)
{
    const char *pointer = arena_printf(given->arena, "/uris/%zu", index).at;
    struct str raw, uri;

    if (!given_item(given, "uris", index, 1, URI_MAX_BYTES, &raw) ||
        !v1_check_uri(given->why, given->arena, pointer, raw, &uri))
        return;
    for (size_t i = 0; i < *count; i++)
        if (str_eq(uris[i], uri))
            return; /* two spellings of one address */
    uris[(*count)++] = uri;
}

/* False: none were given. */
static bool read_uris(const struct given *given, struct str **uris, size_t *count)
{
    const json_t *list;

    *count = 0;
    *uris = arena_array(given->arena, struct str, DOCUMENT_URIS_MAX);
    if (!given_array(given, "uris", DOCUMENT_URIS_MAX, &list))
        return false;
    for (size_t i = 0; i < json_array_size(list); i++)
        add_uri(given, i, *uris, count);
    return true;
}

bool v1_check_title(
    struct invalid *why, struct arena *arena, const char *pointer, struct str *title)
{
    *title = str_trim(*title);
    if (title->bytes == 0 || utf8_chars(*title) > TITLE_MAX_CHARS)
        return invalid_add(
            why, arena, pointer, "length", "A title has 1 to %d characters.", TITLE_MAX_CHARS);
    for (size_t i = 0; i < title->bytes; i++)
        if ((unsigned char)title->at[i] < 0x20)
            return invalid_add(why, arena, pointer, "control", "A title is one line of text.");
    return true;
}

static bool read_title(const struct given *given, struct str *title)
{
    struct str text;

    if (!given_text(given, "title", 0, SIZE_MAX, &text) ||
        !v1_check_title(given->why, given->arena, "/title", &text))
        return false;
    *title = text;
    return true;
}

static void read_group(const struct given *given, const struct reader *reader, struct uuid *group)
{
    struct str text;

    if (given_text(given, "group", 0, SIZE_MAX, &text))
        v1_check_group(given->why, given->arena, "/group", text, reader, group);
}

void v1_read_document_create(struct invalid *why, struct arena *arena, const json_t *json,
    const struct reader *reader, struct document_create *out)
{
    const struct given given = { arena, why, json, "" };
    bool has_text = given_has(&given, "text"), has_markdown = given_has(&given, "markdown");

    *out = (struct document_create){ .group = reader->own_group, .charset = STR("UTF-8") };
    given_only(&given, "title language uris group text markdown");
    read_title(&given, &out->title);
    read_language(&given, &out->language);
    read_uris(&given, &out->uris, &out->uri_count);
    read_group(&given, reader, &out->group);
    out->format = has_markdown ? TEXT_MARKDOWN : TEXT_PLAIN;
    given_text(&given, has_markdown ? "markdown" : "text", 0, SIZE_MAX, &out->source);
    if (has_text == has_markdown)
        invalid_add(why, arena, has_text ? "/markdown" : "", has_text ? "both" : "missing",
            "The words are said in one way: as `text` (plain) or as `markdown`.");
}

void v1_read_document_patch(
    struct invalid *why, struct arena *arena, const json_t *json, struct document_patch *out)
{
    const struct given given = { arena, why, json, "" };

    *out = (struct document_patch){ 0 };
    given_only(&given, "title language uris");
    out->has_title = read_title(&given, &out->title);
    out->has_language = given_has(&given, "language");
    if (!given_is_null(&given, "language"))
        read_language(&given, &out->language);
    out->has_uris = read_uris(&given, &out->uris, &out->uri_count);
}

bool v1_check_note(struct invalid *why, struct arena *arena, const char *pointer, struct str *note)
{
    if (!str_given(*note))
        return true;
    *note = str_trim(*note);
    if (utf8_chars(*note) > NOTE_MAX_CHARS)
        return invalid_add(
            why, arena, pointer, "too-long", "A note has up to %d characters.", NOTE_MAX_CHARS);
    for (size_t i = 0; i < note->bytes; i++)
        if ((unsigned char)note->at[i] < 0x20 && note->at[i] != '\n' && note->at[i] != '\t')
            return invalid_add(why, arena, pointer, "control", "A note is text.");
    if (note->bytes == 0)
        *note = STR_NONE;
    return true;
}

void v1_read_revision(
    struct invalid *why, struct arena *arena, const json_t *json, struct revision_given *out)
{
    const struct given given = { arena, why, json, "" };
    bool has_text = given_has(&given, "text"), has_markdown = given_has(&given, "markdown");
    bool restores = given_has(&given, "restore");

    *out = (struct revision_given){ .format = has_markdown ? TEXT_MARKDOWN : TEXT_PLAIN };
    given_only(&given, "text markdown restore note");
    if (has_text + has_markdown + restores != 1)
        invalid_add(why, arena, "", has_text + has_markdown + restores > 1 ? "both" : "missing",
            "The words are said in one way: as `text` (plain), as `markdown`, or as `restore`, the "
            "id of the revision whose words they are to be again.");
    else if (restores)
        given_id(&given, "restore", "rev", &out->restores);
    else
        given_text(&given, has_markdown ? "markdown" : "text", 0, SIZE_MAX, &out->source);
    if (!given_is_null(&given, "note") && given_text(&given, "note", 0, SIZE_MAX, &out->note))
        v1_check_note(why, arena, "/note", &out->note);
}

bool v1_read_document_move(struct invalid *why, struct arena *arena, const json_t *json,
    const struct reader *reader, struct uuid *group)
{
    const struct given given = { arena, why, json, "" };

    given_only(&given, "group");
    if (!given_has(&given, "group"))
        given_fault(&given, "group", "missing", "Say which group the text moves to.");
    read_group(&given, reader, group);
    return why->count == 0;
}

bool v1_read_quote_wanted(
    struct invalid *why, struct arena *arena, const json_t *json, struct quote_wanted *out)
{
    const struct given given = { arena, why, json, "" };
    struct str unit;
    int64_t start;

    *out = (struct quote_wanted){ 0 };
    given_only(&given, "quote start unit");
    if (!given_has(&given, "quote"))
        given_fault(&given, "quote", "missing", "Say which words to look for.");
    quote_read(&given, "quote", &out->quote);
    out->has_start = given_int(&given, "start", 0, INT32_MAX, &start);
    if (out->has_start)
        out->start = (size_t)start;
    if (given_word(&given, "unit", "char utf16", &unit))
        out->utf16 = str_eq(unit, STR("utf16"));
    return why->count == 0;
}

bool v1_read_unit(
    struct invalid *why, struct arena *arena, const char *pointer, struct str unit, bool *utf16)
{
    *utf16 = str_eq(unit, STR("utf16"));
    return !str_given(unit) || *utf16 || str_eq(unit, STR("char")) ||
        invalid_add(why, arena, pointer, "unknown", "This is `char` (code points) or `utf16`.");
}

/* The groups are those that are allowed; to name some of them when all or none are makes no sense.
 */
bool v1_read_annotating(struct invalid *why, struct arena *arena, const json_t *json,
    const struct reader *reader, struct annotating *out)
{
    const struct given given = { arena, why, json, "" };
    const json_t *list = NULL;
    struct str group;

    *out = (struct annotating){ 0 };
    given_only(&given, "allowed groups");
    if (!given_has(&given, "allowed"))
        given_fault(&given, "allowed", "required", "Say who may: all, groups or none.");
    given_word(&given, "allowed", "all groups none", &out->allowed);
    bool by_group = str_eq(out->allowed, STR("groups"));
    if (given_array(&given, "groups", ANNOTATING_GROUPS_MAX, &list)) {
        out->groups = arena_array(arena, struct uuid, json_array_size(list));
        for (size_t i = 0; i < json_array_size(list); i++)
            if (given_item(&given, "groups", i, 1, 100, &group) &&
                v1_check_group(why, arena, arena_printf(arena, "/groups/%zu", i).at, group, reader,
                    &out->groups[out->count]))
                out->count++;
    }
    if (by_group && !given_has(&given, "groups"))
        given_fault(&given, "groups", "required", "Name the groups that may write on it.");
    if (str_given(out->allowed) && !by_group && json_array_size(list) > 0)
        given_fault(&given, "groups", "too-many", "`groups` goes with `allowed`: groups.");
    return why->count == 0;
}

/* -- a group's order --------------------------------------------------------------------------- */

void v1_order_fault(
    struct arena *arena, struct invalid *why, size_t index, const char *code, const char *detail)
{
    invalid_add(why, arena, arena_printf(arena, "/documents/%zu", index).at, code, "%s", detail);
}

static bool is_among(const struct uuid *ids, size_t count, struct uuid id)
{
    for (size_t i = 0; i < count; i++)
        if (uuid_eq(ids[i], id))
            return true;
    return false;
}

bool v1_read_order(
    struct arena *arena, const json_t *json, struct uuid **ids, size_t *count, struct invalid *why)
{
    struct given given = { arena, why, json, "" };
    const json_t *list;
    struct str text;
    struct uuid id;

    given_only(&given, "documents");
    if (!v1_need(&given, "documents") || !given_array(&given, "documents", GROUP_TEXTS_MAX, &list))
        return false;
    *ids = arena_array(arena, struct uuid, json_array_size(list));
    *count = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!given_item(&given, "documents", i, 1, 100, &text))
            continue;
        if (!typeid_read(text, "doc", &id))
            v1_order_fault(arena, why, i, "id", "This is the id of a text, `doc_…`.");
        else if (is_among(*ids, *count, id))
            v1_order_fault(arena, why, i, "twice", "It has a place already.");
        else
            (*ids)[(*count)++] = id;
    }
    return why->count == 0;
}
