/* The pages: HTML written here, made alive by the modules in assets/. Every page can be read
 * without scripts; what is written on it goes through the API. */
#ifndef GLOSS_READER_READER_H
#define GLOSS_READER_READER_H

#include "http/problem.h"
#include "http/respond.h"

step_fn page_texts;      /* GET / */
step_fn page_sign_in;    /* GET /signin */
step_fn page_sign_out;   /* GET /signout */
step_fn form_sign_in;    /* POST /signin, without scripts */
step_fn form_sign_out;   /* POST /signout */
step_fn page_new;        /* GET /new */
step_fn page_account;    /* GET /account */
step_fn page_join;       /* GET /join/{code} */
step_fn page_setup;      /* GET /setup/{code} */
step_fn page_group;      /* GET /g/{group} */
step_fn page_reader;     /* GET /d/{document} */
step_fn page_revision;   /* GET /d/{document}@{revision} */
step_fn page_edit;       /* GET /d/{document}/edit */
step_fn page_history;    /* GET /d/{document}/history */
step_fn page_diff;       /* GET /d/{document}/diff */
step_fn page_annotation; /* GET /n/{annotation} */
step_fn asset_get;       /* GET /assets/{version}/{file} */

/* A problem as a page, for the routes of pages (struct http_config). */
RESPOND enum step page_problem(struct request *req, enum problem problem, struct str detail);

#endif
