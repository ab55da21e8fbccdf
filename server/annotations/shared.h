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

/* Checks If-Match. False: *answer is 412 with the present state. */
bool annotation_matches(struct request *req, const struct annotation *it, enum step *answer);

#endif
