#include "cluster/postgres.h"

#include "cluster/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_BYTES_MAX (8 << 20)
#define SMALL_FILE_BYTES 4096
#define UNFINISHED "postgres.new-"

static bool fails(struct arena *arena, struct str *why, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fails(struct arena *arena, struct str *why, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    *why = arena_vprintf(arena, format, args);
    va_end(args);
    return false;
}

static const char *join(struct arena *arena, const char *folder, const char *name)
{
    return arena_cstr(arena, arena_printf(arena, "%s/%s", folder, name));
}

/* Only tests make clusters that need not survive the machine. */
static bool is_throwaway(void)
{
    return getenv("GLOSS_TEST") && getenv("GLOSS_TEST_NO_FSYNC");
}

/* The first bytes of a file; not given when it cannot be read. */
static struct str read_small(struct arena *arena, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *text = arena_alloc(arena, SMALL_FILE_BYTES);
    ssize_t bytes = fd < 0 ? -1 : read(fd, text, SMALL_FILE_BYTES - 1);

    if (fd >= 0)
        close(fd);
    return bytes < 0 ? STR_NONE : (struct str){ text, (size_t)bytes };
}

static bool write_whole(const char *path, struct str text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        return false;
    bool written = write(fd, text.at, text.bytes) == (ssize_t)text.bytes && fsync(fd) == 0;
    return close(fd) == 0 && written;
}

static void sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

/* -- the programs ----------------------------------------------------------------------------- */

/* "postgres (PostgreSQL) 15.18 (Debian …)" → 15 */
static int major_of(struct arena *arena, const char *programs)
{
    const char *const argv[] = { join(arena, programs, "postgres"), "--version", NULL };

    if (access(argv[0], X_OK) != 0)
        return 0;
    const char *said = arena_cstr(arena, process_output(arena, argv));
    const char *number = said ? strstr(said, "(PostgreSQL) ") : NULL;
    return number ? atoi(number + strlen("(PostgreSQL) ")) : 0;
}

static void consider(struct arena *arena, struct postgres *pg, const char *programs, int wanted)
{
    int major = major_of(arena, programs);

    if (major < POSTGRES_MAJOR_MIN || (wanted && major != wanted) || major <= pg->major)
        return;
    pg->major = major;
    pg->programs = arena_cstr(arena, str_from(programs));
}

static void look_in_packages(struct arena *arena, struct postgres *pg, int wanted)
{
    static const char *const patterns[] = { "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin" };

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found;

        if (glob(patterns[i], 0, NULL, &found) != 0)
            continue;
        for (size_t j = 0; j < found.gl_pathc; j++)
            consider(arena, pg, found.gl_pathv[j], wanted);
        globfree(&found);
    }
}

static void look_in_path(struct arena *arena, struct postgres *pg, int wanted)
{
    struct str rest = str_from(getenv("PATH")), folder;

    while (str_given(rest)) {
        str_cut(rest, ':', &folder, &rest);
        if (folder.bytes == 0 || folder.at[0] != '/')
            continue;
        /* the other programs and files lie beside the real one, not beside a link to it */
        char *real = realpath(
            arena_cstr(arena, arena_printf(arena, "%.*s/postgres", STR_ARG(folder))), NULL);
        char *slash = real ? strrchr(real, '/') : NULL;
        if (slash) {
            *slash = '\0';
            consider(arena, pg, real, wanted);
        }
        free(real);
    }
}

bool postgres_find(struct arena *arena, const char *data, struct postgres *pg, struct str *why)
{
    struct postgres found = { .data = data,
        .cluster = join(arena, data, "postgres"),
        .log = join(arena, data, "postgres.log") };
    struct str version = read_small(arena, join(arena, found.cluster, "PG_VERSION"));
    int wanted = str_given(version) ? atoi(version.at) : 0;

    look_in_packages(arena, &found, wanted);
    if (!found.programs)
        look_in_path(arena, &found, wanted);
    if (!found.programs && wanted)
        return fails(arena, why,
            "%s was made by PostgreSQL %d, which is not installed: apt-get install -y "
            "postgresql-%d",
            found.cluster, wanted, wanted);
    if (!found.programs)
        return fails(arena, why,
            "PostgreSQL %d or newer is not installed: apt-get install -y postgresql, or give "
            "--database CONNINFO",
            POSTGRES_MAJOR_MIN);
    *pg = found;
    return true;
}

