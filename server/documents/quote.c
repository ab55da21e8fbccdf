#include "documents/read.h"

#include "formats/v1_documents.h"
#include "http/router.h"

#define INLINE_MAX_BYTES 65536

const struct body_rule document_quote_body = { 1u << 20, "application/json" };

struct search {
    struct quote_wanted wanted;
    struct uuid revision;
    const struct text_index *text;
    struct place places[PLACES_MAX];
    size_t count, total;
    enum resolved resolved;
};

static enum step on_target(struct request *req, const struct target_document *target);
static enum step on_text(struct request *req, const struct text_index *text);
static void look(struct request *req);
static enum step on_looked(struct request *req);

/* POST /api/v1/documents/{document}/resolve-quote (resolveQuote): writes nothing. */
enum step document_resolve_quote(struct request *req)
{
    struct search *search = arena_new(req->arena, struct search);
    struct invalid why = { 0 };
    struct uuid id;

    if (!document_param(req, 0, &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    if (!v1_read_quote_wanted(&why, req->arena, req->json, &search->wanted))
        return respond_invalid(req, &why);
    req->state = search;
    return await_target(req, request_param(req, 0), false, on_target);
}

static enum step on_target(struct request *req, const struct target_document *target)
{
    struct search *search = req->state;

    if (target->found != TARGET_FOUND || uuid_is_nil(target->revision))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    search->revision = target->revision;
    return await_text(req, target->id, target->revision, on_text);
}

/* The start is only a hint, so one that is not in the text is no fault. */
static void set_hint(struct search *search)
{
    struct quote_wanted *wanted = &search->wanted;
    size_t chars = wanted->start;

    if (!wanted->has_start)
        return;
    if (wanted->utf16)
        chars = text_char_of_utf16(search->text, wanted->start);
    if (chars > text_index_chars(search->text)) /* SIZE_MAX too */
        chars = text_index_chars(search->text);
    wanted->quote.has_hint = true;
    wanted->quote.hint_chars = chars;
}

static enum step on_text(struct request *req, const struct text_index *text)
{
    struct search *search = req->state;

    search->text = text;
    set_hint(search);
    if (text_index_text(text).bytes > INLINE_MAX_BYTES)
        return await_work(req, look, on_looked);
    look(req);
    return on_looked(req);
}

static void look(struct request *req)
{
    struct search *search = req->state;
    search->resolved = quote_resolve(req->arena, search->text, &search->wanted.quote,
        search->places, &search->count, &search->total);
}

static enum step on_looked(struct request *req)
{
    static const char *const found[] = {
        [RESOLVED] = "once", [RESOLVED_AMBIGUOUS] = "many", [RESOLVED_NOWHERE] = "nowhere"
    };
    const struct search *search = req->state;
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(&writer, "revision", typeid_write(req->arena, "rev", search->revision));
    writer_key_cstr(&writer, "found", found[search->resolved]);
    writer_key_int(&writer, "total", (int64_t)search->total);
    writer_key(&writer, "places");
    writer_array(&writer);
    for (size_t i = 0; i < search->count; i++)
        v1_write_place(&writer, search->text, &search->places[i], search->wanted.utf16);
    writer_array_end(&writer);
    writer_object_end(&writer);
    return respond_json(req, 200, writer_finish(&writer, req->arena));
}
