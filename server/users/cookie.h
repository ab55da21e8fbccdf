/* The page's cookie. */
#ifndef GLOSS_USERS_COOKIE_H
#define GLOSS_USERS_COOKIE_H

#include "http/request.h"

#define SESSION_DAYS 90 /* as sign_in.sql and begin_session.sql have it */

/* The session's secret as the browser sent it; STR_NONE without one that could be. */
struct str cookie_secret(const struct request *req);

/* Sets the cookie with the coming answer, or takes it away. */
void cookie_set(struct request *req, struct str secret);
void cookie_clear(struct request *req);

/* True when a request that changes something comes from our own pages, as far as the browser says:
 * by Sec-Fetch-Site, else by Origin. What says neither is not believed. */
bool comes_from_own_page(const struct request *req);

/* True when a browser says that it comes from a page elsewhere. A program says nothing. */
bool comes_from_elsewhere(const struct request *req);

#endif