/* -- making the cluster ----------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
    (void)st;
    (void)type;
    (void)place;
    return remove(path);
}

/* What starts that were cut off have left. The initdb of one may still be writing: what cannot be
 * removed now goes the next time a cluster is made, and is in nobody's way until then. */
static void remove_unfinished(struct arena *arena, const char *data)
{
    DIR *folder = opendir(data);

    if (!folder)
        return;
    for (const struct dirent *entry; (entry = readdir(folder));)
        if (strncmp(entry->d_name, UNFINISHED, strlen(UNFINISHED)) == 0)
            nftw(join(arena, data, entry->d_name), remove_one, 16, FTW_DEPTH | FTW_PHYS);
    closedir(folder);
}

static bool add_includes(struct arena *arena, const char *cluster)
{
    static const char lines[] = "\n# gloss.conf is written by gloss at each start. What you want "
                                "otherwise goes into local.conf.\n"
                                "include 'gloss.conf'\ninclude_if_exists 'local.conf'\n";
    FILE *out = fopen(join(arena, cluster, "postgresql.conf"), "ae");

    if (!out)
        return false;
    bool written = fputs(lines, out) >= 0 && fflush(out) == 0 && fsync(fileno(out)) == 0;
    return fclose(out) == 0 && written;
}

bool postgres_init(struct arena *arena, const struct postgres *pg, struct str *why)
{
    if (access(pg->cluster, F_OK) == 0)
        return true;

    char *made = (char *)(uintptr_t)join(arena, pg->data, UNFINISHED "XXXXXX");
    const char *const argv[] = { join(arena, pg->programs, "initdb"), "--pgdata", made,
        "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
        "--auth-local=trust", "--auth-host=reject", "--no-instructions",
        is_throwaway() ? "--no-sync" : NULL, NULL };

    remove_unfinished(arena, pg->data);
    if (!mkdtemp(made))
        return fails(arena, why, "cannot make a folder in %s: %s", pg->data, strerror(errno));
    off_t mark = postgres_log_mark(pg);
    if (process_run(argv, pg->data, pg->log) != 0) {
        struct str said = postgres_log_since(arena, pg, mark);
        return fails(
            arena, why, "initdb could not make a database in %s: %.*s", pg->data, STR_ARG(said));
    }
    /* only a finished cluster gets the name: a half-made one is never taken for one */
    if (!add_includes(arena, made) || rename(made, pg->cluster) != 0)
        return fails(arena, why, "cannot finish the database in %s: %s", pg->data, strerror(errno));
    sync_folder(pg->data);
    return true;
}

/* -- settings --------------------------------------------------------------------------------- */

/* In a configuration file a quote is written twice, a backslash too. */
static struct str quoted(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, 2 * strlen(text) + 1);
    size_t bytes = 0;

    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            out[bytes++] = *text;
        out[bytes++] = *text;
    }
    return (struct str){ out, bytes };
}

static int memory_mb(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);

    return pages < 1 || page < 1 ? 1024 : (int)((int64_t)pages * page >> 20);
}

/* An eighth of the memory: the server and the system's own cache need the rest. */
static int shared_buffers_mb(void)
{
    int mb = memory_mb() / 8;

    return mb < 32 ? 32 : mb > 1024 ? 1024 : mb;
}

static struct str settings(struct arena *arena, const struct postgres *pg)
{
    struct str folder = quoted(arena, pg->data);

    return arena_printf(arena,
        "# Written by gloss at each start; your own settings go into local.conf beside it.\n"
        "listen_addresses = ''\n"
        "port = 5432\n"
        "unix_socket_directories = '\"%.*s\"'\n"
        "unix_socket_permissions = 0700\n"
        "max_connections = 200\n"
        "shared_buffers = %dMB\n"
        "effective_cache_size = %dMB\n"
        "jit = off\n"
        "random_page_cost = 1.1\n"
        "default_toast_compression = lz4\n"
        "wal_compression = lz4\n"
        "max_parallel_workers_per_gather = 0\n"
        "# Plans need to know soon how a new text has grown.\n"
        "autovacuum_naptime = 10s\n"
        "# No row's content may get into the log: the server logs codes and names itself.\n"
        "log_error_verbosity = terse\n"
        "log_min_error_statement = panic\n"
        "log_min_messages = log\n"
        "log_checkpoints = off\n"
        "log_timezone = 'UTC'\n"
        "timezone = 'UTC'\n"
        "cluster_name = 'gloss'\n"
        "%s",
        STR_ARG(folder), shared_buffers_mb(), memory_mb() / 2 < 64 ? 64 : memory_mb() / 2,
        is_throwaway() ? "fsync = off\n" : "");
}

