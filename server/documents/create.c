#include "documents/read.h"

#include "base/utf8.h"
#include "formats/v1_documents.h"
#include "http/router.h"
#include "sql.h"
#include "step/idempotent.h"
#include "step/paging.h"
#include "visibility/door.h"

#include <sodium.h>

#define TITLE_WORDS_CHARS 80
/* JSON may take up to twice the bytes of the text in it, and some more for those who escape a lot.
 */
#define CREATE_MAX_BYTES (3u * TEXT_SOURCE_MAX_BYTES)

const struct body_rule document_create_body = { CREATE_MAX_BYTES,
    "application/json text/plain text/markdown" };

struct creation {
    struct document_create given;
    struct uuid id, revision;
    enum text_fault fault;
    struct text_prepared text;
    unsigned char sha256[crypto_hash_sha256_BYTES];
};

static enum step create(struct request *req);
static void prepare(struct request *req);
static enum step on_prepared(struct request *req);
static enum step on_stored(struct request *req, const struct db_result *res);

static enum step replay(struct request *req, const struct made *made)
{
    return respond_document_created(req, made->object);
}

/* POST /api/v1/documents (createDocument) */
enum step document_create(struct request *req)
{
    return idempotent(req, create, replay);
}

/* -- what was sent ----------------------------------------------------------------------------- */

static const char *const said_in_query[] = { "title", "language", "group", "uri" };

static void read_json(
    struct request *req, struct document_create *given, struct invalid *body, struct invalid *query)
{
    v1_read_document_create(body, req->arena, req->json, req->reader, given);
    for (size_t i = 0; i < sizeof said_in_query / sizeof *said_in_query; i++)
        if (str_given(request_query(req, said_in_query[i])))
            query_fault(req, query, said_in_query[i], "misplaced",
                "With a JSON body, this is said in the body.");
}

/* The thing itself, with what there is to say about it in the query. */
static void read_raw(struct request *req, struct document_create *given, struct invalid *query)
{
    struct str language = request_query(req, "language");
    struct str group = request_query(req, "group"), uri = request_query(req, "uri");
    struct str title = request_query(req, "title");

    *given = (struct document_create){ .group = req->reader->own_group,
        .format = str_eq(req->media_type, STR("text/markdown")) ? TEXT_MARKDOWN : TEXT_PLAIN,
        .source = req->body,
        .charset = req->charset };
    if (str_given(title) && v1_check_title(query, req->arena, "/query/title", &title))
        given->title = title;
    if (str_given(language) && v1_check_language(query, req->arena, "/query/language", language))
        given->language = language;
    if (str_given(group))
        v1_check_group(query, req->arena, "/query/group", group, req->reader, &given->group);
    given->uris = arena_new(req->arena, struct str);
    if (str_given(uri))
        given->uri_count = v1_check_uri(query, req->arena, "/query/uri", uri, given->uris);
}

static enum step create(struct request *req)
{
    struct creation *creation = arena_new(req->arena, struct creation);
    struct invalid body = { 0 }, query = { 0 };

    if (req->json)
        read_json(req, &creation->given, &body, &query);
    else
        read_raw(req, &creation->given, &query);
    if (query.count > 0)
        return respond_invalid_query(req, &query);
    if (body.count > 0)
        return respond_invalid(req, &body);
    creation->id = uuid_new();
    creation->revision = uuid_new();
    req->state = creation;
    return await_text_work(req, req->body.bytes, prepare, on_prepared);
}

/* -- on a thread ------------------------------------------------------------------------------- */

static void prepare(struct request *req)
{
    struct creation *creation = req->state;
    const struct document_create *given = &creation->given;

    creation->fault =
        text_prepare(req->arena, given->format, given->source, given->charset, &creation->text);
    if (creation->fault == TEXT_OK)
        crypto_hash_sha256(creation->sha256, (const unsigned char *)creation->text.canonical.at,
            creation->text.canonical.bytes);
}

/* -- back on the loop -------------------------------------------------------------------------- */

static struct str fault_text(
    struct arena *arena, enum text_fault fault, size_t at, struct str charset)
{
    switch (fault) {
    case TEXT_UNKNOWN_CHARSET:
        return arena_printf(arena,
            "There is no charset `%.*s` here; try UTF-8, windows-1252, TIS-620 or the like.",
            STR_ARG(charset));
    case TEXT_NOT_IN_CHARSET:
        return arena_printf(arena,
            "Byte %zu (counted from 0) is not %.*s. If the text is in another charset, name that: "
            "Content-Type: text/plain; charset=windows-1252.",
            at, STR_ARG(str_given(charset) ? charset : STR("UTF-8")));
    case TEXT_HAS_NUL:
        return arena_printf(arena,
            "At byte %zu (counted from 0) stands U+0000, which no text may hold. Take it out; or, "
            "if the file is UTF-16, name that: Content-Type: text/plain; charset=utf-16le.",
            at);
    default:
        return STR("There is nothing in it that a reader would see.");
    }
}

