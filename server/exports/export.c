#include "exports/export.h"

#include "base/clock.h"
#include "documents/documents.h"
#include "exports/exports.h"
#include "formats/v1_annotations.h"
#include "formats/v1_documents.h"
#include "http/inner.h"
#include "sql.h"
#include "step/lines.h"
#include "visibility/door.h"

#include <string.h>

#define LIMIT_FIRST 10

struct export *export_of(const struct request *piece)
{
    return piece->outer->state;
}

enum step export_made(struct request *piece)
{
    return respond_no_content(piece);
}

/* -- lines for programs ------------------------------------------------------------------------ */

static void put_line(struct export *it, struct writer *writer)
{
    writer_object_end(writer);
    lines_put(&it->pieces.out, (struct str){ writer->at, writer->bytes });
    writer_drop(writer);
    it->lines++;
}

static void begin_line(struct writer *writer, const char *type)
{
    writer_start(writer);
    writer_object(writer);
    writer_key_cstr(writer, "type", type);
    writer_key(writer, "value");
}

/* -- notes ------------------------------------------------------------------------------------- */

static void put_note(struct request *piece, const struct document *doc, const struct note *note)
{
    struct export *it = export_of(piece);
    struct writer writer;

    it->file.count++;
    if (it->format) {
        it->format->note(&it->pieces.out, &it->file, doc, note);
        return;
    }
    begin_line(&writer, "annotation");
    v1_write_annotation(piece->arena, &writer, note->it, NULL);
    put_line(it, &writer);
}

void export_put(struct request *piece, const struct document *doc, const struct annotation *notes,
    size_t count, enum together together)
{
    struct note *arranged = notes_arrange(piece->arena, notes, count);

    for (size_t i = 0; i < count; i++) {
        /* what answers something that is not shown still belongs to the thread */
        bool is_loose = together == A_THREAD && i > 0 && arranged[i].depth == 0;
        arranged[i].depth += together == REST_OF_THREAD || is_loose;
        put_note(piece, doc, &arranged[i]);
    }
}

/* -- revisions, of texts that one has put in or exports
 * -------------------------------------------- */

struct writing_revision {
    const struct document *doc;
    struct revision revision;
    struct str text;
};

static void write_revision(struct request *piece)
{
    const struct writing_revision *one = piece->state;
    struct writer writer;

    begin_line(&writer, "revision");
    v1_write_revision_with_text(&writer, piece->arena, &one->revision, one->text);
    put_line(export_of(piece), &writer);
}

static enum step on_written(struct request *piece)
{
    return export_made(piece);
}

static enum step on_text(struct request *piece, const struct db_result *res)
{
    struct writing_revision *one = piece->state;

    if (res->err != ERR_NONE)
        return respond_db_error(piece, res);
    one->text = res->rows > 0 ? arena_dup(piece->arena, db_get_text(res, 0, "canonical")) : STR("");
    return await_work(piece, write_revision, on_written);
}

static enum step on_revision(struct request *piece, const struct db_result *res)
{
    struct writing_revision *one = piece->state;

    if (res->err != ERR_NONE)
        return respond_db_error(piece, res);
    if (res->rows == 0)
        return export_next_part(piece, one->doc);
    if (!revision_read_copy(piece, res, 0, &one->revision))
        return respond_problem(piece, PROBLEM_INTERNAL);
    export_of(piece)->revision = one->revision.number;
    return await_slow(piece, &sql_documents_text, on_text,
        DB_PARAMS(db_uuid(one->revision.document), db_uuid(one->revision.id)));
}

/* Of one's own export, the words of one's own texts alone. */
static bool has_words(const struct request *piece, const struct document *doc)
{
    const struct export *it = export_of(piece);
    return !it->format && doc && doc->kind == DOCUMENT_TEXT &&
        (!it->is_of_me || uuid_eq(doc->owner.id, piece->reader->id));
}

/* One a piece: texts are large. Oldest first; they count up from 1. */
enum step export_revisions(struct request *piece, const struct document *doc)
{
    struct export *it = export_of(piece);
    struct writing_revision *one = arena_new(piece->arena, struct writing_revision);

    if (!has_words(piece, doc) || it->revision >= doc->revision.number)
        return export_next_part(piece, doc);
    one->doc = doc;
    piece->state = one;
    return await_query(piece, &sql_documents_revisions, on_revision,
        DB_PARAMS(db_uuid(piece->reader->id), reads_param(piece->arena, piece->reader),
            db_uuid(doc->id), db_int(it->revision + 2), db_int(1)));
}

/* -- a piece ----------------------------------------------------------------------------------- */

static void begin_file(struct request *piece, const struct document *doc)
{
    struct export *it = export_of(piece);
    struct request *req = piece->outer;
    struct str base_url = req->app->settings->base_url;

    it->has_begun = true;
    it->file = (struct notes_file){ .base_url = arena_dup(req->arena, base_url),
        .address = req->path,
        .title = it->is_of_me
            ? arena_printf(req->arena, "Notes of %.*s", STR_ARG(piece->reader->display_name))
            : arena_dup(req->arena, note_title(doc)),
        .is_of_document = !it->is_of_me,
        .at_us = clock_wall_us() };
    struct str name = it->is_of_me ? STR("notes")
        : str_given(doc->title)    ? doc->title
                                   : STR("page");
    respond_header(req, "Content-Disposition",
        title_disposition(req->arena, name, it->format ? it->format->suffix : "ndjson"));
    if (it->format && it->format->begin)
        it->format->begin(&it->pieces.out, &it->file, it->is_of_me ? NULL : doc);
}

