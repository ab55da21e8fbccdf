#include "cluster/cluster.h"

#include "cluster/lock.h"
#include "cluster/postgres.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/direct.h"
#include "sql.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SOCKET_PATH_BYTES_MAX 107
#define SOCKET_NAME "/.s.PGSQL.5432"
#define GATE_WAIT_MS 120000
#define START_WAIT_MS 60000
#define SURVIVORS_WAIT_MS 30000
#define STOP_WAIT_MS 60000
#define RETRY_AFTER_MS 2000
#define WATCH_WAIT_MS 800

struct cluster {
    struct arena *arena;
    struct postgres pg;
    const char *database, *owner_database, *admin_database;
    int gate, users, serve; /* lock files; -1 when not open */
    pid_t child;            /* the postmaster, if it is ours to wait for; else 0 */

    /* Of cluster_watch(): the gate is held while a restart is under way. */
    bool restarting, said_died;
    int64_t restart_begun_ms, retry_at_ms;
    off_t restart_mark;
};

static void pause_ms(int ms)
{
    const struct timespec pause = { ms / 1000, ms % 1000 * 1000000L };

    nanosleep(&pause, NULL);
}

/* In a conninfo, quotes and backslashes in a quoted value have a backslash before them. */
static const char *conninfo(
    struct arena *arena, const char *folder, const char *user, const char *database)
{
    char *escaped = arena_alloc(arena, 2 * strlen(folder) + 1);
    size_t bytes = 0;

    for (; *folder; folder++) {
        if (*folder == '\'' || *folder == '\\')
            escaped[bytes++] = '\\';
        escaped[bytes++] = *folder;
    }
    return arena_cstr(arena,
        arena_printf(arena, "host='%s' port=5432 user=%s dbname=%s", escaped, user, database));
}

/* -- is it up? -------------------------------------------------------------------------------- */

static bool answers(const struct cluster *c)
{
    struct arena *arena = arena_make();
    struct str why;
    struct db_direct *db = db_direct_open(arena, c->admin_database, &why);

    db_direct_close(db);
    arena_free(arena);
    return db != NULL;
}

static bool child_ended(struct cluster *c)
{
    if (c->child > 0 && waitpid(c->child, NULL, WNOHANG) == 0)
        return false;
    c->child = 0;
    return true;
}

/* A postmaster that died leaves backends that end by themselves, or another start got in before
 * ours: both pass. */
static bool will_pass(struct str said)
{
    return str_contains(said, STR("already exists")) || str_contains(said, STR("still in use"));
}

/* Until it answers. Recovery after a crash may take long: as long as it lives it has the time. */
static bool start(struct arena *arena, struct cluster *c, struct str *why)
{
    int64_t begun_ms = clock_monotonic_ms();
    off_t mark = 0;
    bool tried = false;

    while (!answers(c)) {
        int64_t waited_ms = clock_monotonic_ms() - begun_ms;

        pause_ms(waited_ms < 2000 ? 20 : 200);
        if (!child_ended(c) || (postgres_running(arena, &c->pg) && waited_ms < START_WAIT_MS))
            continue;
        struct str said = tried ? postgres_log_since(arena, &c->pg, mark) : STR("");
        if (tried && (!will_pass(said) || waited_ms > SURVIVORS_WAIT_MS)) {
            *why = arena_printf(
                arena, "PostgreSQL does not start; %s says: %.*s", c->pg.log, STR_ARG(said));
            return false;
        }
        if (tried)
            pause_ms(200);
        mark = postgres_log_mark(&c->pg);
        c->child = postgres_start(arena, &c->pg, why);
        if (c->child < 0)
            return false;
        tried = true;
    }
    return true;
}

/* -- what gloss needs in it ------------------------------------------------------------------- */

static bool run(struct arena *arena, struct db_direct *db, const struct db_statement *statement,
    struct str *why)
{
    struct db_result res = db_direct_query(arena, db, statement, DB_NO_PARAMS);

    if (res.err != ERR_NONE)
        *why = arena_dup(arena, db_direct_message(db));
    return res.err == ERR_NONE;
}

