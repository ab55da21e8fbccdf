/* Inside http/ only: bodies of routes that take more than a worker should hold in memory. What is
 * more than a little of such a body lies in a file without a name until its request ends. */
#ifndef GLOSS_HTTP_SPOOL_H
#define GLOSS_HTTP_SPOOL_H

#include "http/request.h"

/* True when `count` bytes more of the body belong in its file. */
bool spool_is_for(const struct request *req, size_t count);

enum spooled { SPOOLED, SPOOL_NO_ROOM, SPOOL_DISK_FULL };
enum spooled spool_put(struct request *req, const char *bytes, size_t count);
void spool_free(struct request *req);

#endif
