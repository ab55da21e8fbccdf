/* gloss: an annotation server. This file reads what is asked for and hands it to its command. */
#include "admin/commands.h"
#include "admin/config.h"
#include "base/arena.h"
#include "serve.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unicode/uclean.h>

static int run(const struct config *config, int argc, char **argv)
{
    switch (config->command) {
    case COMMAND_SERVE:
        return serve(config, argc, argv);
    case COMMAND_MIGRATE:
        return command_migrate(config);
    case COMMAND_DOCTOR:
        return command_doctor(config);
    case COMMAND_ROUTES:
        return command_routes(config);
    case COMMAND_PERMISSIONS:
        return command_permissions(config);
    case COMMAND_VERSION:
        return command_version(config);
    case COMMAND_USER_ADD:
        return command_user_add(config);
    case COMMAND_USER_LIST:
        return command_user_list(config);
    case COMMAND_USER_ERASE:
        return command_user_erase(config);
    case COMMAND_USER_DISABLE:
        return command_user_disable(config);
    case COMMAND_USER_PASSWD:
        return command_user_passwd(config);
    case COMMAND_TOKEN_CREATE:
        return command_token_create(config);
    case COMMANDS:
        break;
    }
    return 2;
}

/* A core file would hold passwords, tokens and people's words. */
static void leave_no_core(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}

static void *icu_alloc(const void *context, size_t bytes)
{
    (void)context;
    return mem_alloc(bytes);
}

static void *icu_grow(const void *context, void *block, size_t bytes)
{
    (void)context;
    return mem_grow(block, bytes);
}

static void icu_free(const void *context, void *block)
{
    (void)context;
    free(block);
}

/* A lack of memory is then no fault in what they were given: the process ends as it does elsewhere.
 */
static void lend_memory(void)
{
    UErrorCode status = U_ZERO_ERROR;

    json_set_alloc_funcs(mem_alloc, free);
    u_setMemoryFunctions(NULL, icu_alloc, icu_grow, icu_free, &status);
    if (U_FAILURE(status))
        abort();
}

/* A full disk or a closed pipe must not look like success. */
static int flushed(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    perror("gloss: cannot write the answer");
    return status ? status : 1;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_make();
    struct config config;
    struct str text;
    int status = 2;

    leave_no_core();
    lend_memory();
    switch (config_read(arena, argc, argv, &config, &text)) {
    case CONFIG_READY:
        status = run(&config, argc, argv);
        break;
    case CONFIG_ANSWERED:
        printf("%.*s", STR_ARG(text));
        status = 0;
        break;
    case CONFIG_WRONG:
        fprintf(stderr, "gloss: %.*s\n", STR_ARG(text));
        break;
    }
    arena_free(arena);
    return flushed(status);
}
