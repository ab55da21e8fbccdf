/* Where a list goes on: the key of the last row of a page, as an opaque text. It holds nothing that
 * the rows did not show, and is checked against damage, not against invention: a made-up one leads
 * to a page that its reader may see anyway. */
#ifndef GLOSS_STEP_CURSOR_H
#define GLOSS_STEP_CURSOR_H

#include "base/arena.h"
#include "base/str.h"
#include "base/uuid.h"

/* Which list a cursor belongs to; one of another list is refused. */
enum cursor_order {
    CURSOR_CREATED = 'c', /* newest first by the time of creation */
    CURSOR_UPDATED = 'u', /* newest first by the latest change */
    CURSOR_OLDEST = 'o',  /* oldest first by the time of creation */
    CURSOR_NUMBER = 'n'   /* by a number, in `time_us`: versions, positions */
};

struct cursor {
    enum cursor_order order;
    int64_t time_us; /* as of the row, to the microsecond */
    struct uuid id;
    uint8_t minor; /* where time and id do not tell rows apart */
};

struct str cursor_write(struct arena *arena, const struct cursor *cursor);

/* False unless `text` is exactly what cursor_write() gave for a cursor of this order. */
bool cursor_read(struct str text, enum cursor_order order, struct cursor *out);

#endif