enum step respond_unreadable(struct request *req, enum text_fault fault,
    const struct text_prepared *text, struct str source, struct str charset, const char *pointer)
{
    static const char *const codes[] = { [TEXT_UNKNOWN_CHARSET] = "unknown-charset",
        [TEXT_NOT_IN_CHARSET] = "not-in-charset",
        [TEXT_HAS_NUL] = "nul",
        [TEXT_EMPTY] = "empty" };
    struct str detail = fault_text(req->arena, fault, text->fault_byte, charset);
    struct invalid why = { 0 };

    if (fault == TEXT_TOO_LARGE)
        return respond_problem_detail(req, PROBLEM_BODY_TOO_LARGE,
            "A text may have up to %u bytes; this one has %zu.", TEXT_SOURCE_MAX_BYTES,
            source.bytes);
    invalid_add(&why, req->arena, pointer, codes[fault], "%.*s", STR_ARG(detail));
    return respond_problem_with(req, PROBLEM_UNREADABLE_TEXT, detail, &why, STR_NONE);
}

/* The first words of a text, on one line. */
static struct str first_words(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, (TITLE_WORDS_CHARS + 1) * 4 + 4);
    size_t bytes = 0, chars = 0, word_end = 0, at = 0;
    bool in_blank = true;

    while (at < text.bytes && chars < TITLE_WORDS_CHARS) {
        uint32_t c = utf8_next(text, &at);
        bool blank = c <= 0x20 || c == 0xA0 || c == 0x2028 || c == 0x2029;
        if (blank && !in_blank)
            word_end = bytes;
        if (!blank || !in_blank) {
            bytes += utf8_put(out + bytes, blank ? ' ' : c);
            chars++;
        }
        in_blank = blank;
    }
    bool is_all = str_trim(str_slice(text, at, text.bytes)).bytes == 0;
    struct str words = str_trim((struct str){ out, bytes });
    if (is_all)
        return words;
    if (!in_blank && word_end > bytes / 2)
        words = str_slice(words, 0, word_end);
    return arena_printf(arena, "%.*s…", STR_ARG(words));
}

static struct str title_of(struct arena *arena, const struct creation *creation)
{
    if (str_given(creation->given.title))
        return creation->given.title;
    if (creation->text.title.bytes > 0)
        return creation->text.title;
    struct str words = first_words(arena, creation->text.canonical);
    return words.bytes > 0 ? words : STR("Untitled");
}

static enum step on_prepared(struct request *req)
{
    struct creation *c = req->state;
    const struct document_create *given = &c->given;
    const struct text_prepared *text = &c->text;

    if (c->fault != TEXT_OK)
        return respond_unreadable(req, c->fault, text, given->source, given->charset,
            !req->json                           ? ""
                : given->format == TEXT_MARKDOWN ? "/markdown"
                                                 : "/text");
    struct db_param id = db_uuid(c->id), revision = db_uuid(c->revision);
    struct db_param owner = db_uuid(req->reader->id), group = db_uuid(given->group);
    struct db_param uris = db_texts(req->arena, given->uris, given->uri_count);
    const char *format = given->format == TEXT_MARKDOWN ? "text/markdown" : "text/plain";
    return AWAIT_ONCE(req, on_stored, ((struct made){ c->id, c->id, 201 }),
        { &sql_documents_may_put,
            DB_PARAMS(owner, true_pass_param(req->arena, req->reader), group) },
        { &sql_documents_insert,
            DB_PARAMS(id, owner, group, db_text(title_of(req->arena, c)), db_text(given->language),
                revision, db_cstr(format), db_text(text->charset),
                db_bytes((struct str){ (const char *)c->sha256, sizeof c->sha256 }),
                db_int((int32_t)text->chars), db_int((int32_t)text->canonical.bytes)) },
        { &sql_documents_insert_text,
            DB_PARAMS(id, revision, db_text(text->canonical), db_text(text->html),
                db_text(text->toc), db_bytes(given->source), db_bytes(text->map)) },
        { &sql_documents_free_addresses, DB_PARAMS(id, uris) },
        { &sql_documents_insert_addresses, DB_PARAMS(id, uris) });
}

static enum step on_stored(struct request *req, const struct db_result *res)
{
    const struct creation *creation = req->state;

    if (res->err != ERR_NONE)
        return respond_put_error(req, res);
    return respond_document_created(req, creation->id);
}

/* -- what may stand in the way ----------------------------------------------------------------- */

enum step respond_put_error(struct request *req, const struct db_result *res)
{
    struct invalid why = { 0 };

    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("no-such-group"))) {
        invalid_add(&why, req->arena, req->json ? "/group" : "/query/group", "unknown",
            "There is no such group that you can see.");
        return respond_invalid(req, &why);
    }
    if (res->err == ERR_REFUSED && str_eq(res->refusal, STR("not-allowed")))
        return respond_problem_detail(
            req, PROBLEM_NOT_ALLOWED, "Only members of the group may put a text there.");
    if (res->err == ERR_DUPLICATE && str_eq(res->constraint, STR("document_address_pkey")))
        return respond_problem(req, PROBLEM_ADDRESS_TAKEN);
    return respond_db_error(req, res);
}
