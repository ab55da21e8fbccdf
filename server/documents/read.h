/* Inside documents/ only: what its handlers have in common. */
#ifndef GLOSS_DOCUMENTS_READ_H
#define GLOSS_DOCUMENTS_READ_H

#include "documents/documents.h"

/* The path parameter {document} as an id; false: there is no such document. */
bool document_param(const struct request *req, size_t index, struct uuid *id);

/* "version.hash" of what is shown and of the shelves behind it; the version is what If-Match
 * compares. */
struct str document_tag(struct arena *arena, const struct document *doc, struct str json);
/* 200 with the document and its tag. */
RESPOND enum step respond_document(struct request *req, const struct document *doc);
/* Loads it and answers so; 404 if the reader may not know of it. */
RESPOND enum step respond_document_of(struct request *req, struct uuid id);
/* The tag that names a revision: "rev_…". */
struct str revision_tag(struct arena *arena, struct uuid revision);

/* 201 with it, and where it is. */
RESPOND enum step respond_document_created(struct request *req, struct uuid id);

/* 412 with what is there now. */
RESPOND enum step respond_changed(struct request *req, const struct document *doc);
/* Does the request's If-Match, if there is one, name this version of the document? */
bool document_matches(const struct request *req, const struct document *doc);

/* 422 or 413 with what text_prepare() met; `pointer` leads to the text in a JSON body. */
RESPOND enum step respond_unreadable(struct request *req, enum text_fault fault,
    const struct text_prepared *text, struct str source, struct str charset, const char *pointer);

/* Why a text could not be put where it should: the group, its address, or the world. */
RESPOND enum step respond_put_error(struct request *req, const struct db_result *res);

#endif
