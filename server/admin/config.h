/* What the command line, the environment and the configuration file ask for. An option wins over
 * its environment variable, that over the file's line, that over the default. */
#ifndef GLOSS_ADMIN_CONFIG_H
#define GLOSS_ADMIN_CONFIG_H

#include "base/arena.h"
#include "base/str.h"
#include "model/settings.h"

enum command {
    COMMAND_SERVE,
    COMMAND_MIGRATE,
    COMMAND_DOCTOR,
    COMMAND_ROUTES,
    COMMAND_PERMISSIONS,
    COMMAND_VERSION,
    COMMAND_USER_ADD,
    COMMAND_USER_LIST,
    COMMAND_USER_DISABLE,
    COMMAND_USER_ERASE,
    COMMAND_USER_PASSWD,
    COMMAND_TOKEN_CREATE,
    COMMANDS
};

struct config {
    enum command command;

    /* Settings. Texts that were not given are NULL. */
    const char *listen;      /* as it was written, HOST:PORT */
    const char *listen_host; /* without the brackets of an IPv6 address */
    uint16_t listen_port;    /* 0: any free one */
    const char *data;        /* absolute */
    const char *database;    /* NULL: the private cluster under `data` */
    const char *owner_database;
    const char *base_url; /* without a slash at its end; NULL: made of where the server listens */
    int workers;
    bool public_reading;
    enum signup signup;
    bool rate_limit;
    struct address_list metrics_from;
    struct proxies proxies;

    /* Arguments of single commands. */
    const char *name; /* user and token */
    bool admin;
    const char *label;
    const struct str *scopes;
    size_t scope_count;
};

enum config_outcome {
    CONFIG_READY,
    CONFIG_ANSWERED, /* --help, --version: *text is the answer */
    CONFIG_WRONG     /* *text says what is wrong and what would be right */
};

/* Sets *config only on CONFIG_READY. May be called again with the same arguments, to reload the
 * file. Everything lives in the arena. */
enum config_outcome config_read(
    struct arena *arena, int argc, char **argv, struct config *config, struct str *text);

#endif