/* Each step may have been the last one of a start that was cut off. */
static bool furnish(struct arena *arena, struct db_direct *db, struct str *why)
{
    struct db_result res = db_direct_query(arena, db, &sql_cluster_state, DB_NO_PARAMS);

    if (res.err != ERR_NONE) {
        *why = arena_dup(arena, db_direct_message(db));
        return false;
    }
    return (db_get_bool(&res, 0, "has_owner") || run(arena, db, &sql_cluster_create_owner, why)) &&
        (db_get_bool(&res, 0, "has_server") || run(arena, db, &sql_cluster_create_server, why)) &&
        (db_get_bool(&res, 0, "has_database") ||
            run(arena, db, &sql_cluster_create_database, why)) &&
        run(arena, db, &sql_cluster_close_database, why) &&
        run(arena, db, &sql_cluster_open_database, why) &&
        run(arena, db, &sql_cluster_limit_locks, why) &&
        run(arena, db, &sql_cluster_limit_idle, why);
}

static bool ensure_database(struct arena *arena, struct cluster *c, struct str *why)
{
    struct db_direct *db = db_direct_open(arena, c->admin_database, why);
    bool done = db && furnish(arena, db, why);

    db_direct_close(db);
    return done;
}

/* -- in and out ------------------------------------------------------------------------------- */

bool cluster_check_path(struct arena *arena, const char *data, struct str *why)
{
    if (strlen(data) + strlen(SOCKET_NAME) > SOCKET_PATH_BYTES_MAX) {
        *why = arena_printf(arena,
            "the path of the data directory is too long for a socket in it (%zu bytes, at most "
            "%zu): choose a shorter one with --data DIR",
            strlen(data), SOCKET_PATH_BYTES_MAX - strlen(SOCKET_NAME));
        return false;
    }
    if (strpbrk(data, ",\"\n\r")) {
        *why = STR("the path of the data directory must not contain a comma, a double quote or a "
                   "line break: choose another with --data DIR");
        return false;
    }
    return true;
}

static int open_lock(struct cluster *c, const char *name)
{
    return lock_open(arena_cstr(c->arena, arena_printf(c->arena, "%s/%s", c->pg.data, name)));
}

static bool open_locks(struct arena *arena, struct cluster *c, struct str *why)
{
    c->gate = open_lock(c, "gate.lock");
    c->users = open_lock(c, "users.lock");
    c->serve = open_lock(c, "serve.lock");
    if (c->gate >= 0 && c->users >= 0 && c->serve >= 0)
        return true;
    *why = arena_printf(arena, "cannot make the lock files in %s: %s", c->pg.data, strerror(errno));
    return false;
}

static bool claim(struct arena *arena, struct cluster *c, struct str *why)
{
    if (lock_exclusive(c->serve, 0)) {
        lock_sign(c->serve);
        return true;
    }
    *why = arena_printf(arena,
        "gloss already serves the data in %s (process %ld): stop that one first, or choose other "
        "data with --data DIR",
        c->pg.data, (long)lock_signer(c->serve));
    return false;
}

static bool pass_gate(struct arena *arena, struct cluster *c, struct str *why)
{
    if (lock_exclusive(c->gate, clock_monotonic_ms() + GATE_WAIT_MS))
        return true;
    *why = arena_printf(arena,
        "another gloss process has been starting or stopping the database in %s for two minutes",
        c->pg.data);
    return false;
}

/* Behind the gate: nobody else starts or stops it now. */
static bool bring_up(struct arena *arena, struct cluster *c, struct str *why)
{
    return lock_shared(c->users, clock_monotonic_ms() + GATE_WAIT_MS) &&
        postgres_find(c->arena, c->pg.data, &c->pg, why) && postgres_init(arena, &c->pg, why) &&
        start(arena, c, why) && ensure_database(arena, c, why);
}

static void stop(struct arena *arena, struct cluster *c)
{
    int64_t deadline_ms = clock_monotonic_ms() + STOP_WAIT_MS;
    /* one that we have just started has no pid file yet */
    pid_t pid = c->child > 0 ? c->child : postgres_running(arena, &c->pg);

    if (pid > 0)
        kill(pid, SIGINT); /* "fast": transactions are ended, then a checkpoint */
    while (c->child > 0 || postgres_lives(arena, &c->pg, pid)) {
        if (clock_monotonic_ms() > deadline_ms) {
            kill(pid, SIGQUIT); /* the next start recovers */
            deadline_ms += STOP_WAIT_MS;
        }
        pause_ms(10);
        child_ended(c);
    }
}

