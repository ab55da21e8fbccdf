/* Inside admin/ only: the table of options that parsing and --help are both made from. */
#ifndef GLOSS_ADMIN_OPTIONS_H
#define GLOSS_ADMIN_OPTIONS_H

#include "admin/config.h"

enum option {
    OPTION_LISTEN,
    OPTION_DATA,
    OPTION_DATABASE,
    OPTION_OWNER_DATABASE,
    OPTION_BASE_URL,
    OPTION_WORKERS,
    OPTION_PUBLIC,
    OPTION_SIGNUP,
    OPTION_RATE_LIMIT,
    OPTION_METRICS_FROM,
    OPTION_TRUST_PROXY,
    OPTION_PROXY_HEADER,
    OPTION_CONFIG,
    OPTION_PASSWORD_STDIN,
    OPTION_ADMIN,
    OPTION_NAME,
    OPTION_SCOPE,
    OPTION_HELP,
    OPTION_VERSION,
    OPTIONS
};

struct option_row {
    const char *name;        /* "listen" */
    const char *value;       /* "HOST:PORT"; NULL: it takes none */
    const char *variable;    /* "GLOSS_LISTEN"; NULL: only an argument of one command */
    const char *description; /* for --help */
};

struct command_row {
    const char *noun;    /* "serve", "user" */
    const char *verb;    /* "add"; NULL when the noun is all */
    const char *operand; /* "NAME"; NULL when there is none */
    uint32_t options;    /* bits of enum option */
    const char *summary;
    const char *details; /* whole lines */
};

extern const struct option_row option_rows[OPTIONS];
extern const struct command_row command_rows[COMMANDS];

bool command_takes(enum command command, enum option option);

/* The answer to --help: of one command, or (COMMANDS) of gloss itself. */
struct str help_text(struct arena *arena, enum command command);

#endif
