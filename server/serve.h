/* `gloss serve`: the workers, from start to drain. */
#ifndef GLOSS_SERVE_H
#define GLOSS_SERVE_H

#include "admin/config.h"

/* Runs until it is told to stop; returns the exit status. argc and argv are read again on SIGHUP.
 */
int serve(const struct config *config, int argc, char **argv);

#endif
