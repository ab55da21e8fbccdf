/* What the server says of itself: the index, the contract, the problems, its health. */
#ifndef GLOSS_META_META_H
#define GLOSS_META_META_H

#include "http/request.h"

step_fn meta_index;    /* GET /api/v1 (getIndex) */
step_fn meta_contract; /* GET /api/v1/openapi.json (getContract) */
step_fn meta_problems; /* GET /api/v1/problems (listProblems) */
step_fn meta_problem;  /* GET /api/v1/problems/{slug} (getProblem) */
step_fn meta_health;   /* GET /healthz (getHealth): the process lives */
step_fn meta_ready;    /* GET /readyz (getReadiness): it can answer */
step_fn metrics_get;   /* GET /metrics (getMetrics): what it has done and how busy it is */

#endif
