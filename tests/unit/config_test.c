#include "test.h"

#include "admin/config.h"

#include <unistd.h>

#define WORDS(...)                             \
    (char *[])                                 \
    {                                          \
        (char[]){ "gloss" }, __VA_ARGS__, NULL \
    }
#define W(word) ((char[]){ word })

static struct arena *arena;
static struct config config;
static struct str text;

static void forget_environment(void)
{
    static const char *const names[] = { "GLOSS_LISTEN", "GLOSS_DATA", "GLOSS_DATABASE",
        "GLOSS_OWNER_DATABASE", "GLOSS_BASE_URL", "GLOSS_WORKERS", "GLOSS_PUBLIC", "GLOSS_SIGNUP",
        "GLOSS_RATE_LIMIT", "GLOSS_METRICS_FROM", "GLOSS_TRUST_PROXY", "GLOSS_PROXY_HEADER",
        "GLOSS_CONFIG" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
}

static enum config_outcome read_words(char **words)
{
    int count = 0;

    while (words[count])
        count++;
    if (!arena) /* one for the whole program: the last test's text may still be looked at */
        arena = arena_make();
    text = STR_NONE;
    return config_read(arena, count, words, &config, &text);
}

/* The path of a file that holds these lines. */
static const char *file_with(const char *lines)
{
    static char path[] = "/tmp/gloss-config-XXXXXX";
    static int fd = -1;

    if (fd < 0)
        fd = mkstemp(path);
    if (fd < 0 || ftruncate(fd, 0) != 0 ||
        pwrite(fd, lines, strlen(lines), 0) != (ssize_t)strlen(lines))
        abort();
    return path;
}

TEST("without options a server listens on loopback and lets in who is invited")
{
    forget_environment();
    setenv("GLOSS_CONFIG", file_with(""), 1);
    CHECK_INT(read_words(WORDS("serve")), CONFIG_READY);
    CHECK_INT(config.command, COMMAND_SERVE);
    CHECK_STR(str_from(config.listen_host), STR("127.0.0.1"));
    CHECK_INT(config.listen_port, 8080);
    CHECK(!config.database && !config.owner_database && !config.base_url);
    CHECK(config.data[0] == '/');
    CHECK(config.workers >= 1);
    CHECK(config.rate_limit && !config.public_reading);
}

TEST("an option wins over its variable, that over the file, that over the default")
{
    forget_environment();
    setenv("GLOSS_CONFIG", file_with("workers = 3\nlisten = 127.0.0.1:3\npublic = on\n"), 1);
    setenv("GLOSS_WORKERS", "2", 1);
    setenv("GLOSS_LISTEN", "127.0.0.1:2", 1);
    CHECK_INT(read_words(WORDS("serve", "--workers", "1")), CONFIG_READY);
    CHECK_INT(config.workers, 1);
    CHECK_INT(config.listen_port, 2);
    CHECK(config.public_reading);
}

TEST("an empty variable is none")
{
    forget_environment();
    setenv("GLOSS_CONFIG", file_with(""), 1);
    setenv("GLOSS_DATABASE", "", 1);
    CHECK_INT(read_words(WORDS("serve")), CONFIG_READY);
    CHECK(!config.database);
}

TEST("a line of the file may have spaces, a comment is a line of its own, and # stays in a value")
{
    forget_environment();
    setenv("GLOSS_CONFIG",
        file_with("# where\n\n  database =  host=/tmp dbname=a#b password='x = y' \r\n"), 1);
    CHECK_INT(read_words(WORDS("doctor")), CONFIG_READY);
    CHECK_STR(str_from(config.database), STR("host=/tmp dbname=a#b password='x = y'"));
}

TEST("addresses are a host and a port")
{
    static const struct {
        const char *listen, *host; /* host NULL: refused */
        int port;
    } rows[] = {
        { "127.0.0.1:0", "127.0.0.1", 0 },
        { "[::1]:8080", "::1", 8080 },
        { "localhost:65535", "localhost", 65535 },
        { "8080", NULL, 0 },
        { ":8080", NULL, 0 },
        { "::1:8080", NULL, 0 },
        { "127.0.0.1:", NULL, 0 },
        { "127.0.0.1:65536", NULL, 0 },
        { "127.0.0.1:8080x", NULL, 0 },
        { "127.0.0.1:-1", NULL, 0 },
    };

    forget_environment();
    setenv("GLOSS_CONFIG", file_with(""), 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setenv("GLOSS_LISTEN", rows[i].listen, 1);
        enum config_outcome outcome = read_words(WORDS("serve"));
        if ((outcome == CONFIG_READY) != (rows[i].host != NULL))
            FAIL("%s: %.*s", rows[i].listen, STR_ARG(text));
        if (rows[i].host) {
            CHECK_STR(str_from(config.listen_host), str_from(rows[i].host));
            CHECK_INT(config.listen_port, rows[i].port);
        } else {
            CHECK(str_contains(text, STR("GLOSS_LISTEN")));
        }
    }
}

TEST("a base URL has a scheme and a host, no path, and loses its last slash")
{
    static const struct {
        const char *given, *kept;
    } rows[] = {
        { "https://gloss.example.org", "https://gloss.example.org" },
        { "https://gloss.example.org/", "https://gloss.example.org" },
        { "http://127.0.0.1:8080", "http://127.0.0.1:8080" },
        { "gloss.example.org", NULL },
        { "https://", NULL },
        { "https://example.org/gloss", NULL },
        { "ftp://example.org", NULL },
        { "https://example.org?x", NULL },
        { "https://exa mple.org", NULL },
    };

    forget_environment();
    setenv("GLOSS_CONFIG", file_with(""), 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setenv("GLOSS_BASE_URL", rows[i].given, 1);
        enum config_outcome outcome = read_words(WORDS("serve"));
        if ((outcome == CONFIG_READY) != (rows[i].kept != NULL))
            FAIL("%s: %.*s", rows[i].given, STR_ARG(text));
        if (rows[i].kept)
            CHECK_STR(str_from(config.base_url), str_from(rows[i].kept));
    }
}

TEST("what is wrong is named, with what would be right")
{
    static const struct {
        const char *file;
        char *words[6];
        const char *says;
    } rows[] = {
        { "", { "serve", "--lisen", "x" }, "did you mean --listen?" },
        { "", { "serve", "--listen" }, "--listen needs a value" },
        { "", { "serve", "--listen=" }, "--listen is empty" },
        { "", { "sevre" }, "did you mean serve?" },
        { "", { "user" }, "add, list, disable, erase, passwd" },
        { "", { "user", "add", "--password-stdin" }, "NAME is missing" },
        { "", { "user", "add", "ada" }, "--password-stdin is missing" },
        { "", { "user", "list", "ada" }, "unexpected argument ada" },
        { "", { "user", "list", "--admin" }, "takes no --admin" },
        { "", { "serve", "-x" }, "two dashes" },
        { "", { "serve", "--workers", "65" }, "1 to 64" },
        { "", { "serve", "--signup", "yes" }, "open, invited or closed" },
        { "", { "serve", "--public", "yes" }, "on or off" },
        { "", { "serve", "--help=x" }, "takes no value" },
        { "", { "migrate", "--owner-database", "x" }, "needs --database" },
        { "listen\n", { "serve" }, ":1: expected `name = value`" },
        { "\nlisten =\n", { "serve" }, ":2: listen is empty" },
        { "color = red\n", { "serve" }, "there is no setting color" },
        { "config = /etc/x\n", { "serve" }, "there is no setting config" },
        { "public = on\npublic = off\n", { "serve" }, ":2: public is set twice" },
        { "workers = 0\n", { "serve" }, ":1: 0 is not" },
    };

    forget_environment();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *words[8] = { "gloss" };

        memcpy(words + 1, rows[i].words, sizeof rows[i].words);
        setenv("GLOSS_CONFIG", file_with(rows[i].file), 1);
        if (read_words(words) != CONFIG_WRONG || !str_contains(text, str_from(rows[i].says)))
            FAIL("row %zu says \"%.*s\", not \"%s\"", i, STR_ARG(text), rows[i].says);
    }
}

