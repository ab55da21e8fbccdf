#include "exports/exports.h"

#include "base/clock.h"
#include "exports/collect.h"
#include "formats/notes_markdown.h"
#include "formats/v1_annotations.h"
#include "formats/v1_documents.h"
#include "sql.h"

#include <stdlib.h>
#include <string.h>

#define REVISIONS_MAX 10000

/* -- the answer -------------------------------------------------------------------------------- */

static enum step on_rendered(struct request *req)
{
    struct export *export = req->state;
    struct str title = STR("notes");

    if (!export->of_me)
        title = str_given(export->docs[0].title) ? export->docs[0].title : STR("page");
    respond_header(req, "Content-Disposition",
        title_disposition(req->arena, title, export->is_markdown ? "md" : "ndjson"));
    return respond_bytes(req, 200,
        export->is_markdown ? "text/markdown; charset=utf-8" : "application/x-ndjson",
        buffer_finish(&export->out, req->arena));
}

/* -- Markdown ---------------------------------------------------------------------------------- */

static const struct document *find_document(const struct export *export, struct uuid id)
{
    for (size_t i = 0; i < export->doc_count; i++)
        if (uuid_eq(export->docs[i].id, id))
            return &export->docs[i];
    return NULL;
}

static void render_one(struct request *req, const struct note *notes)
{
    struct export *export = req->state;
    struct str base_url = req->app->settings->base_url;

    notes_front_matter(
        &export->out, base_url, &export->docs[0], export->note_count, clock_wall_us());
    notes_heading(&export->out, &export->docs[0]);
    notes_write(&export->out, base_url, &export->docs[0], notes, export->note_count);
}

static void render_me(struct request *req, const struct note *notes)
{
    struct export *export = req->state;
    struct str base_url = req->app->settings->base_url;

    if (export->note_count == 0)
        buffer_put_cstr(&export->out, "Nothing said yet.\n");
    for (size_t from = 0, to; from < export->note_count; from = to) {
        struct uuid id = notes[from].it->document;
        for (to = from; to < export->note_count && uuid_eq(notes[to].it->document, id);)
            to++;
        const struct document *doc = find_document(export, id);
        notes_heading(&export->out, doc);
        notes_source(&export->out, base_url, doc);
        notes_write(&export->out, base_url, doc, notes + from, to - from);
    }
}

static void render_markdown(struct request *req)
{
    struct export *export = req->state;
    const struct note *notes = notes_arrange(req->arena, export->notes, export->note_count);

    if (export->of_me)
        render_me(req, notes);
    else
        render_one(req, notes);
}

/* -- NDJSON: documents with their revisions, then annotations ---------------------------------- */

static void begin_line(struct writer *writer, const char *type)
{
    writer_start(writer);
    writer_object(writer);
    writer_key_cstr(writer, "type", type);
    writer_key(writer, "value");
}

static void end_line(struct export *export, struct writer *writer)
{
    writer_object_end(writer);
    buffer_put(&export->out, (struct str){ writer->at, writer->bytes });
    buffer_put_char(&export->out, '\n');
    writer_drop(writer);
    export->lines++;
}

static void render_lines(struct request *req)
{
    struct export *export = req->state;
    const struct note *notes = notes_arrange(req->arena, export->notes, export->note_count);
    struct writer writer;

    for (size_t i = 0; i < export->note_count; i++) {
        begin_line(&writer, "annotation");
        v1_write_annotation(req->arena, &writer, notes[i].it, NULL);
        end_line(export, &writer);
    }
    buffer_put_cstr(&export->out, "{\"end\":true,\"count\":");
    buffer_put_number(&export->out, export->lines);
    buffer_put_cstr(&export->out, "}\n");
}

static enum step write_documents(struct request *req);
static enum step write_revisions(struct request *req);

/* Oldest first: the list has the newest first. */
static void write_revision(struct request *req)
{
    struct export *export = req->state;
    struct writer writer;

    begin_line(&writer, "revision");
    v1_write_revision_with_text(
        &writer, req->arena, &export->revisions[export->revisions_left], export->text);
    end_line(export, &writer);
}

