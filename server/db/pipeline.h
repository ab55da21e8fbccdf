/* Inside db/ only: one connection in pipeline mode: connecting and coming back, preparing, sending,
 * and giving each answer to the unit that asked. */
#ifndef GLOSS_DB_PIPELINE_H
#define GLOSS_DB_PIPELINE_H

#include "db/unit.h"

struct pipeline;

struct pipeline_config {
    const char *conninfo;
    const char *options; /* settings of the session, as libpq's `options` */
    enum db_class class;
    int answer_limit_ms; /* a unit unanswered for so long: the connection is given up */
    struct class_meter *meter;
};

/* Whom to tell: a unit that has been answered or failed is ours to free; one that comes back may be
 * sent again. */
struct pipeline *pipeline_new(
    struct loop *loop, const struct pipeline_config *config, struct unit_queue *comes_back);
void pipeline_free(struct pipeline *pipeline);

bool pipeline_is_up(const struct pipeline *pipeline);
int pipeline_in_flight(const struct pipeline *pipeline);
int64_t pipeline_reconnects(const struct pipeline *pipeline);
/* How often connecting has failed since it last worked. */
int pipeline_failures(const struct pipeline *pipeline);

/* Is there room for what the unit's answers are waited for in? */
bool pipeline_has_room(const struct pipeline *pipeline, const struct unit *unit);
/* Takes the unit. Writes get a sync of their own at once; reads wait for pipeline_flush(). */
void pipeline_send(struct pipeline *pipeline, struct unit *unit);
void pipeline_flush(struct pipeline *pipeline);

/* When the server last gave a sign of life here, and since when one is waited for (INT64_MAX: none
 * is). One may be asked for: a sync that nobody's work depends on. */
int64_t pipeline_heard_ms(const struct pipeline *pipeline);
int64_t pipeline_quiet_since_ms(const struct pipeline *pipeline);
void pipeline_ask_for_life(struct pipeline *pipeline);

/* The server has gone silent on another connection: without a sign of life just now, all that is in
 * flight here is answered with ERR_TIMEOUT and the connection made anew. */
void pipeline_doubt(struct pipeline *pipeline, int64_t now_ms);

/* Answers units past their deadline. False: the connection had gone silent and was given up. */
bool pipeline_sweep(struct pipeline *pipeline, int64_t now_ms);

#endif
