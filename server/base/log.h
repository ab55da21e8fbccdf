/* The log: one JSON object a line on stderr. Ids, routes, numbers and our own words only: never a
 * body, a token, a password or a quote. Every thread may log; a line is written whole. */
#ifndef GLOSS_BASE_LOG_H
#define GLOSS_BASE_LOG_H

#include "base/str.h"

#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *key;
    enum { LOG_TEXT, LOG_NUMBER } type;
    struct str text;
    int64_t number;
};

#define LOG_STR(key, value) ((struct log_field){ (key), LOG_TEXT, (value), 0 })
#define LOG_CSTR(key, value) ((struct log_field){ (key), LOG_TEXT, str_from(value), 0 })
#define LOG_INT(key, value) ((struct log_field){ (key), LOG_NUMBER, STR_NONE, (value) })

/* From now on this thread's lines wait for log_flush(), which a loop calls at the end of each turn:
 * a system call a turn instead of one a request. Warnings and errors go out at once, with what
 * waits. */
void log_in_turns(void);
void log_flush(void);

/* Lines below this level are dropped; LOG_INFO until told otherwise. */
void log_set_level(enum log_level level);

/* log_line(LOG_WARN, "database.lost", LOG_CSTR("class", "read"), LOG_INT("waiting", 3)); */
#define log_line(level, event, ...) \
    log_write((level), (event), (struct log_field[]){ __VA_ARGS__, { 0 } })
/* A text that was not given is left out. log_note(): without any field. */
#define log_note(level, event) log_write((level), (event), (struct log_field[]){ { 0 } })

void log_write(enum log_level level, const char *event, const struct log_field *fields);

#endif
