#include "cluster/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_BYTES_MAX 4096

extern char **environ;

static bool is_kept(const char *variable)
{
    static const char *const dropped[] = { "PG", "GLOSS_", "LC_", "LANG", "LD_PRELOAD", "TZ=" };

    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        if (strncmp(variable, dropped[i], strlen(dropped[i])) == 0)
            return false;
    return true;
}

/* The caller frees the array. */
static char **clean_environment(void)
{
    size_t count = 0, kept = 0;

    while (environ[count])
        count++;
    char **clean = mem_zero(count + 1, sizeof *clean);
    for (size_t i = 0; i < count; i++)
        if (is_kept(environ[i]))
            clean[kept++] = environ[i];
    return clean;
}

/* stdin is empty; stdout and stderr go to the log or to our stderr, or stdout to `out_fd`. */
static void set_files(
    posix_spawn_file_actions_t *files, const char *folder, const char *log, int out_fd)
{
    posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (log) {
        posix_spawn_file_actions_addopen(
            files, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        posix_spawn_file_actions_adddup2(files, STDOUT_FILENO, STDERR_FILENO);
    } else {
        posix_spawn_file_actions_adddup2(
            files, out_fd >= 0 ? out_fd : STDERR_FILENO, STDOUT_FILENO);
    }
    posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
    if (folder)
        posix_spawn_file_actions_addchdir_np(files, folder);
}

static pid_t start(const char *const *argv, const char *folder, const char *log, int out_fd)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    char **environment = clean_environment();
    pid_t pid = -1;

    posix_spawn_file_actions_init(&files);
    set_files(&files, folder, log, out_fd);
    posix_spawnattr_init(&attributes);
    sigemptyset(&none);
    sigfillset(&all);
    /* our threads block signals and ignore SIGPIPE: a child must not inherit that */
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int error = posix_spawn(
        &pid, argv[0], &files, &attributes, (char *const *)(uintptr_t)argv, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    free(environment);
    errno = error;
    return error ? -1 : pid;
}

pid_t process_start(const char *const *argv, const char *folder, const char *log)
{
    return start(argv, folder, log, -1);
}

static int status_of(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int process_run(const char *const *argv, const char *folder, const char *log)
{
    pid_t pid = process_start(argv, folder, log);

    return pid < 0 ? -1 : status_of(pid);
}

struct str process_output(struct arena *arena, const char *const *argv)
{
    char *text = arena_alloc(arena, OUTPUT_BYTES_MAX);
    size_t bytes = 0;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return STR_NONE;
    pid_t pid = start(argv, NULL, NULL, ends[1]);
    close(ends[1]);
    while (pid > 0 && bytes < OUTPUT_BYTES_MAX) {
        ssize_t got = read(ends[0], text + bytes, OUTPUT_BYTES_MAX - bytes);
        if (got <= 0)
            break;
        bytes += (size_t)got;
    }
    close(ends[0]);
    return pid > 0 && status_of(pid) == 0 ? (struct str){ text, bytes } : STR_NONE;
}
