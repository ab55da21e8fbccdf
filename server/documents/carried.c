/* One passage, from one revision to another. */
#include "documents/documents.h"

#include <stdlib.h>

const char *anchor_state_name(enum anchor_state state)
{
    static const char *const names[] = { [ANCHOR_EXACT] = "exact",
        [ANCHOR_MOVED] = "moved",
        [ANCHOR_CHANGED] = "changed",
        [ANCHOR_AMBIGUOUS] = "ambiguous",
        [ANCHOR_GONE] = "gone" };

    return names[state];
}

struct carrying {
    void *state; /* the caller's */
    after_carried *next;
    struct uuid document, to_revision;
    struct range range;
    const struct text_index *from, *to;
    struct carried now;
};

static enum step on_from(struct request *req, const struct text_index *from);
static enum step on_to(struct request *req, const struct text_index *to);
static void carry_one(struct request *req);
static enum step on_done(struct request *req);

enum step await_carried(struct request *req, struct uuid document, struct uuid from, struct uuid to,
    struct range range, after_carried *next)
{
    struct carrying *it = arena_new(req->arena, struct carrying);

    *it = (struct carrying){
        .state = req->state, .next = next, .document = document, .to_revision = to, .range = range
    };
    req->state = it;
    return await_text(req, document, from, on_from);
}

static enum step on_from(struct request *req, const struct text_index *from)
{
    struct carrying *it = req->state;

    it->from = from;
    return await_text(req, it->document, it->to_revision, on_to);
}

static enum step on_to(struct request *req, const struct text_index *to)
{
    struct carrying *it = req->state;

    it->to = to;
    return await_text_work(
        req, text_index_text(it->from).bytes + text_index_text(to).bytes, carry_one, on_done);
}

static void carry_one(struct request *req)
{
    struct carrying *it = req->state;
    struct alignment *alignment = alignment_new(it->from, it->to);

    if (!carry(alignment, &it->range, 1, &it->now))
        abort(); /* it was found in this text */
    alignment_free(alignment);
}

static enum step on_done(struct request *req)
{
    const struct carrying *it = req->state;

    req->state = it->state;
    return it->next(req, &it->now);
}
