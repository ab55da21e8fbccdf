/* gloss: an annotation server. This file reads what is asked for and hands it to its command. */
#include "admin/commands.h"
#include "admin/config.h"
#include "serve.h"

#include <stdio.h>
#include <sys/resource.h>

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
    case COMMAND_VERSION:
        return command_version(config);
    case COMMAND_USER_ADD:
        return command_user_add(config);
    case COMMAND_USER_LIST:
        return command_user_list(config);
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
