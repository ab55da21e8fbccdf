#include "formats/notes.h"

#include <stdlib.h>

#define NONE SIZE_MAX

struct knot {
    const struct annotation *it;
    size_t parent, child, sibling; /* the first child, the next sibling; NONE */
};

enum note_place note_place(const struct annotation *it)
{
    if (!uuid_is_nil(it->parent))
        return NOTE_REPLY;
    if (!it->anchor.is_placed)
        return NOTE_ON_ALL;
    return it->anchor.is_gone ? NOTE_ON_GONE : NOTE_ON_PASSAGE;
}

static int order(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_place(const void *left, const void *right)
{
    const struct annotation *a = ((const struct knot *)left)->it;
    const struct annotation *b = ((const struct knot *)right)->it;
    int result = uuid_order(a->document, b->document);

    if (result == 0)
        result = (int)note_place(a) - (int)note_place(b);
    if (result == 0 && note_place(a) == NOTE_ON_PASSAGE)
        result = order(a->anchor.start_chars, b->anchor.start_chars);
    if (result == 0)
        result = order(a->created_us, b->created_us);
    return result ? result : uuid_order(a->id, b->id);
}

struct found {
    struct uuid id;
    size_t at;
};

static int by_id(const void *left, const void *right)
{
    return uuid_order(((const struct found *)left)->id, ((const struct found *)right)->id);
}

static size_t find(const struct found *all, size_t count, struct uuid id)
{
    const struct found key = { id, 0 };
    const struct found *found =
        uuid_is_nil(id) ? NULL : bsearch(&key, all, count, sizeof *all, by_id);
    return found ? found->at : NONE;
}

/* Hangs every reply under what it answers. Backwards, so that the first child is the oldest. */
static void tie(struct arena *arena, struct knot *knots, size_t count)
{
    struct found *all = arena_array(arena, struct found, count);

    for (size_t i = 0; i < count; i++)
        all[i] = (struct found){ knots[i].it->id, i };
    qsort(all, count, sizeof *all, by_id);
    for (size_t i = 0; i < count; i++)
        knots[i].parent = find(all, count, knots[i].it->parent);
    for (size_t i = count; i-- > 0;) {
        size_t parent = knots[i].parent;
        if (parent == NONE)
            continue;
        knots[i].sibling = knots[parent].child;
        knots[parent].child = i;
    }
}

/* One thread, depth first; without recursion, because threads may be deep. */
static size_t walk(const struct knot *knots, size_t root, struct note *out)
{
    size_t at = root, depth = 0, count = 0;

    for (;;) {
        out[count++] = (struct note){ knots[at].it, depth };
        if (knots[at].child != NONE) {
            at = knots[at].child;
            depth++;
            continue;
        }
        while (at != root && knots[at].sibling == NONE) {
            at = knots[at].parent;
            depth--;
        }
        if (at == root)
            return count;
        at = knots[at].sibling;
    }
}

struct note *notes_arrange(struct arena *arena, const struct annotation *annotations, size_t count)
{
    struct knot *knots = arena_array(arena, struct knot, count);
    struct note *notes = arena_array(arena, struct note, count);
    size_t done = 0;

    for (size_t i = 0; i < count; i++)
        knots[i] = (struct knot){ &annotations[i], NONE, NONE, NONE };
    if (count > 0)
        qsort(knots, count, sizeof *knots, by_place);
    tie(arena, knots, count);
    for (size_t i = 0; i < count; i++)
        if (knots[i].parent == NONE)
            done += walk(knots, i, notes + done);
    return notes;
}
