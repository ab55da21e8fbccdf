/* What readers say about documents: annotations, replies, reactions. */
#ifndef GLOSS_ANNOTATIONS_ANNOTATIONS_H
#define GLOSS_ANNOTATIONS_ANNOTATIONS_H

#include "formats/v1_annotations.h"
#include "http/router.h"
#include "step/await.h"

step_fn annotation_list;
step_fn annotation_create;
step_fn annotation_batch;
step_fn annotation_get;
step_fn annotation_patch;
step_fn annotation_delete;
step_fn reply_list;
step_fn reply_create;
step_fn annotation_history;
step_fn reaction_list;
step_fn reaction_put;
step_fn reaction_delete;
step_fn drafts_publish;
step_fn anchor_list;
step_fn anchor_put;
step_fn annotation_context;
step_fn showing_put;
step_fn showing_delete;
step_fn suggestion_accept;
step_fn suggestion_accept_many;
step_fn suggestion_reject;

extern const struct body_rule annotation_batch_body;

/* The parameters of annotation_list. */
#define ANNOTATION_LIST_QUERY                                                                    \
    "limit cursor order unit document group author draft tag kind from to since until revision " \
    "expand"

/* -- for other domains -- */

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

#endif
