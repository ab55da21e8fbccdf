/* Documents in the native dialect: what requests say about them, and how they are shown. */
#ifndef GLOSS_FORMATS_V1_DOCUMENTS_H
#define GLOSS_FORMATS_V1_DOCUMENTS_H

#include "anchoring/resolve.h"
#include "base/invalid.h"
#include "base/writer.h"
#include "formats/text.h"
#include "model/document.h"
#include "model/reader.h"

#include <jansson.h>

#define TITLE_MAX_CHARS 500
#define DOCUMENT_URIS_MAX 20

/* -- writing -- */

void v1_write_document(struct writer *writer, struct arena *arena, const struct document *doc);
void v1_write_revision_in_full(
    struct writer *writer, struct arena *arena, const struct revision *revision);
/* The same with a member `text`, for exports. */
void v1_write_revision_with_text(
    struct writer *writer, struct arena *arena, const struct revision *revision, struct str text);
/* A place in `unit`: code points, or UTF-16 where `utf16`. */
void v1_write_place(
    struct writer *writer, const struct text_index *text, const struct place *place, bool utf16);
/* "/api/v1/documents/doc_…" */
struct str v1_document_path(struct arena *arena, struct uuid id);

/* A request that goes on without its client. */
struct job_told {
    struct uuid id;
    struct str kind, state, stage;
    int32_t done, total;
    struct str result, problem; /* JSON; STR_NONE: null */
    int64_t created_us, updated_us;
};
struct str v1_write_job(struct arena *arena, const struct job_told *job);
/* "/api/v1/jobs/job_…" */
struct str v1_job_path(struct arena *arena, struct uuid id);

/* -- reading -- */

struct document_create {
    struct str title, language; /* STR_NONE: not given */
    struct str *uris;
    size_t uri_count;
    struct uuid group; /* the reader's own when not given */
    enum text_format format;
    struct str source, charset;
};

/* From JSON. Texts are borrowed from it. Faults are in `why`. */
void v1_read_document_create(struct invalid *why, struct arena *arena, const json_t *json,
    const struct reader *reader, struct document_create *out);

struct document_patch {
    bool has_title, has_language, has_uris;
    struct str title, language; /* language STR_NONE: taken away */
    struct str *uris;
    size_t uri_count;
};
void v1_read_document_patch(
    struct invalid *why, struct arena *arena, const json_t *json, struct document_patch *out);

/* The body of POST …/revisions: words, or the id of a revision whose words they are to be again. */
#define NOTE_MAX_CHARS 1000
struct revision_given {
    struct uuid restores; /* nil: the words are given */
    enum text_format format;
    struct str source;
    struct str note; /* STR_NONE: none */
};
void v1_read_revision(
    struct invalid *why, struct arena *arena, const json_t *json, struct revision_given *out);
/* A note loses the blanks at its ends; one of nothing is none. */
bool v1_check_note(struct invalid *why, struct arena *arena, const char *pointer, struct str *note);

/* The body of PUT …/annotating: {"allowed":…,"groups":[…]}. */
#define ANNOTATING_GROUPS_MAX 100
struct annotating {
    struct str allowed; /* all, groups, none */
    struct uuid *groups;
    size_t count;
};
/* False with a fault in `why`. */
bool v1_read_annotating(struct invalid *why, struct arena *arena, const json_t *json,
    const struct reader *reader, struct annotating *out);

/* {"group":…}; false with a fault in `why`. */
bool v1_read_document_move(struct invalid *why, struct arena *arena, const json_t *json,
    const struct reader *reader, struct uuid *group);

/* {"documents":[ids]} of a group, each once. Faults are in `why`. */
#define GROUP_TEXTS_MAX 1000
bool v1_read_order(
    struct arena *arena, const json_t *json, struct uuid **ids, size_t *count, struct invalid *why);
/* A fault of the one at `index`. */
void v1_order_fault(
    struct arena *arena, struct invalid *why, size_t index, const char *code, const char *detail);

/* The parts that queries may give too; `pointer` is where the fault is shown. */
bool v1_check_title(/* which loses the blanks at its ends */
    struct invalid *why, struct arena *arena, const char *pointer, struct str *title);
bool v1_check_language(
    struct invalid *why, struct arena *arena, const char *pointer, struct str language);
bool v1_check_uri(struct invalid *why, struct arena *arena, const char *pointer, struct str raw,
    struct str *normal);
bool v1_check_group(struct invalid *why, struct arena *arena, const char *pointer, struct str text,
    const struct reader *reader, struct uuid *group);

/* Where is this quote? The start is a hint, in `unit`. */
struct quote_wanted {
    struct quote quote;
    bool has_start, utf16;
    size_t start;
};
bool v1_read_quote_wanted(
    struct invalid *why, struct arena *arena, const json_t *json, struct quote_wanted *out);

/* "char", "utf16" or nothing. False with a fault at `pointer`. */
bool v1_read_unit(
    struct invalid *why, struct arena *arena, const char *pointer, struct str unit, bool *utf16);

#endif
