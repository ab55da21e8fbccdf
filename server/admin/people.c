#include "admin/commands.h"
#include "admin/database.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "http/router.h"
#include "sql.h"
#include "users/password.h"
#include "users/secret.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define NAME_BYTES_MAX 39
#define LABEL_CHARS_MAX 100

/* One command on its way: what it works with, and what it will complain about. */
struct task {
    struct arena *arena;
    const struct config *config;
    struct database database;
    struct db_direct *db;
    struct str why;
};

static bool wrong(struct task *task, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool wrong(struct task *task, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    task->why = arena_vprintf(task->arena, format, args);
    va_end(args);
    return false;
}

/* Runs the body of a command in its frame: arena, connection, complaint. */
static int perform(const struct config *config, bool (*body)(struct task *task))
{
    struct task task = { .arena = arena_make(), .config = config };
    bool done = body(&task);

    db_direct_close(task.db);
    if (task.db)
        database_close(&task.database);
    if (!done)
        fprintf(stderr, "gloss: %.*s\n", STR_ARG(task.why));
    arena_free(task.arena);
    return done ? 0 : 1;
}

static bool connect_task(struct task *task)
{
    task->db = database_connect(task->arena, task->config, &task->database, &task->why);
    return task->db != NULL;
}

/* Names are the same in any case and kept in lower case. */
static bool read_name(struct task *task, struct str *name)
{
    struct str given = arena_dup(task->arena, str_from(task->config->name));
    char *at = (char *)(uintptr_t)given.at;
    bool fine = given.bytes >= 1 && given.bytes <= NAME_BYTES_MAX;

    for (size_t i = 0; i < given.bytes; i++) {
        at[i] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] + ('a' - 'A') : at[i]);
        fine = fine && strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", at[i]) &&
            (i > 0 || !strchr("._-", at[i]));
    }
    *name = given;
    return fine ||
        wrong(task,
            "%s is no name for a user: it has 1 to 39 of a-z, 0-9, dot, dash and "
            "underscore, and begins with a letter or digit",
            task->config->name);
}

/* In a terminal: asks, and does not show what is typed. True if `before` has to be put back. */
static bool hide_typing(struct termios *before)
{
    struct termios hidden;

    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, before) != 0)
        return false;
    hidden = *before;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    fputs("Password: ", stderr);
    return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

/* The first line of standard input, or all of it when there is no line's end. */
static struct str read_line(struct arena *arena)
{
    size_t room = PASSWORD_BYTES_MAX + 2, bytes = 0;
    char *text = arena_alloc(arena, room);
    struct str line, rest;
    ssize_t got = 1;

    while (got > 0 && bytes < room && !memchr(text, '\n', bytes)) {
        got = read(STDIN_FILENO, text + bytes, room - bytes);
        bytes += got > 0 ? (size_t)got : 0;
    }
    str_cut((struct str){ text, bytes }, '\n', &line, &rest);
    if (str_ends(line, STR("\r")))
        line.bytes--;
    return line;
}

static bool read_password(struct task *task, struct str *password)
{
    struct termios before;
    bool hidden = hide_typing(&before);

    *password = read_line(task->arena);
    if (hidden) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    enum password_fault fault = password_check(*password);
    if (fault == PASSWORD_FINE)
        return true;
    return wrong(task, "%s; it is read from standard input: printf '%%s' '...' | gloss ...",
        password_fault_text(fault));
}

static bool hash_password(struct task *task, char hash[PASSWORD_HASH_BYTES])
{
    struct str password;

    if (!read_password(task, &password))
        return false;
    bool hashed = password_hash(password, hash);
    sodium_memzero((char *)(uintptr_t)password.at, password.bytes);
    return hashed || wrong(task, "there is not enough memory to hash the password (64 MiB)");
}

/* Of a statement that answers with a row when there is such a user. */
static bool check_row(struct task *task, const struct db_result *res)
{
    struct str message = db_direct_message(task->db);

    if (res->err != ERR_NONE)
        return wrong(task, "the database refused: %.*s", STR_ARG(message));
    return res->rows > 0 ||
        wrong(task, "there is no user %s%s; `gloss user list` shows them", task->config->name,
            task->config->command == COMMAND_TOKEN_CREATE ? " who may sign in" : "");
}

/* -- gloss user ------------------------------------------------------------------------------- */

static bool add(struct task *task)
{
    char hash[PASSWORD_HASH_BYTES];
    struct str name;

    if (!read_name(task, &name) || !hash_password(task, hash) || !connect_task(task))
        return false;
    struct db_result res = db_direct_query(task->arena, task->db, &sql_users_create,
        DB_PARAMS(db_uuid(uuid_new()), db_text(name), db_cstr(task->config->name), db_cstr(hash),
            db_bool(task->config->admin), db_uuid(uuid_new())));
    if (res.err == ERR_DUPLICATE)
        return wrong(task, "the name %.*s is taken; `gloss user passwd %.*s` sets a new password",
            STR_ARG(name), STR_ARG(name));
    struct str message = db_direct_message(task->db);
    if (res.err != ERR_NONE)
        return wrong(task, "the database refused: %.*s", STR_ARG(message));
    printf("added %.*s%s\n", STR_ARG(name), task->config->admin ? ", an admin" : "");
    return true;
}

