/* Inside annotations/ only: many annotations in one request, a line each. A line is a request
 * inside the request (http/inner.h): it goes through POST /annotations, and what that would answer
 * becomes the line's result. */
#ifndef GLOSS_ANNOTATIONS_BATCH_H
#define GLOSS_ANNOTATIONS_BATCH_H

#include "base/buffer.h"
#include "step/idempotent.h"
#include "step/line_reader.h"

#define BATCH_LINE_MAX_BYTES (256u << 10)
#define BATCH_WINDOW 16 /* lines that are worked on at once */
#define BATCH_KEY_MAX_BYTES 200
#define BATCH_ATOMIC_MAX_LINES 1000
#define BATCH_ATOMIC_MAX_BYTES (4u << 20)

struct batch_line {
    uint64_t number;
    struct request *inner;
    struct writing writing;
};

/* What both kinds of batch have in common: the lines, window by window. */
struct batch {
    struct line_reader reader;
    bool is_trial, is_atomic, ended;
    struct str key; /* STR_NONE: none */
    struct uuid salt;
    struct batch_line *window[BATCH_WINDOW];
    size_t count, pending;
    void (*done)(struct request *req); /* when all of the window have been answered */
};

/* Reads lines into the window, `max` at most, and starts them. `batch` is req->state. */
void batch_start(struct request *req, size_t max);
void batch_drop(struct batch *batch);

/* {"line":1,"status":201,"id":"ann_…"} or {"line":1,"status":422,"problem":{…}}. `id` may be nil:
 * that of the answer's Location, or none. */
void batch_write_line(struct buffer *out, const struct batch_line *line, struct uuid id);
/* {"end":true, …} */
void batch_write_end(struct buffer *out, uint64_t created, uint64_t failed, bool is_trial);

/* All or nothing. */
RESPOND enum step batch_atomic(struct request *req, const struct batch *given);

#endif
