/* The first steps of every request that has a route: who asks, may they, and what did they send. */
#ifndef GLOSS_ENTER_H
#define GLOSS_ENTER_H

#include "http/request.h"

step_fn enter;

#endif
