/* What readers say about documents: annotations, replies, reactions. */
#ifndef GLOSS_ANNOTATIONS_ANNOTATIONS_H
#define GLOSS_ANNOTATIONS_ANNOTATIONS_H

#include "http/router.h"

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
step_fn showing_put;
step_fn showing_delete;

extern const struct body_rule annotation_batch_body;

/* The parameters of annotation_list. */
#define ANNOTATION_LIST_QUERY \
    "limit cursor order unit document group author draft tag kind from to since until expand"

#endif
