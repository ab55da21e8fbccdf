/* Inside annotations/ only: what its handlers have in common. */
#ifndef GLOSS_ANNOTATIONS_SHARED_H
#define GLOSS_ANNOTATIONS_SHARED_H

#include "formats/v1_annotations.h"
#include "model/reader.h"
#include "step/await.h"
#include "visibility/door.h"

/* annotations/find for the annotation of the path; its row goes to annotation_found(). A path that
 * names none is 404. */
RESPOND enum step await_annotation_of_path(struct request *req, after_query *next);
RESPOND enum step await_annotation(struct request *req, struct uuid id, after_query *next);
/* The same as the last call of a write's batch. */
struct db_call annotation_call(struct request *req, struct uuid id);

/* The call behind one that shows annotations to a group which did not see them before: what opens
 * for their authors by it (readings/open_counted). */
struct db_call opened_call(struct request *req, const struct uuid *ids, size_t count);
/* Its result: drops what is kept of passes if something has opened. */
void opened(struct request *req, const struct db_result *res);

/* The annotation of such a row, copied, through the door. False: *answer is the request's answer,
 * 404 where there is nothing that the reader may see. */
bool annotation_found(
    struct request *req, const struct db_result *res, struct annotation *out, enum step *answer);

/* As JSON; `utf16` as in v1_write_annotation(). */
struct str annotation_json(
    struct request *req, const struct annotation *it, const struct text_index *utf16);
RESPOND enum step respond_annotation(
    struct request *req, const struct annotation *it, const struct text_index *utf16);
RESPOND enum step respond_annotation_created(
    struct request *req, const struct annotation *it, const struct text_index *utf16);

/* The call of a write's batch that shows an annotation of one's own in further groups too; before
 * it come annotations/lock_groups and, where it is not new, annotations/lock_thread. */
struct db_call show_call(struct request *req, struct uuid document, struct uuid annotation,
    const struct uuid *groups, size_t count);
/* Was it refused by that call? Then *place is that of the group, counted from 1 (0: the annotation
 * itself), *word the fault's and *detail a sentence. */
bool showing_refused(const struct db_result *res, enum problem *problem, size_t *place,
    const char **word, const char **detail);

/* Checks If-Match. False: *answer is 412 with the present state. */
bool annotation_matches(struct request *req, const struct annotation *it, enum step *answer);

#endif