static enum step on_written(struct request *req)
{
    struct export *export = req->state;

    free((void *)(uintptr_t) export->text.at);
    export->text = STR_NONE;
    return write_revisions(req);
}

/* Texts are large and soon written: not for the arena. */
static enum step on_text(struct request *req, const struct db_result *res)
{
    struct export *export = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    struct str text = res->rows > 0 ? db_get_text(res, 0, "canonical") : STR("");
    char *copy = mem_alloc(text.bytes + 1);
    memcpy(copy, text.at, text.bytes);
    export->text = (struct str){ copy, text.bytes };
    return await_work(req, write_revision, on_written);
}

static enum step write_revisions(struct request *req)
{
    struct export *export = req->state;

    if (export->revisions_left == 0) {
        export->at_doc++;
        return write_documents(req);
    }
    const struct revision *revision = &export->revisions[--export->revisions_left];
    return await_slow(req, &sql_documents_text, on_text,
        DB_PARAMS(db_uuid(revision->document), db_uuid(revision->id)));
}

static enum step on_revisions(struct request *req, const struct db_result *res)
{
    struct export *export = req->state;

    if (res->err != ERR_NONE)
        return respond_db_error(req, res);
    export->revisions = arena_array(req->arena, struct revision, (size_t)res->rows);
    export->revisions_left = (size_t)res->rows;
    for (int row = 0; row < res->rows; row++)
        revision_read_copy(req->arena, res, row, &export->revisions[row]);
    return write_revisions(req);
}

/* Of one's own export, the words of one's own texts alone. */
static bool has_words(const struct request *req, const struct document *doc)
{
    const struct export *export = req->state;
    return doc->kind == DOCUMENT_TEXT &&
        (!export->of_me || uuid_eq(doc->owner.id, req->reader->id));
}

static enum step write_documents(struct request *req)
{
    struct export *export = req->state;
    struct writer writer;

    for (; export->at_doc < export->doc_count; export->at_doc++) {
        const struct document *doc = &export->docs[export->at_doc];
        begin_line(&writer, "document");
        v1_write_document(&writer, req->arena, doc);
        end_line(export, &writer);
        if (has_words(req, doc))
            return await_slow(req, &sql_documents_revisions, on_revisions,
                DB_PARAMS(db_uuid(doc->id), db_null(), db_int(REVISIONS_MAX)));
    }
    return await_work(req, render_lines, on_rendered);
}

/* -- the four ---------------------------------------------------------------------------------- */

static enum step on_collected(struct request *req)
{
    const struct export *export = req->state;
    return export->is_markdown ? await_work(req, render_markdown, on_rendered)
                               : write_documents(req);
}

static void release(void *object)
{
    struct export *export = object;
    free((void *)(uintptr_t) export->text.at);
    buffer_drop(&export->out);
}

static void begin(struct request *req, bool is_markdown, bool of_me)
{
    struct export *export = arena_new(req->arena, struct export);

    *export = (struct export){ .is_markdown = is_markdown, .of_me = of_me, .next = on_collected };
    arena_own(req->arena, export, release);
    req->state = export;
}

static enum step export_document(struct request *req, bool is_markdown)
{
    struct uuid id;

    if (!typeid_read(request_param(req, 0), "doc", &id))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    begin(req, is_markdown, false);
    return collect_document(req, id);
}

/* GET /api/v1/documents/{document}/export.md (exportDocumentMarkdown) */
enum step export_document_markdown(struct request *req)
{
    return export_document(req, true);
}

/* GET /api/v1/documents/{document}/export.ndjson (exportDocumentNdjson) */
enum step export_document_ndjson(struct request *req)
{
    return export_document(req, false);
}

/* GET /api/v1/me/export.md (exportMeMarkdown) */
enum step export_me_markdown(struct request *req)
{
    begin(req, true, true);
    return collect_me(req);
}

/* GET /api/v1/me/export.ndjson (exportMeNdjson) */
enum step export_me_ndjson(struct request *req)
{
    begin(req, false, true);
    return collect_me(req);
}
