/* Documents: the texts that gloss holds, and the pages elsewhere that it knows by their address.
 * Who reads a text: its owner, the members of its home group, and those of groups that list it. A
 * page elsewhere is shown to whoever may see an annotation on it. To all others it does not exist.
 */
#ifndef GLOSS_DOCUMENTS_DOCUMENTS_H
#define GLOSS_DOCUMENTS_DOCUMENTS_H

#include "anchoring/carry.h"
#include "formats/text.h"
#include "model/document.h"
#include "step/await.h"

/* -- handlers -- */

step_fn document_list;
step_fn document_create;
step_fn document_get;
step_fn document_patch;
step_fn document_delete;
step_fn document_restore;
step_fn document_move;
step_fn annotating_put; /* who may write on it */
step_fn document_get_text;
step_fn document_get_html;
step_fn document_get_toc;
step_fn document_get_original;
step_fn document_resolve_quote;
step_fn revision_list;
step_fn revision_create;
step_fn job_get;
step_fn document_diff;
step_fn revision_get;
step_fn revision_get_text;
step_fn revision_get_html;
step_fn listing_put;
step_fn listing_delete;

/* The bodies that they take. */
extern const struct body_rule document_create_body, document_patch_body, document_move_body,
    document_quote_body, revision_create_body;

/* -- for other domains: each may be used while req->state is the caller's own; it is so again when
 *    `next` runs -- */

/* The document as this reader sees it; NULL where there is none that they may know of. */
typedef enum step after_document(struct request *req, const struct document *doc);
RESPOND enum step await_document(struct request *req, struct uuid id, after_document *next);

/* Several, in the order of the ids, without those that the reader may not know of. */
typedef enum step after_documents(struct request *req, const struct document *docs, size_t count);
RESPOND enum step await_documents(
    struct request *req, const struct uuid *ids, size_t count, after_documents *next);

/* The text of a revision of a document that this reader may read (ask first). It is borrowed until
 * the request ends. Answers by itself if it cannot be had. */
typedef enum step after_text(struct request *req, const struct text_index *text);
RESPOND enum step await_text(
    struct request *req, struct uuid document, struct uuid revision, after_text *next);

/* The revision's HTML, as stored: likewise, borrowed from the request's arena. */
typedef enum step after_html(struct request *req, struct str html);
RESPOND enum step await_html(
    struct request *req, struct uuid document, struct uuid revision, after_html *next);

/* -- a new revision: await_base(), then make its source of what there is, then await_revise() -- */

struct revising {
    struct uuid document; /* the caller's; all else is zero before await_base() */

    /* from await_base() on */
    struct revision base; /* the current one, that it is made of and takes the place of */
    struct uuid revision; /* the id that it will have */

    /* the caller's, for await_revise() */
    enum text_format format;
    struct str source, charset;  /* as text_prepare() takes them */
    struct str note;             /* STR_NONE: none */
    const char *pointer;         /* to the text in the request's JSON, for its faults; "" */
    struct str must_read;        /* the canonical text that must come of it; STR_NONE: any */
    const struct db_call *calls; /* more to be done in the same transaction, behind the rest: the
                                  * anchors of the new revision are there then */
    size_t call_count;           /* at most REVISING_CALLS_MAX */

    /* once REVISED */
    struct text_prepared text;
};

#define REVISING_CALLS_MAX 6

/* Loads the text, through the door, and its current revision. Answers by itself where there is no
 * such text for the reader (404), where they may not edit it (403), where If-Match is missing (428)
 * or names another revision (412, with the current one). */
typedef enum step after_base(struct request *req, struct revising *it);
RESPOND enum step await_base(struct request *req, struct revising *it, after_base *next);

enum revised {
    REVISED,
    REVISED_NOTHING,   /* it was made of the same bytes: nothing was written */
    REVISED_OTHERWISE, /* it does not read as it must: nothing was written, it->text says how */
    REVISED_REFUSED    /* by one of it->calls: nothing was written */
};

/* Prepares the text, carries every annotation over, and stores all of it in one transaction that
 * keeps an Idempotency-Key (the request came through idempotent(); what it made is the revision).
 * `res` are the results of it->calls, or says why they were refused (failed_call counts from the
 * first of them). Answers by itself where the text is at fault (422), where another revision came
 * first (412), and where the world is (503). */
typedef enum step after_revised(
    struct request *req, struct revising *it, enum revised how, const struct db_result *res);
RESPOND enum step await_revise(struct request *req, struct revising *it, after_revised *next);

/* The answer: the revision, how what this reader may see stands in it, and where to look. `more`
 * are further members (`"accepted":[…]`). 201; where nothing was written, 200 with "unchanged". */
RESPOND enum step respond_revised(struct request *req, struct uuid document, struct uuid revision,
    enum revised how, struct str more);

/* The same as words: STR_NONE where the reader may not read the text (any more). */
typedef enum step after_report(struct request *req, struct str json);
RESPOND enum step await_report(struct request *req, struct uuid document, struct uuid revision,
    enum revised how, struct str more, after_report *next);

/* 202 with the address of the job (step/jobs.h) that the request becomes. */
RESPOND enum step respond_later(struct request *req, const char *kind, struct uuid document);
/* The same again, where the request is one that became a job. */
RESPOND enum step respond_job(struct request *req, struct uuid job);

/* "exact", "moved" … */
const char *anchor_state_name(enum anchor_state state);

/* The roles that put revisions of others' texts in their home group in, as text[]. */
struct db_param text_managers(struct arena *arena);

/* Where a range of one revision stands in another of the same text. */
typedef enum step after_carried(struct request *req, const struct carried *now);
RESPOND enum step await_carried(struct request *req, struct uuid document, struct uuid from,
    struct uuid to, struct range range, after_carried *next);

/* A row of documents/revisions.sql, with texts borrowed from it, as the reader is told. False: the
 * door refused it, answer 500. */
bool revision_read(struct request *req, const struct db_result *res, int row, struct revision *out);
/* The same with copies of them. */
bool revision_read_copy(
    struct request *req, const struct db_result *res, int row, struct revision *out);

/* A Content-Disposition for a file of this title: attachment; filename="On-Walking.md". */
struct str title_disposition(struct arena *arena, struct str title, const char *suffix);

/* What the words `document` in a request mean: an id, the address of our own page of it (/d/…), or
 * the address of something elsewhere. */
enum target { TARGET_FOUND, TARGET_NOWHERE, TARGET_INVALID };
struct target_document {
    enum target found;
    const char *fault; /* of TARGET_INVALID: a sentence */
    struct uuid id;
    struct uuid revision; /* the current one; nil: a page elsewhere */
    struct str unmade;    /* a page that is not known yet, to be made in the transaction that then
                             has it: its address for target_make_calls(); STR_NONE otherwise */
};
typedef enum step after_target(struct request *req, const struct target_document *target);

/* An address leads to the text of that address which the reader may read (of several the one that
 * came in last), else to the page elsewhere. `make_page`: where the server does not know the page
 * yet it does from now on, for an annotation that is about to be written; until then nobody sees
 * it. */
RESPOND enum step await_target(
    struct request *req, struct str document, bool make_page, after_target *next);
/* The calls that make an unmade page. */
#define TARGET_MAKE_CALLS 2
void target_make_calls(struct request *req, struct str unmade, struct uuid id,
    struct db_call calls[TARGET_MAKE_CALLS]);

/* What the cache of texts holds (documents/texts.h). */
struct text_cache;
const struct cache_meter *text_cache_meter(const struct text_cache *cache);

#endif
