/* Inside exports/ only: what an export is made of, read page by page, so that none of them holds a
 * transaction open. */
#ifndef GLOSS_EXPORTS_COLLECT_H
#define GLOSS_EXPORTS_COLLECT_H

#include "base/buffer.h"
#include "documents/documents.h"
#include "model/annotation.h"

struct export
{
    bool is_markdown;
    bool of_me; /* all that the reader has said and put in; else one document */
    step_fn *next;

    struct document *docs; /* those that the reader may read */
    size_t doc_count;
    struct annotation *notes; /* in no order */
    size_t note_count, note_room;

    /* of_me: the documents to look up */
    struct uuid *ids;
    size_t id_count, id_room;

    /* where the list that is being read goes on */
    bool goes_on;
    int64_t after_us;
    struct uuid after_id;

    struct buffer out;
    size_t lines;

    /* the revision that is being written */
    size_t at_doc;
    struct revision *revisions;
    size_t revisions_left;
    struct str text;
};

/* Fills docs and notes of the export, which is req->state, then goes on with export->next. */
RESPOND enum step collect_document(struct request *req, struct uuid id);
RESPOND enum step collect_me(struct request *req);

#endif
