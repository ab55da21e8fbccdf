/* What all pages have in common: head, bar, security headers. Inside reader/ only. */
#ifndef GLOSS_READER_PAGE_H
#define GLOSS_READER_PAGE_H

#include "http/respond.h"
#include "model/reader.h"
#include "reader/html.h"
#include "step/app.h"

struct page {
    struct str title;
    const char *script; /* the asset that makes the page alive: "reader.js" */
    struct str where;   /* what stands in the bar; STR_NONE: nothing */
    struct str where_link;
    bool reads; /* the reading page: it has the bar's further buttons */
};

/* Begins the page: everything up to <main>. */
void page_begin(struct buffer *out, struct request *req, const struct page *page);
/* Ends it and answers with it. */
RESPOND enum step page_end(struct buffer *out, struct request *req, int status);

/* The path of an asset; it changes when any asset does, so it may be kept for ever. */
struct str asset_path(struct arena *arena, const char *name);

bool is_signed_in(const struct request *req);

/* The name of a group as this reader would call it: their own is "Only me". */
struct str group_title(struct str kind, struct str name);

/* Who put a text in, by the columns of documents/putter.part, as this reader is told. */
struct str putter_called(struct request *req, const struct db_result *res, int row);

/* Who reads, who is named, who looks first: the rules of a group in words, from the columns access,
 * anonymous, leaders_see_through and premoderated of the first row. */
void html_group_rules(struct buffer *out, const struct db_result *res);

/* <time> with the date; a script says it in the reader's own words. */
void html_time(struct buffer *out, int64_t us);
/* Two forms, for who has no account yet and for who has one. */
void html_sign_up(struct buffer *out, const char *button);
void html_sign_in(struct buffer *out, struct request *req, struct str next);

/* Where an account comes from, for who was asked to sign in and has none. */
void html_no_account(struct buffer *out, const struct request *req);

/* The page for who must sign in first: 401, and back here afterwards. */
RESPOND enum step respond_sign_in_first(struct request *req);
/* Nothing that this reader may know of: 404, or for who is signed out 401, as everywhere. */
RESPOND enum step respond_not_here(struct request *req);

#endif