static bool write_settings(struct arena *arena, const struct postgres *pg)
{
    const char *made = join(arena, pg->cluster, "gloss.conf.new");

    return write_whole(made, settings(arena, pg)) &&
        rename(made, join(arena, pg->cluster, "gloss.conf")) == 0;
}

/* -- starting --------------------------------------------------------------------------------- */

/* The pid in a lock file of PostgreSQL's; 0 when there is no file. */
static pid_t pid_in(struct arena *arena, const char *path)
{
    struct str text = read_small(arena, path);

    return str_given(text) ? (pid_t)labs(strtol(text.at, NULL, 10)) : 0;
}

/* PostgreSQL works in its cluster's folder, so a pid whose process works elsewhere is another's. */
static bool works_here(struct arena *arena, const struct postgres *pg, pid_t pid)
{
    const char *link = arena_cstr(arena, arena_printf(arena, "/proc/%ld/cwd", (long)pid));
    struct stat theirs, ours;

    return stat(link, &theirs) == 0 && stat(pg->cluster, &ours) == 0 &&
        theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

/* A zombie has no working directory any more. */
bool postgres_lives(struct arena *arena, const struct postgres *pg, pid_t pid)
{
    return pid > 0 && kill(pid, 0) == 0 && works_here(arena, pg, pid);
}

pid_t postgres_running(struct arena *arena, const struct postgres *pg)
{
    pid_t pid = pid_in(arena, join(arena, pg->cluster, "postmaster.pid"));

    return postgres_lives(arena, pg, pid) ? pid : 0;
}

/* After a crash of the machine, or in a container that starts anew, the pid in a lock file may be
 * some other process's, even our own; PostgreSQL would then refuse to start for good. One that is
 * dead is PostgreSQL's own to handle: it looks for survivors first. */
static void remove_recycled(struct arena *arena, const struct postgres *pg)
{
    const char *const files[] = { join(arena, pg->cluster, "postmaster.pid"),
        join(arena, pg->data, ".s.PGSQL.5432.lock") };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        pid_t pid = pid_in(arena, files[i]);
        if (pid > 0 && kill(pid, 0) == 0 && !works_here(arena, pg, pid))
            unlink(files[i]);
    }
}

static void turn_log(struct arena *arena, const struct postgres *pg)
{
    if (postgres_log_mark(pg) > LOG_BYTES_MAX)
        rename(pg->log, join(arena, pg->data, "postgres.log.1"));
}

pid_t postgres_start(struct arena *arena, const struct postgres *pg, struct str *why)
{
    const char *const argv[] = { join(arena, pg->programs, "postgres"), "-D", pg->cluster, NULL };

    if (!write_settings(arena, pg)) {
        fails(arena, why, "cannot write %s/gloss.conf: %s", pg->cluster, strerror(errno));
        return -1;
    }
    remove_recycled(arena, pg);
    turn_log(arena, pg);
    pid_t pid = process_start(argv, pg->data, pg->log);
    if (pid < 0)
        fails(arena, why, "cannot start %s: %s", argv[0], strerror(errno));
    return pid;
}

off_t postgres_log_mark(const struct postgres *pg)
{
    struct stat st;

    return stat(pg->log, &st) == 0 ? st.st_size : 0;
}

struct str postgres_log_since(struct arena *arena, const struct postgres *pg, off_t mark)
{
    int fd = open(pg->log, O_RDONLY | O_CLOEXEC);
    char *text = arena_alloc(arena, SMALL_FILE_BYTES);
    off_t end = postgres_log_mark(pg);
    off_t from = end - mark >= SMALL_FILE_BYTES ? end - SMALL_FILE_BYTES + 1 : mark;
    ssize_t bytes = fd < 0 ? 0 : pread(fd, text, SMALL_FILE_BYTES - 1, from);

    if (fd >= 0)
        close(fd);
    return str_trim((struct str){ text, bytes > 0 ? (size_t)bytes : 0 });
}