static bool list(struct task *task)
{
    if (!connect_task(task))
        return false;
    struct db_result res =
        db_direct_query(task->arena, task->db, &sql_users_list_all, DB_NO_PARAMS);
    struct str message = db_direct_message(task->db);
    if (res.err != ERR_NONE)
        return wrong(task, "the database refused: %.*s", STR_ARG(message));
    for (int row = 0; row < res.rows; row++) {
        char made[TIME_TEXT_BYTES + 1];
        struct str name = db_get_text(&res, row, "name"), state = db_get_text(&res, row, "state");
        bool admin = db_get_bool(&res, row, "admin");

        time_format(db_get_time(&res, row, "created_at"), made);
        printf("%-39.*s %-8.*s %-6s %.10s\n", STR_ARG(name), STR_ARG(state),
            admin ? "admin" : "reader", made);
    }
    return true;
}

static bool disable(struct task *task)
{
    struct str name;

    if (!read_name(task, &name) || !connect_task(task))
        return false;
    struct db_result res =
        db_direct_query(task->arena, task->db, &sql_users_disable, DB_PARAMS(db_text(name)));
    if (!check_row(task, &res))
        return false;
    printf("disabled %.*s\n", STR_ARG(name));
    return true;
}

static bool erase(struct task *task)
{
    struct str name;

    if (!read_name(task, &name) || !connect_task(task))
        return false;
    struct db_result res =
        db_direct_query(task->arena, task->db, &sql_users_erase_named, DB_PARAMS(db_text(name)));
    if (res.err == ERR_REFUSED && str_eq(res.refusal, STR("last-admin")))
        return wrong(task, "%s is the last admin; make another one first", task->config->name);
    if (!check_row(task, &res))
        return false;
    printf("erased %.*s\n", STR_ARG(name));
    return true;
}

static bool passwd(struct task *task)
{
    char hash[PASSWORD_HASH_BYTES];
    struct str name;

    if (!read_name(task, &name) || !hash_password(task, hash) || !connect_task(task))
        return false;
    struct db_result res = db_direct_query(
        task->arena, task->db, &sql_users_reset_password, DB_PARAMS(db_text(name), db_cstr(hash)));
    if (!check_row(task, &res))
        return false;
    printf("%.*s has a new password\n", STR_ARG(name));
    return true;
}

int command_user_add(const struct config *config)
{
    return perform(config, add);
}

int command_user_list(const struct config *config)
{
    return perform(config, list);
}

int command_user_disable(const struct config *config)
{
    return perform(config, disable);
}

int command_user_erase(const struct config *config)
{
    return perform(config, erase);
}

int command_user_passwd(const struct config *config)
{
    return perform(config, passwd);
}

/* -- gloss token ------------------------------------------------------------------------------ */

static bool add_scope(struct str name, unsigned *scopes)
{
    for (size_t i = 0; i < scope_name_count; i++)
        if (str_eq(name, str_from(scope_names[i].name))) {
            *scopes |= (unsigned)scope_names[i].scope;
            return true;
        }
    return false;
}

/* All but running the server, when nobody said. */
static bool read_scopes(struct task *task, unsigned *scopes)
{
    const struct config *config = task->config;

    *scopes =
        config->scope_count ? 0 : (unsigned)SCOPE_ALL & ~(unsigned)(SCOPE_ADMIN | SCOPE_SESSION);
    for (size_t i = 0; i < config->scope_count; i++)
        if (!add_scope(config->scopes[i], scopes))
            return wrong(task, "there is no scope %.*s; `gloss token create --help` lists them",
                STR_ARG(config->scopes[i]));
    return true;
}

static bool read_label(struct task *task, struct str *label)
{
    *label = task->config->label ? str_from(task->config->label) : STR("command line");
    return (utf8_valid(*label) && utf8_chars(*label) <= LABEL_CHARS_MAX) ||
        wrong(task, "the token's name must be UTF-8 and have at most 100 characters");
}

static bool create_token(struct task *task)
{
    struct str name, label;
    unsigned scopes;

    if (!read_name(task, &name) || !read_scopes(task, &scopes) || !read_label(task, &label) ||
        !connect_task(task))
        return false;
    struct str token = secret_new(task->arena, TOKEN_PREFIX);
    struct db_result res = db_direct_query(task->arena, task->db, &sql_users_issue_token,
        DB_PARAMS(db_uuid(uuid_new()), db_text(name), db_bytes(secret_digest(task->arena, token)),
            db_text(label), db_int((int32_t)scopes), db_bool((scopes & SCOPE_ADMIN) != 0)));
    if (!check_row(task, &res))
        return false;
    if (!db_get_bool(&res, 0, "is_made"))
        return wrong(task,
            "%.*s is no admin, and only an admin's token may have the scope admin; "
            "`gloss user list` shows who is one, `gloss user add NAME --password-stdin --admin` "
            "makes one",
            STR_ARG(name));
    printf("%.*s\n", STR_ARG(token));
    return true;
}

int command_token_create(const struct config *config)
{
    return perform(config, create_token);
}