TEST("a configuration file that is asked for must be there")
{
    forget_environment();
    CHECK_INT(read_words(WORDS("serve", "--config", "/nonexistent/gloss.conf")), CONFIG_WRONG);
    CHECK(str_contains(text, STR("/nonexistent/gloss.conf")));
}

TEST("every command explains itself")
{
    static const char *const commands[][2] = { { "serve" }, { "migrate" }, { "doctor" },
        { "routes" }, { "version" }, { "user", "add" }, { "user", "list" }, { "user", "disable" },
        { "user", "passwd" }, { "token", "create" } };

    forget_environment();
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char noun[16], verb[16], help[] = "--help";
        char *words[5] = { "gloss", noun, commands[i][1] ? verb : help,
            commands[i][1] ? help : NULL };

        snprintf(noun, sizeof noun, "%s", commands[i][0]);
        snprintf(verb, sizeof verb, "%s", commands[i][1] ? commands[i][1] : "");
        CHECK_INT(read_words(words), CONFIG_ANSWERED);
        CHECK(str_starts(text, STR("usage: gloss ")));
        CHECK(str_contains(text, str_from(noun)));
    }
    CHECK_INT(read_words(WORDS("--help")), CONFIG_ANSWERED);
    CHECK(str_contains(text, STR("token create NAME")));
    CHECK_INT(read_words(WORDS("--version")), CONFIG_ANSWERED);
}

