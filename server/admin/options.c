#include "admin/options.h"

#include <stdio.h>
#include <string.h>

#define BIT(option) (UINT32_C(1) << (option))
#define ALWAYS (BIT(OPTION_CONFIG) | BIT(OPTION_HELP))
#define WHERE (BIT(OPTION_DATA) | BIT(OPTION_DATABASE) | BIT(OPTION_OWNER_DATABASE))

const struct option_row option_rows[OPTIONS] = {
    [OPTION_LISTEN] = { "listen", "HOST:PORT", "GLOSS_LISTEN",
        "where to listen (default 127.0.0.1:8080; port 0 takes a free one)" },
    [OPTION_DATA] = { "data", "DIR", "GLOSS_DATA",
        "where the private database lies (default /var/lib/gloss for root,\n"
        "${XDG_STATE_HOME:-~/.local/state}/gloss for others)" },
    [OPTION_DATABASE] = { "database", "CONNINFO", "GLOSS_DATABASE",
        "use this PostgreSQL instead of a private one: a libpq connection\n"
        "string or URL, with a role that owns nothing" },
    [OPTION_OWNER_DATABASE] = { "owner-database", "CONNINFO", "GLOSS_OWNER_DATABASE",
        "the same database as the role that owns the schema, for migrations" },
    [OPTION_BASE_URL] = { "base-url", "URL", "GLOSS_BASE_URL",
        "how readers reach the server (default http://HOST:PORT);\n"
        "https here makes cookies secure" },
    [OPTION_WORKERS] = { "workers", "N", "GLOSS_WORKERS",
        "threads that serve requests (default: one for each core)" },
    [OPTION_PUBLIC] = { "public", "on|off", "GLOSS_PUBLIC",
        "let Everyone's texts be read without signing in (default off)" },
    [OPTION_SIGNUP] = { "signup", "open|invited|closed", "GLOSS_SIGNUP",
        "who may make an account (default invited: who has a join link)" },
    [OPTION_RATE_LIMIT] = { "rate-limit", "on|off", "GLOSS_RATE_LIMIT",
        "answer 429 to who asks too often (default on)" },
    [OPTION_METRICS_FROM] = { "metrics-from", "ADDR[,ADDR]...", "GLOSS_METRICS_FROM",
        "who may read /metrics without an admin's token: addresses and\n"
        "ranges, such as 127.0.0.1,10.0.0.0/8 (default nobody)" },
    [OPTION_TRUST_PROXY] = { "trust-proxy", "ADDR[,ADDR]...", "GLOSS_TRUST_PROXY",
        "the proxies, by addresses and ranges, that are believed whom they\n"
        "ask for, so that limits are each client's own (default none)" },
    [OPTION_PROXY_HEADER] = { "proxy-header", "NAME", "GLOSS_PROXY_HEADER",
        "the header in which they say it: X-Forwarded-For (default) or\n"
        "Forwarded; they must not pass on what clients put there" },
    [OPTION_CONFIG] = { "config", "FILE", "GLOSS_CONFIG",
        "read settings from this file (default /etc/gloss.conf if it exists):\n"
        "lines like `listen = 127.0.0.1:8080`" },
    [OPTION_PASSWORD_STDIN] = { "password-stdin", NULL, NULL,
        "read the password from the first line of standard input" },
    [OPTION_ADMIN] = { "admin", NULL, NULL, "make the user an admin of the server" },
    [OPTION_NAME] = { "name", "LABEL", NULL, "what the token is called in lists" },
    [OPTION_SCOPE] = { "scope", "SCOPE", NULL,
        "what the token may do; give it once for each scope:\n"
        "documents:read documents:write annotations:read annotations:write\n"
        "groups:admin export feed admin (default: all but admin)" },
    [OPTION_HELP] = { "help", NULL, NULL, "this text" },
    [OPTION_VERSION] = { "version", NULL, NULL, "the version" },
};

