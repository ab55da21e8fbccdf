/* The door: no row becomes an annotation, a count or an entry of a list but through here, where the
 * reader's pass is held against the audience that the row carries. The statement has asked for rows
 * of that pass already; a row that should not be here is a fault of ours. */
#ifndef GLOSS_VISIBILITY_DOOR_H
#define GLOSS_VISIBILITY_DOOR_H

#include "base/arena.h"
#include "db/params.h"
#include "db/result.h"
#include "model/annotation.h"
#include "model/document.h"
#include "model/reader.h"

/* The $reads of a statement that shows something: the reader's pass. */
struct db_param reads_param(struct arena *arena, const struct reader *reader);
/* The $past of one: audiences that the reader could read once, for their own words there. */
struct db_param past_param(struct arena *arena, const struct reader *reader);
/* The $muted of a list: whom the reader does not want to read, null for nobody. */
struct db_param muted_param(struct arena *arena, const struct reader *reader);
/* The pass of a statement that decides something (where words go, whether one may reply) or that no
 * door stands behind. */
struct db_param true_pass_param(struct arena *arena, const struct reader *reader);

enum door {
    DOOR_ADMITTED,
    DOOR_WITHHELD, /* not to be shown: as if it were not there */
    DOOR_BROKEN    /* the statement returned what it must not; logged; answer 500 */
};

/* May the reader see a row by its columns author_id, audience_id, also? */
enum door door_admits(const struct reader *reader, const struct db_result *res, int row);

/* The same for a row of a text by its columns owner_id and audiences, an array: of the home group
 * and of those that list it. */
enum door door_admits_text(const struct reader *reader, const struct db_result *res, int row);

/* Who wrote a row, as the reader is told, by the columns of annotations/author.part: others' masks
 * are seen through by those who hold mask_leaders_id alone. Texts are borrowed. */
enum door door_author(
    const struct reader *reader, const struct db_result *res, int row, struct author *out);

/* Who put a text in, or wrote a revision of it, as the reader is told, by the columns of
 * documents/putter.part: in a group where they go by a mask by that, or not at all (the id is nil),
 * unless the reader reads it through another. Texts are borrowed. */
enum door door_putter(
    const struct reader *reader, const struct db_result *res, int row, struct author *out);

/* A row of annotations/find.sql, or of a list: `out` is set when admitted. Texts are borrowed from
 * the result; door_annotation_in_full() has copies in the arena and sets `out->source`. A tombstone
 * on which nothing hangs that this reader may see is withheld, as is all on a deleted document. */
enum door door_annotation(struct arena *arena, const struct reader *reader,
    const struct db_result *res, int row, struct annotation *out);
enum door door_annotation_in_full(struct arena *arena, const struct reader *reader,
    const struct db_result *res, int row, struct annotation *out);

/* Whose suggestions a revision took up, by a row's column credits (credits_told()), as far as the
 * reader may see them. Texts are borrowed. Admitted, also where there are none, or broken. */
enum door door_credits(struct arena *arena, const struct reader *reader,
    const struct db_result *res, int row, struct credits *out);

/* A copy of what was borrowed from a row; NULL of NULL. */
const struct suggestion *suggestion_kept(struct arena *arena, const struct suggestion *it);

/* The rows of a list statement that was asked for limit + 1 of them. Texts are borrowed from the
 * result. False: broken, answer 500. */
bool door_annotations(struct arena *arena, const struct reader *reader, const struct db_result *res,
    size_t limit, struct annotation_list *out);

/* The same, of one author as the reader is told alone: a mask is another than who wears it. */
bool door_annotations_of(struct arena *arena, const struct reader *reader,
    const struct db_result *res, size_t limit, const struct uuid *author,
    struct annotation_list *out);

/* What lies on a document for a reader. */
struct shelves {
    int64_t annotations; /* live ones that the reader may see */
    uint64_t tag;        /* differs whenever something of it has changed; for ETags */
};

/* The rows of shelves/of_document.sql. False: broken, answer 500. */
bool door_shelves(const struct reader *reader, const struct db_result *res, struct shelves *out);
/* The rows of shelves/of_documents.sql that are of one document. */
bool door_shelves_of(const struct reader *reader, const struct db_result *res, struct uuid document,
    struct shelves *out);

/* How often the door has met a row that its statement must not have returned, in all threads. */
uint64_t door_refusals(void);

#endif
