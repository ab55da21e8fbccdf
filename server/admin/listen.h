/* Is the address free? Asked once before anything is started; the workers then share it. */
#ifndef GLOSS_ADMIN_LISTEN_H
#define GLOSS_ADMIN_LISTEN_H

#include "admin/config.h"

bool listen_check(struct arena *arena, const struct config *config, struct str *why);

#endif