static enum step end_file(struct request *piece)
{
    struct export *it = export_of(piece);

    it->is_over = true;
    if (it->format && it->format->end)
        it->format->end(&it->pieces.out, &it->file);
    if (!it->format) {
        buffer_put_cstr(&it->pieces.out, "{\"end\":true,\"count\":");
        buffer_put_number(&it->pieces.out, it->lines);
        buffer_put_cstr(&it->pieces.out, "}\n");
    }
    return export_made(piece);
}

static void put_heading(struct request *piece, const struct document *doc)
{
    struct export *it = export_of(piece);
    struct writer writer;

    it->file.place = NOTE_ON_PASSAGE;
    it->revision = 0;
    if (it->format && it->format->heading)
        it->format->heading(&it->pieces.out, &it->file, doc);
    if (it->format || !doc)
        return;
    begin_line(&writer, "document");
    v1_write_document(&writer, piece->arena, doc);
    put_line(it, &writer);
}

static enum step go_on(struct request *piece, const struct document *doc)
{
    struct export *it = export_of(piece);

    switch (it->part) {
    case PART_HEADING:
        put_heading(piece, doc);
        return export_next_part(piece, doc);
    case PART_REVISIONS:
        return export_revisions(piece, doc);
    case PARTS:
        return it->is_of_me ? export_made(piece) : end_file(piece);
    default:
        return export_notes(piece, doc);
    }
}

enum step export_next_part(struct request *piece, const struct document *doc)
{
    struct export *it = export_of(piece);

    it->part++;
    it->goes_on = false;
    return go_on(piece, doc);
}

static enum step on_document(struct request *piece, const struct document *doc)
{
    struct export *it = export_of(piece);

    if (!doc && !it->is_of_me)
        return respond_problem(piece, PROBLEM_NOT_FOUND);
    if (!it->has_begun)
        begin_file(piece, doc);
    return go_on(piece, doc);
}

/* -- all that one has said: document by document -------------------------------------------------
 */

static enum step make(struct request *piece);

static enum step on_ids(struct request *piece, const struct db_result *res)
{
    struct export *it = export_of(piece);

    if (res->err != ERR_NONE)
        return respond_db_error(piece, res);
    it->ids_asked = true;
    it->ids_end = res->rows < DOCUMENTS_AT_ONCE;
    it->id_at = 0;
    it->id_count = (size_t)res->rows;
    for (int row = 0; row < res->rows; row++)
        it->ids[row] = db_get_uuid(res, row, "id");
    return make(piece);
}

static enum step next_document(struct request *piece)
{
    struct export *it = export_of(piece);

    if (it->id_at < it->id_count) {
        it->document = it->ids[it->id_at++];
        it->part = PART_HEADING;
        return await_document(piece, it->document, on_document);
    }
    if (it->ids_end)
        return end_file(piece);
    return await_slow(piece, &sql_exports_documents_of, on_ids,
        DB_PARAMS(db_uuid(piece->reader->id), reads_param(piece->arena, piece->reader),
            it->ids_asked ? db_uuid(it->document) : db_null(), db_int(DOCUMENTS_AT_ONCE)));
}

static enum step make(struct request *piece)
{
    struct export *it = export_of(piece);

    if (it->is_of_me && !it->has_begun)
        begin_file(piece, NULL);
    return it->is_of_me && it->part == PARTS ? next_document(piece)
                                             : await_document(piece, it->document, on_document);
}

/* -- the stream -------------------------------------------------------------------------------- */

static void make_piece(struct request *req);

static void on_piece(struct request *req, struct request *piece)
{
    struct export *it = req->state;

    if (piece->answer.status != 204) {
        pieces_fail(req, &it->pieces, piece);
        return;
    }
    pieces_of_reader(&it->pieces, piece->reader);
    inner_free(piece);
    if (it->pieces.out.bytes == 0 && !it->is_over)
        make_piece(req);
    else
        pieces_give(req, &it->pieces, !it->is_over);
}

static void make_piece(struct request *req)
{
    struct request *piece = inner_new(req);

    piece->run = make;
    inner_start(piece, on_piece);
}

static enum step begin(struct request *req, const struct notes_format *format, bool is_of_me)
{
    struct export *it = arena_new(req->arena, struct export);

    it->format = format;
    it->is_of_me = is_of_me;
    it->limit = LIMIT_FIRST;
    it->part = is_of_me ? PARTS : PART_HEADING;
    if (!is_of_me && !typeid_read(request_param(req, 0), "doc", &it->document))
        return respond_problem(req, PROBLEM_NOT_FOUND);
    req->state = it;
    return pieces_begin(req, &it->pieces, format ? format->media_type : NDJSON, make_piece);
}

/* GET /api/v1/documents/{document}/export.… and /api/v1/me/export.… */
#define EXPORTS(name, format)                             \
    enum step export_document_##name(struct request *req) \
    {                                                     \
        return begin(req, format, false);                 \
    }                                                     \
    enum step export_me_##name(struct request *req)       \
    {                                                     \
        return begin(req, format, true);                  \
    }

EXPORTS(markdown, &notes_markdown)
EXPORTS(text, &notes_plain)
EXPORTS(html, &notes_html)
EXPORTS(csv, &notes_csv)
EXPORTS(jsonld, &notes_jsonld)
EXPORTS(ndjson, NULL)
