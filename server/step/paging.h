/* What all lists have in common: `limit` and `cursor` in, {"data":[…],"next":…} and Link out. Ask
 * the statement for paging_ask() rows: one more than the page tells whether there is a next one. */
#ifndef GLOSS_STEP_PAGING_H
#define GLOSS_STEP_PAGING_H

#include "base/writer.h"
#include "db/params.h"
#include "http/respond.h"
#include "step/cursor.h"

#define PAGING_LIMIT 50
#define PAGING_LIMIT_MAX 200

struct paging {
    enum cursor_order order;
    int limit;
    bool goes_on; /* a cursor was given: `after` is the last row of the page before */
    struct cursor after;
};

/* Reads `limit` and `cursor`. False: *why says what is wrong; respond_invalid_query() answers it.
 */
bool paging_read(
    struct request *req, enum cursor_order order, struct paging *paging, struct invalid *why);

/* The parameters for the statement: how many rows, and after which; null on the first page. */
struct db_param paging_ask(const struct paging *paging);
struct db_param paging_after_time(const struct paging *paging);
struct db_param paging_after_number(const struct paging *paging);
struct db_param paging_after_id(const struct paging *paging);

/* How many of the rows that came belong to the page, and whether there are more. */
int paging_rows(const struct paging *paging, int rows);
bool paging_has_next(const struct paging *paging, int rows);

/* Begins {"data":[ … */
void paging_begin(struct writer *writer);
/* … and ends it; `next` is the cursor of the page's last row, NULL at the end of the list. The ETag
 * is one that was set before, or made of the page itself. */
RESPOND enum step respond_paging(
    struct request *req, struct writer *writer, const struct cursor *next);

/* A fault of the query; its pointer is /query/NAME. Returns false. */
bool query_fault(struct request *req, struct invalid *why, const char *name, const char *code,
    const char *detail_format, ...) __attribute__((format(printf, 5, 6)));
/* 400 invalid-query */
RESPOND enum step respond_invalid_query(struct request *req, const struct invalid *why);

#endif