static void leave(struct cluster *c)
{
    struct arena *arena = arena_make();

    if (c->pg.cluster && lock_exclusive(c->gate, clock_monotonic_ms() + GATE_WAIT_MS)) {
        lock_release(c->users);
        if (lock_exclusive(c->users, 0))
            stop(arena, c);
    }
    arena_free(arena);
}

static void release(struct cluster *c)
{
    const int locks[] = { c->users, c->gate, c->serve };

    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++)
        if (locks[i] >= 0)
            close(locks[i]);
    arena_free(c->arena);
    free(c);
}

struct cluster *cluster_open(
    struct arena *arena, const char *data, enum cluster_use use, struct str *why)
{
    struct cluster *c = mem_zero(1, sizeof *c);
    c->arena = arena_make();
    c->pg.data = arena_cstr(c->arena, str_from(data));
    c->database = conninfo(c->arena, data, "gloss", "gloss");
    c->owner_database = conninfo(c->arena, data, "gloss_owner", "gloss");
    c->admin_database = conninfo(c->arena, data, "postgres", "postgres");
    c->gate = c->users = c->serve = -1;
    if (!open_locks(arena, c, why) || (use == CLUSTER_SERVE && !claim(arena, c, why)) ||
        !pass_gate(arena, c, why)) {
        release(c);
        return NULL;
    }
    bool up = bring_up(arena, c, why);
    lock_release(c->gate);
    if (!up) {
        leave(c);
        release(c);
        return NULL;
    }
    return c;
}

void cluster_close(struct cluster *c)
{
    if (!c)
        return;
    leave(c);
    release(c);
}

const char *cluster_database(const struct cluster *c)
{
    return c->database;
}

const char *cluster_owner_database(const struct cluster *c)
{
    return c->owner_database;
}

/* -- while it is used ------------------------------------------------------------------------- */

static void begin_restart(struct arena *arena, struct cluster *c)
{
    struct str why = STR("");

    if (clock_monotonic_ms() < c->retry_at_ms || !lock_exclusive(c->gate, 0))
        return; /* not yet, or somebody else is at it */
    c->restart_mark = postgres_log_mark(&c->pg);
    c->restart_begun_ms = clock_monotonic_ms();
    c->retry_at_ms = c->restart_begun_ms + RETRY_AFTER_MS;
    if (!c->said_died)
        log_note(LOG_ERROR, "postgres.died");
    c->said_died = true;
    c->child = postgres_start(arena, &c->pg, &why);
    c->restarting = c->child > 0;
    if (c->restarting)
        return;
    c->child = 0;
    lock_release(c->gate);
    log_line(LOG_ERROR, "postgres.restart_failed", LOG_STR("why", why));
}

static void end_restart(struct cluster *c)
{
    c->restarting = false;
    lock_release(c->gate);
}

/* Looks at what was begun for a while, not until its end: who asks has other things to do. */
static bool await_restart(struct arena *arena, struct cluster *c)
{
    int64_t until_ms = clock_monotonic_ms() + WATCH_WAIT_MS;

    for (; clock_monotonic_ms() < until_ms; pause_ms(20)) {
        if (answers(c)) {
            end_restart(c);
            c->said_died = false;
            log_line(LOG_INFO, "postgres.restarted",
                LOG_INT("ms", clock_monotonic_ms() - c->restart_begun_ms));
            return true;
        }
        if (!child_ended(c))
            continue;
        struct str said = postgres_log_since(arena, &c->pg, c->restart_mark);
        end_restart(c);
        if (will_pass(said))
            c->retry_at_ms = 0;
        else
            log_line(LOG_ERROR, "postgres.restart_failed", LOG_STR("why", said));
        return false;
    }
    return false;
}

bool cluster_watch(struct cluster *c)
{
    struct arena *arena = arena_make();
    bool up = false;

    if (!c->restarting) {
        child_ended(c);
        up = postgres_running(arena, &c->pg) != 0;
        if (!up)
            begin_restart(arena, c);
    }
    if (c->restarting)
        up = await_restart(arena, c);
    arena_free(arena);
    return up;
}
