/* Inside exports/ only: an export under way. It is made piece by piece (step/pieces.h), each a
 * request of its own that finds out anew who reads and what of it they may: so it holds as much as
 * a piece. */
#ifndef GLOSS_EXPORTS_EXPORT_H
#define GLOSS_EXPORTS_EXPORT_H

#include "formats/notes_file.h"
#include "step/pieces.h"

#define DOCUMENTS_AT_ONCE 50

/* Where in a document: its heading, its revisions, then its notes as they are read. */
enum part {
    PART_HEADING,
    PART_REVISIONS,
    PART_PASSAGES,
    PART_ON_ALL,
    PART_GONE,
    PART_REPLIES,
    PARTS
};

struct export
{
    struct pieces pieces;
    const struct notes_format *format; /* NULL: NDJSON, for programs */
    bool is_of_me;                     /* all that the reader has said and put in */
    bool has_begun, is_over;
    struct notes_file file;
    size_t lines;

    struct uuid document; /* which one it is at */
    enum part part;
    bool goes_on; /* in its part: behind this */
    int32_t after_start;
    struct uuid after_id;
    int32_t revision; /* the latest one that was written */
    int limit;

    /* a thread too long for its page */
    bool in_thread, thread_goes_on;
    struct uuid thread_of, thread, thread_group, thread_after_id;
    int64_t thread_after_us;

    /* of_me: the documents that come next */
    struct uuid ids[DOCUMENTS_AT_ONCE];
    size_t id_count, id_at;
    bool ids_asked, ids_end;
};

/* That of an inner request. */
struct export *export_of(const struct request *piece);

/* Writes notes, which come in any order, in the order of reading: a thread, the rest of one that
 * has begun before, or some that have nothing to do with each other. */
enum together { A_THREAD, REST_OF_THREAD, APART };
void export_put(struct request *piece, const struct document *doc, const struct annotation *notes,
    size_t count, enum together together);

/* -- the steps of a piece; each ends in export_made() -- */

RESPOND enum step export_made(struct request *piece);
RESPOND enum step export_notes(struct request *piece, const struct document *doc);
RESPOND enum step export_revisions(struct request *piece, const struct document *doc);
/* The part is done: the next one. */
RESPOND enum step export_next_part(struct request *piece, const struct document *doc);

#endif
