/* Streams whose pieces are made by inner requests (http/inner.h): the state that they share. The
 * first piece is made before the answer begins, so that a refusal can still be said as one; later
 * failures cut the stream. While a piece goes out, who takes it is asked for now and then: where
 * they have lost a right since it was made, the rest of it stays here. */
#ifndef GLOSS_STEP_PIECES_H
#define GLOSS_STEP_PIECES_H

#include "base/buffer.h"
#include "model/reader.h"
#include "step/await.h"

struct pieces {
    struct buffer out; /* the piece that is being made, then goes out */
    const char *media_type;
    void (*make)(struct request *req);
    struct pass pass; /* of the reader for whom the piece was made */
    int32_t *reads;
    size_t room;
    bool begun, inside;
    enum step step;
};

/* Makes pieces with make(req), which fills `out` and ends each time, now or later, in pieces_give()
 * or pieces_fail(). The rest belongs to the stream: http/stream.h. */
RESPOND enum step pieces_begin(struct request *req, struct pieces *pieces, const char *media_type,
    void (*make)(struct request *req));
bool pieces_have_begun(const struct pieces *pieces);

/* Whose piece it is. */
void pieces_of_reader(struct pieces *pieces, const struct reader *reader);
void pieces_give(struct request *req, struct pieces *pieces, bool more);
/* With the answer that said so, which is freed: the request's own, if nothing has gone out yet. */
void pieces_fail(struct request *req, struct pieces *pieces, struct request *refusal);

#endif
