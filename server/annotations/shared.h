/* Inside annotations/ only: what its handlers have in common. */
#ifndef GLOSS_ANNOTATIONS_SHARED_H
#define GLOSS_ANNOTATIONS_SHARED_H

#include "annotations/annotations.h"
#include "annotations/place.h"
#include "formats/v1_annotations.h"
#include "model/reader.h"
#include "step/await.h"
#include "visibility/door.h"

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

/* The answer where place_find() did not find one: 409 or 422, with the places there are. */
RESPOND enum step respond_not_placed(
    struct request *req, const struct placed *placed, const struct text_index *utf16);

#endif
