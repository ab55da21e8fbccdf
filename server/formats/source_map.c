#include "formats/source_map.h"

#include "base/buffer.h"
#include "formats/text.h"

#include <stdlib.h>

#define MAP_VERSION 1
#define UNIT_MAX UINT16_MAX

static size_t text_end(const struct map_run *run)
{
    return run->text_at + run->count * run->text_unit;
}

static size_t source_end(const struct map_run *run)
{
    return run->source_at + run->count * run->source_unit;
}

void map_add(struct map_runs *runs, struct map_run run)
{
    if (run.count == 0)
        return;
    struct map_run *last = runs->count ? &runs->at[runs->count - 1] : NULL;
    if (last && last->text_unit == run.text_unit && last->source_unit == run.source_unit &&
        text_end(last) == run.text_at && source_end(last) == run.source_at) {
        last->count += run.count;
        return;
    }
    if (runs->count == runs->room) {
        runs->room = runs->room ? runs->room * 2 : 64;
        runs->at = mem_grow(runs->at, runs->room * sizeof *runs->at);
    }
    runs->at[runs->count++] = run;
}

void map_drop(struct map_runs *runs)
{
    free(runs->at);
    *runs = (struct map_runs){ 0 };
}

/* The run that holds the byte `at` of the text, or the first one after it; runs->count past all. */
static size_t run_of(const struct map_runs *runs, size_t at)
{
    size_t low = 0, high = runs->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_end(&runs->at[middle]) <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What the bytes [at, at + count) of the middle text were made from, copied byte for byte. */
static void add_copied(struct map_runs *runs, const struct map_runs *outer, struct map_run inner)
{
    size_t from = inner.source_at, to = from + inner.count;
    for (size_t i = run_of(outer, from); i < outer->count && outer->at[i].text_at < to; i++) {
        const struct map_run *run = &outer->at[i];
        size_t start = run->text_at > from ? run->text_at : from;
        size_t end = text_end(run) < to ? text_end(run) : to;
        size_t skipped = (start - run->text_at) / run->text_unit;
        map_add(runs,
            (struct map_run){ .text_at = inner.text_at + (start - from),
                .source_at = run->source_at + skipped * run->source_unit,
                .count = (end - start) / run->text_unit,
                .text_unit = run->text_unit,
                .source_unit = run->source_unit });
    }
}

/* What one unit of the middle text was made from, as a whole. */
static void add_unit(struct map_runs *runs, const struct map_runs *outer, struct map_run inner)
{
    size_t from = inner.source_at, last = from + inner.source_unit - 1;
    size_t i = run_of(outer, from), j = run_of(outer, last);
    if (i == outer->count || j == outer->count)
        return;
    const struct map_run *head = &outer->at[i], *tail = &outer->at[j];
    size_t start = head->source_at;
    if (from > head->text_at)
        start += (from - head->text_at) / head->text_unit * head->source_unit;
    if (last < tail->text_at)
        return;
    size_t end =
        tail->source_at + ((last - tail->text_at) / tail->text_unit + 1) * tail->source_unit;
    if (end <= start || end - start > UNIT_MAX)
        return;
    inner.source_at = start;
    inner.source_unit = (uint16_t)(end - start);
    map_add(runs, inner);
}

void map_add_through(struct map_runs *runs, const struct map_runs *outer, struct map_run inner)
{
    if (!outer) {
        map_add(runs, inner);
        return;
    }
    if (inner.text_unit == 1 && inner.source_unit == 1) {
        add_copied(runs, outer, inner);
        return;
    }
    struct map_run unit = inner;
    unit.count = 1;
    for (size_t i = 0; i < inner.count; i++) {
        add_unit(runs, outer, unit);
        unit.text_at += unit.text_unit;
        unit.source_at += unit.source_unit;
    }
}

static void put_varint(struct buffer *out, uint64_t number)
{
    while (number >= 0x80) {
        buffer_put_char(out, (char)(number | 0x80));
        number >>= 7;
    }
    buffer_put_char(out, (char)number);
}

static bool get_varint(struct str map, size_t *at, uint64_t *number)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && *at < map.bytes; shift += 7) {
        unsigned char byte = (unsigned char)map.at[(*at)++];
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *number = value;
            return true;
        }
    }
    return false;
}

/* For each run: bytes of text without a source before it, the jump in the source (zigzag, as a
 * jump may lead back), the count with a flag for units other than 1 and 1, and those units. */
struct str map_write(struct arena *arena, const struct map_runs *runs)
{
    struct buffer out = { 0 };
    size_t text_at = 0, source_at = 0;

    put_varint(&out, MAP_VERSION);
    for (size_t i = 0; i < runs->count; i++) {
        const struct map_run *run = &runs->at[i];
        int64_t jump = (int64_t)run->source_at - (int64_t)source_at;
        bool units = run->text_unit != 1 || run->source_unit != 1;

        put_varint(&out, run->text_at - text_at);
        put_varint(&out, (uint64_t)jump << 1 ^ (uint64_t)(jump >> 63));
        put_varint(&out, (uint64_t)run->count << 1 | units);
        if (units) {
            put_varint(&out, run->text_unit);
            put_varint(&out, run->source_unit);
        }
        text_at = text_end(run);
        source_at = source_end(run);
    }
    return buffer_finish(&out, arena);
}

/* Reads the run after *run, which is all zero before the first. */
static bool next_run(struct str map, size_t *at, struct map_run *run)
{
    uint64_t gap, jump, count, text_unit = 1, source_unit = 1;
    if (!get_varint(map, at, &gap) || !get_varint(map, at, &jump) || !get_varint(map, at, &count))
        return false;
    if (count & 1 && (!get_varint(map, at, &text_unit) || !get_varint(map, at, &source_unit)))
        return false;
    uint64_t back = jump >> 1 ^ (0 - (jump & 1));
    *run = (struct map_run){ .text_at = text_end(run) + gap,
        .source_at = source_end(run) + back,
        .count = count >> 1,
        .text_unit = (uint16_t)text_unit,
        .source_unit = (uint16_t)source_unit };
    return text_unit > 0;
}

bool text_map_source(struct str map, size_t from_bytes, size_t to_bytes, struct text_source *out)
{
    struct text_source found = { .contiguous = true };
    struct map_run run = { 0 };
    size_t at = 0, reached = from_bytes;
    uint64_t version;
    bool any = false;

    if (!get_varint(map, &at, &version) || version != MAP_VERSION)
        return false;
    while (reached < to_bytes && next_run(map, &at, &run) && run.text_at < to_bytes) {
        if (text_end(&run) <= from_bytes)
            continue;
        size_t start = run.text_at > from_bytes ? run.text_at : from_bytes;
        size_t end = text_end(&run) < to_bytes ? text_end(&run) : to_bytes;
        size_t first = (start - run.text_at) / run.text_unit;
        size_t last = (end - run.text_at + run.text_unit - 1) / run.text_unit;
        size_t source_from = run.source_at + first * run.source_unit;

        if (start != reached || (any && source_from != found.to_byte))
            found.contiguous = false;
        if (!any || source_from < found.from_byte)
            found.from_byte = source_from;
        if (run.source_at + last * run.source_unit > found.to_byte)
            found.to_byte = run.source_at + last * run.source_unit;
        reached = end;
        any = true;
    }
    if (!any)
        return false;
    if (reached != to_bytes)
        found.contiguous = false;
    *out = found;
    return true;
}
