/* The pages. */
#ifndef GLOSS_READER_READER_H
#define GLOSS_READER_READER_H

#include "http/respond.h"

/* A problem as a page, for the routes of pages (struct http_config). */
RESPOND enum step page_problem(struct request *req, enum problem problem, struct str detail);

#endif
