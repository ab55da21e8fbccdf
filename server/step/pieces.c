#include "step/pieces.h"

#include "http/inner.h"
#include "http/stream.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_BYTES (256u << 10) /* a buffer that one large piece has blown up is let go */

static struct pieces *pieces_of(struct request *req)
{
    return req->pieces;
}

static void release(void *object)
{
    struct pieces *pieces = object;

    buffer_drop(&pieces->out);
    free(pieces->reads);
}

/* -- may it still go out? ---------------------------------------------------------------------- */

static enum step say_known(struct request *req)
{
    return respond_no_content(req);
}

static bool holds_all(const struct pass *now, const struct pass *then)
{
    for (size_t i = 0; i < then->count; i++)
        if (!pass_holds(now, then->reads[i]))
            return false;
    return true;
}

static void on_known(struct request *req, struct request *known)
{
    const struct pieces *pieces = pieces_of(req);
    int status = known->answer.status;
    /* a database that does not answer takes no right away; the next piece will want it */
    bool goes_on =
        status == 503 || (status == 204 && holds_all(&known->reader->pass, &pieces->pass));

    inner_free(known);
    if (goes_on)
        stream_go_on(req);
    else
        stream_cut(req);
}

static void check(struct request *req)
{
    struct request *known = inner_new(req);

    known->run = say_known;
    inner_start(known, on_known);
}

/* -- the pieces -------------------------------------------------------------------------------- */

static void make_next(struct request *req)
{
    struct pieces *pieces = pieces_of(req);

    pieces->out.bytes = 0;
    if (pieces->out.room > KEPT_BYTES)
        buffer_drop(&pieces->out);
    pieces->make(req);
}

/* The first piece is here, or will not come. */
static void answer(struct request *req, struct pieces *pieces, enum step step)
{
    if (pieces->inside)
        pieces->step = step;
    else
        request_continue(req, step);
}

enum step pieces_begin(struct request *req, struct pieces *pieces, const char *media_type,
    void (*make)(struct request *req))
{
    req->pieces = pieces;
    pieces->media_type = media_type;
    pieces->make = make;
    pieces->step = STEP_WAITING;
    arena_own(req->arena, pieces, release);
    pieces->inside = true;
    make(req);
    pieces->inside = false;
    return pieces->step;
}

bool pieces_have_begun(const struct pieces *pieces)
{
    return pieces->begun;
}

void pieces_of_reader(struct pieces *pieces, const struct reader *reader)
{
    const struct pass *pass = &reader->pass;

    if (pass->count > pieces->room) {
        pieces->room = 2 * pass->count;
        pieces->reads = mem_grow(pieces->reads, pieces->room * sizeof *pieces->reads);
    }
    if (pass->count > 0)
        memcpy(pieces->reads, pass->reads, pass->count * sizeof *pieces->reads);
    pieces->pass = (struct pass){ .reads = pieces->reads, .count = pass->count };
}

static void put(struct request *req, struct pieces *pieces, bool more)
{
    if (more)
        stream_put(req, buffer_text(&pieces->out));
    else
        stream_end(req, buffer_text(&pieces->out));
}

void pieces_give(struct request *req, struct pieces *pieces, bool more)
{
    if (pieces->begun) {
        put(req, pieces, more);
        return;
    }
    pieces->begun = true;
    enum step step = respond_stream(req, pieces->media_type, make_next, check);
    if (req->answer.stream)
        put(req, pieces, more);
    answer(req, pieces, step);
}

void pieces_fail(struct request *req, struct pieces *pieces, struct request *refusal)
{
    if (pieces->begun) {
        inner_free(refusal);
        stream_cut(req);
        return;
    }
    enum step step = inner_answer(req, refusal);
    inner_free(refusal);
    answer(req, pieces, step);
}
