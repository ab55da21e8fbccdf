#include "anchoring/alike.h"

#include <assert.h>
#include <stdlib.h>

/* What is under the place that the sweep has come to. */
struct sweep {
    struct arena *arena;
    const struct mark *marks;
    uint32_t *active; /* marks that have begun and not ended, in any order */
    size_t active_count;
    size_t *place;    /* of a mark among those */
    uint32_t *covers; /* for each reader, how many active marks are theirs */
    size_t readers;   /* with any */
    size_t first;     /* mark of the run of marks that overlap each other */
    bool is_shared;   /* several readers have marked in this run */

    /* the passage that is being made */
    struct passage passage;
    uint32_t *passage_readers, *passage_marks;
    size_t *last_in; /* for each reader, the number of the last passage that has them */
    size_t number;

    struct passage *found;
    struct passages *out;
};

static void add_mark(struct sweep *it, uint32_t mark)
{
    uint32_t reader = it->marks[mark].reader;

    if (it->passage.mark_count < PASSAGE_MARKS_MAX)
        it->passage_marks[it->passage.mark_count++] = mark;
    if (it->last_in[reader] == it->number)
        return;
    it->last_in[reader] = it->number;
    it->passage_readers[it->passage.reader_count++] = reader;
}

static void begin_passage(struct sweep *it, int32_t start)
{
    it->number++;
    it->passage = (struct passage){ .start = start };
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static const uint32_t *kept(struct arena *arena, uint32_t *numbers, size_t count)
{
    uint32_t *copy = arena_array(arena, uint32_t, count);

    qsort(numbers, count, sizeof *numbers, by_number);
    for (size_t i = 0; i < count; i++)
        copy[i] = numbers[i];
    return copy;
}

static void end_passage(struct sweep *it, int32_t end)
{
    struct passage *passage = &it->passage;

    if (passage->reader_count > 1)
        it->out->alike++;
    else
        it->out->alone++;
    if (it->out->count == PASSAGES_MAX)
        return;
    passage->end = end;
    passage->readers = kept(it->arena, it->passage_readers, passage->reader_count);
    passage->marks = kept(it->arena, it->passage_marks, passage->mark_count);
    it->found[it->out->count++] = *passage;
}

static void begin_mark(struct sweep *it, uint32_t mark)
{
    uint32_t reader = it->marks[mark].reader;

    if (it->active_count == 0) {
        it->first = mark;
        it->is_shared = false;
    }
    it->place[mark] = it->active_count;
    it->active[it->active_count++] = mark;
    if (it->covers[reader]++ == 0 && ++it->readers == 2) {
        it->is_shared = true;
        begin_passage(it, it->marks[mark].start);
        for (size_t i = 0; i < it->active_count; i++)
            add_mark(it, it->active[i]);
    } else if (it->readers > 1) {
        add_mark(it, mark);
    }
}

/* `begun`: so many marks have begun. */
static void end_mark(struct sweep *it, uint32_t mark, size_t begun)
{
    int32_t end = it->marks[mark].end;
    uint32_t last = it->active[--it->active_count];

    it->active[it->place[mark]] = last;
    it->place[last] = it->place[mark];
    if (--it->covers[it->marks[mark].reader] == 0 && --it->readers == 1)
        end_passage(it, end);
    if (it->active_count > 0 || it->is_shared)
        return;
    begin_passage(it, it->marks[it->first].start);
    for (size_t i = it->first; i < begun; i++)
        add_mark(it, (uint32_t)i);
    end_passage(it, end);
}

struct end {
    int32_t at;
    uint32_t mark;
};

static int by_place(const void *left, const void *right)
{
    const struct end *a = left, *b = right;
    return a->at != b->at ? (a->at > b->at) - (a->at < b->at)
                          : (a->mark > b->mark) - (a->mark < b->mark);
}

static const struct end *sorted_ends(struct arena *arena, const struct mark *marks, size_t count)
{
    struct end *ends = arena_array(arena, struct end, count);

    for (size_t i = 0; i < count; i++)
        ends[i] = (struct end){ marks[i].end, (uint32_t)i };
    if (count > 0)
        qsort(ends, count, sizeof *ends, by_place);
    return ends;
}

void passages_find(struct arena *arena, const struct mark *marks, size_t count, size_t readers,
    struct passages *out)
{
    const struct end *ends = sorted_ends(arena, marks, count);
    struct passage *found = arena_array(arena, struct passage, PASSAGES_MAX);
    struct sweep it = { .arena = arena,
        .marks = marks,
        .active = arena_array(arena, uint32_t, count),
        .place = arena_array(arena, size_t, count),
        .covers = arena_array(arena, uint32_t, readers),
        .passage_readers = arena_array(arena, uint32_t, readers),
        .passage_marks = arena_array(arena, uint32_t, PASSAGE_MARKS_MAX),
        .last_in = arena_array(arena, size_t, readers),
        .found = found,
        .out = out };
    size_t begun = 0;

    *out = (struct passages){ .at = found };
    for (size_t ended = 0; ended < count; ended++) {
        /* what only touches does not overlap: ends come first */
        for (; begun < count && marks[begun].start < ends[ended].at; begun++) {
            assert(marks[begun].start < marks[begun].end && marks[begun].reader < readers);
            begin_mark(&it, (uint32_t)begun);
        }
        end_mark(&it, ends[ended].mark, begun);
    }
}