const struct command_row command_rows[COMMANDS] = {
    [COMMAND_SERVE] = { "serve", NULL, NULL,
        ALWAYS | WHERE | BIT(OPTION_LISTEN) | BIT(OPTION_BASE_URL) | BIT(OPTION_WORKERS) |
            BIT(OPTION_PUBLIC) | BIT(OPTION_SIGNUP) | BIT(OPTION_RATE_LIMIT) |
            BIT(OPTION_METRICS_FROM) | BIT(OPTION_TRUST_PROXY) | BIT(OPTION_PROXY_HEADER),
        "run the server",
        "Without --database it keeps a PostgreSQL of its own under --data, started and\n"
        "stopped with it. While there is no admin it prints a link that makes one.\n"
        "SIGTERM lets running requests finish, a second one ends at once; SIGHUP reads the\n"
        "configuration again.\n" },
    [COMMAND_MIGRATE] = { "migrate", NULL, NULL, ALWAYS | WHERE,
        "bring the database's schema up to date",
        "The private database needs no migrate: serve does it. A given one is migrated as its\n"
        "owner: gloss migrate --database CONNINFO --owner-database CONNINFO\n" },
    [COMMAND_DOCTOR] = { "doctor", NULL, NULL, ALWAYS | WHERE,
        "check the database and what is in it", "One line a check; exit status 1 on a fault.\n" },
    [COMMAND_ROUTES] = { "routes", NULL, NULL, ALWAYS,
        "list what the server answers: method, path, operation", NULL },
    [COMMAND_PERMISSIONS] = { "permissions", NULL, NULL, ALWAYS,
        "print who may do what in a group, as a table",
        "Others: users who are not in the group, by its access.\n" },
    [COMMAND_VERSION] = { "version", NULL, NULL, ALWAYS, "print the version", NULL },
    [COMMAND_USER_ADD] = { "user", "add", "NAME",
        ALWAYS | WHERE | BIT(OPTION_PASSWORD_STDIN) | BIT(OPTION_ADMIN), "make an account",
        "The password comes from standard input:\n"
        "    printf '%s' 'correct horse' | gloss user add ada --password-stdin\n" },
    [COMMAND_USER_LIST] = { "user", "list", NULL, ALWAYS | WHERE, "list the accounts",
        "One a line: name, state, admin or reader, when it was made.\n" },
    [COMMAND_USER_DISABLE] = { "user", "disable", "NAME", ALWAYS | WHERE,
        "end a user's sessions and tokens and let them in no more", NULL },
    [COMMAND_USER_ERASE] = { "user", "erase", "NAME", ALWAYS | WHERE,
        "end an account for good and empty what was said with it",
        "What others have answered stays, below an empty place. There is no way back.\n" },
    [COMMAND_USER_PASSWD] = { "user", "passwd", "NAME", ALWAYS | WHERE | BIT(OPTION_PASSWORD_STDIN),
        "give a user a new password, read from standard input",
        "Sessions that the user has open end. This also lets a disabled user back in.\n" },
    [COMMAND_TOKEN_CREATE] = { "token", "create", "NAME",
        ALWAYS | WHERE | BIT(OPTION_NAME) | BIT(OPTION_SCOPE),
        "make a token for a user and print it, and nothing else",
        "It is shown this once. Send it as `Authorization: Bearer TOKEN`.\n" },
};

bool command_takes(enum command command, enum option option)
{
    return (command_rows[command].options & BIT(option)) != 0;
}

/* Each line of the text behind so many spaces, the first one excepted. */
static struct str indented(struct arena *arena, const char *text, int spaces)
{
    struct str out = STR(""), head, rest = str_from(text);
    bool more;

    do {
        more = str_cut(rest, '\n', &head, &rest);
        out = arena_printf(
            arena, "%.*s%.*s\n%*s", STR_ARG(out), STR_ARG(head), more ? spaces : 0, "");
    } while (more);
    return out;
}

static struct str option_help(struct arena *arena, const struct option_row *row)
{
    struct str usage = arena_printf(
        arena, "--%s%s%s", row->name, row->value ? " " : "", row->value ? row->value : "");
    struct str text = indented(arena, row->description, 30);

    if (row->variable)
        text = arena_printf(arena, "%.*s%30s(%s)\n", STR_ARG(text), "", row->variable);
    if (usage.bytes > 26) /* too long for its column: a line of its own */
        return arena_printf(arena, "  %.*s\n%30s%.*s", STR_ARG(usage), "", STR_ARG(text));
    return arena_printf(arena, "  %-28.*s%.*s", STR_ARG(usage), STR_ARG(text));
}

static struct str command_usage(struct arena *arena, const struct command_row *row)
{
    return arena_printf(arena, "%s%s%s%s%s", row->noun, row->verb ? " " : "",
        row->verb ? row->verb : "", row->operand ? " " : "", row->operand ? row->operand : "");
}

static struct str overview(struct arena *arena)
{
    struct str text = STR("gloss keeps texts and what readers say about them.\n\n"
                          "usage: gloss COMMAND [OPTION]...\n\n");

    for (int i = 0; i < COMMANDS; i++) {
        struct str usage = command_usage(arena, &command_rows[i]);
        text = arena_printf(
            arena, "%.*s  %-22.*s%s\n", STR_ARG(text), STR_ARG(usage), command_rows[i].summary);
    }
    return arena_printf(arena,
        "%.*s\n`gloss COMMAND --help` lists a command's options; `gloss --version` says which "
        "one this is.\n",
        STR_ARG(text));
}

struct str help_text(struct arena *arena, enum command command)
{
    if (command == COMMANDS)
        return overview(arena);

    const struct command_row *row = &command_rows[command];
    struct str usage = command_usage(arena, row);
    struct str text = arena_printf(arena, "usage: gloss %.*s [OPTION]...\n\n%s.\n%s\noptions:\n",
        STR_ARG(usage), row->summary, row->details ? row->details : "");
    for (int i = 0; i < OPTIONS; i++)
        if (command_takes(command, (enum option)i)) {
            struct str line = option_help(arena, &option_rows[i]);
            text = arena_printf(arena, "%.*s%.*s", STR_ARG(text), STR_ARG(line));
        }
    return text;
}
