/* The command line, the environment and the configuration file: a line is a word, or NAME=value of
 * a variable; behind an empty line comes the file. */
#include "fuzz.h"

#include "admin/config.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char fuzz_target[] = "config";

#define WORDS_MAX 16

static const char *const variables[] = { "GLOSS_LISTEN", "GLOSS_DATA", "GLOSS_DATABASE",
    "GLOSS_OWNER_DATABASE", "GLOSS_BASE_URL", "GLOSS_WORKERS", "GLOSS_PUBLIC", "GLOSS_SIGNUP",
    "GLOSS_RATE_LIMIT" };

/* Where the file can be read: it is never written to a disk. */
static const char *put_file(struct str content)
{
    static char path[32];
    static int fd = -1;

    if (fd < 0)
        fd = memfd_create("config", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (fd < 0 || ftruncate(fd, 0) != 0 ||
        pwrite(fd, content.at ? content.at : "", content.bytes, 0) != (ssize_t)content.bytes)
        abort();
    return path;
}

static bool set_variable(struct arena *arena, struct str line)
{
    struct str name, value;

    if (!str_cut(line, '=', &name, &value))
        return false;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (str_eq(name, str_from(variables[i]))) {
            setenv(variables[i], arena_cstr(arena, value), 1);
            return true;
        }
    return false;
}

/* Words of a command line end at a NUL. */
static int read_words(struct arena *arena, struct str *rest, char *argv[WORDS_MAX + 2])
{
    int argc = 1;
    struct str line;

    argv[0] = (char *)(uintptr_t) "gloss";
    while (rest->bytes > 0) {
        str_cut(*rest, '\n', &line, rest);
        if (line.bytes == 0)
            break;
        if (argc <= WORDS_MAX && !set_variable(arena, line))
            argv[argc++] = (char *)(uintptr_t)arena_cstr(arena, line);
    }
    argv[argc] = NULL;
    return argc;
}

static void check_ready(const struct config *config)
{
    PROMISE(config->command >= COMMAND_SERVE && config->command < COMMANDS);
    PROMISE(config->workers >= 1 && config->workers <= 64);
    PROMISE(config->listen && config->listen_host && *config->listen_host);
    PROMISE(config->data && config->data[0] == '/');
    PROMISE(!config->owner_database || config->database);
    PROMISE(config->signup == SIGNUP_OPEN || config->signup == SIGNUP_INVITED ||
        config->signup == SIGNUP_CLOSED);
    PROMISE(config->scope_count == 0 || config->command == COMMAND_TOKEN_CREATE);
    if (config->base_url) {
        struct str url = str_from(config->base_url);
        PROMISE(str_starts(url, STR("http://")) || str_starts(url, STR("https://")));
        PROMISE(!str_ends(url, STR("/")));
        for (size_t i = 0; i < url.bytes; i++)
            PROMISE((unsigned char)url.at[i] > ' ' && !strchr("\"<>\\\177?#@", url.at[i]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct str rest = { (const char *)data, bytes }, text = STR_NONE;
    struct arena *arena = arena_make();
    struct config config;
    char *argv[WORDS_MAX + 2];

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    int argc = read_words(arena, &rest, argv);
    setenv("GLOSS_CONFIG", put_file(rest), 1);
    enum config_outcome outcome = config_read(arena, argc, argv, &config, &text);
    if (outcome == CONFIG_READY)
        check_ready(&config);
    else
        PROMISE(text.bytes > 0);
    arena_free(arena);
    return 0;
}