TEST("scopes add up, and an equals sign joins a value")
{
    forget_environment();
    setenv("GLOSS_CONFIG", file_with(""), 1);
    CHECK_INT(read_words(WORDS("token", "create", "ada", "--scope=feed", "--scope", "export",
                  "--name", "laptop")),
        CONFIG_READY);
    CHECK_STR(str_from(config.name), STR("ada"));
    CHECK_STR(str_from(config.label), STR("laptop"));
    CHECK_INT(config.scope_count, 2);
    CHECK_STR(config.scopes[1], STR("export"));
}

TEST("addresses are read as a list, and what is none is named with its place")
{
    forget_environment();
    setenv("GLOSS_CONFIG", file_with("metrics-from = 10.0.0.0/8, ::1\n"), 1);
    CHECK_INT(read_words(WORDS("serve")), CONFIG_READY);
    CHECK_INT(config.metrics_from.count, 2);
    setenv("GLOSS_METRICS_FROM", "127.0.0.1", 1);
    CHECK_INT(read_words(WORDS("serve")), CONFIG_READY);
    CHECK_INT(config.metrics_from.count, 1);
    CHECK_INT(read_words(WORDS("serve", W("--metrics-from"), W("::1,localhost"))), CONFIG_WRONG);
    CHECK(str_contains(text, STR("--metrics-from: localhost is no address")));
    forget_environment();
}

TEST("proxies say whom they ask for in one of two headers")
{
    forget_environment();
    setenv("GLOSS_CONFIG", file_with("trust-proxy = 10.0.0.1\n"), 1);
    CHECK_INT(read_words(WORDS("serve")), CONFIG_READY);
    CHECK_INT(config.proxies.trusted.count, 1);
    CHECK(!config.proxies.says_forwarded);
    setenv("GLOSS_PROXY_HEADER", "forwarded", 1);
    CHECK_INT(read_words(WORDS("serve")), CONFIG_READY);
    CHECK(config.proxies.says_forwarded);
    CHECK_INT(read_words(WORDS("serve", W("--proxy-header"), W("Via"))), CONFIG_WRONG);
    CHECK(str_contains(text, STR("X-Forwarded-For or Forwarded")));
    CHECK_INT(read_words(WORDS("serve", W("--trust-proxy"), W("unix"))), CONFIG_WRONG);
    forget_environment();
}
