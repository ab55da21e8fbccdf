/* Everything out again: a document with what one may see on it, and all that one has said. */
#ifndef GLOSS_EXPORTS_EXPORTS_H
#define GLOSS_EXPORTS_EXPORTS_H

#include "http/request.h"

step_fn export_document_markdown;
step_fn export_me_markdown;
step_fn export_document_text;
step_fn export_me_text;
step_fn export_document_html;
step_fn export_me_html;
step_fn export_document_csv;
step_fn export_me_csv;
step_fn export_document_jsonld;
step_fn export_me_jsonld;
step_fn export_document_ndjson;
step_fn export_me_ndjson;

#endif
