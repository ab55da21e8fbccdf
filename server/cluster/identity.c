#include "cluster/identity.h"

#include "cluster/process.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_USER "gloss"
#define USERADD "/usr/sbin/useradd"

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

static bool make_system_user(struct arena *arena, struct str *why)
{
    static const char *const argv[] = { USERADD, "--system", "--user-group", "--no-create-home",
        "--home-dir", "/var/lib/gloss", "--shell", "/usr/sbin/nologin", SYSTEM_USER, NULL };

    /* two of us at once: the other one's user serves too */
    if (process_run(argv, "/", NULL) == 0 || getpwnam(SYSTEM_USER))
        return true;
    return fails(arena, why,
        "gloss does not run as root, and there is no system user gloss to run as: make one with "
        "`useradd --system --user-group " SYSTEM_USER "`, or start gloss as another user");
}

static const struct passwd *system_user(struct arena *arena, struct str *why)
{
    if (!getpwnam(SYSTEM_USER) && !make_system_user(arena, why))
        return NULL;
    const struct passwd *user = getpwnam(SYSTEM_USER);
    if (!user)
        fails(arena, why, "the system user gloss cannot be found");
    return user;
}

static bool become(struct arena *arena, const struct passwd *user, struct str *why)
{
    if (initgroups(user->pw_name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 ||
        setuid(user->pw_uid) != 0 || setuid(0) == 0)
        return fails(arena, why, "cannot become the user %s: %s", user->pw_name, strerror(errno));
    setenv("HOME", user->pw_dir, 1);
    setenv("USER", user->pw_name, 1);
    setenv("LOGNAME", user->pw_name, 1);
#ifdef __SANITIZE_ADDRESS__
    prctl(PR_SET_DUMPABLE, 1); /* the leak checker looks at its own process from outside */
#endif
    return true;
}

/* Every folder above the last one as others may read it, the last one for us alone. */
static bool make_folders(struct arena *arena, const char *data, struct str *why)
{
    size_t bytes = strlen(data) + 1;
    char *path = memcpy(arena_alloc(arena, bytes), data, bytes);
    mode_t before = umask(022);
    bool made = true;

    for (char *slash = strchr(path + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        made = mkdir(path, 0755) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES;
        *slash = '/';
    }
    made = made && (mkdir(path, 0700) == 0 || errno == EEXIST);
    int error = errno;
    umask(before);
    return made ||
        fails(arena, why, "cannot make the data directory %s: %s; --data DIR chooses another", data,
            strerror(error));
}

enum folder { FOLDER_EMPTY, FOLDER_OURS, FOLDER_FOREIGN, FOLDER_CLOSED };

/* Somebody's documents must not become a database's home by a slip of --data. */
static enum folder look_into(const char *data)
{
    static const char *const ours[] = { "postgres", "gate.lock", NULL };
    enum folder seen = FOLDER_EMPTY;
    DIR *folder = opendir(data);

    if (!folder)
        return FOLDER_CLOSED;
    for (const struct dirent *entry; seen != FOLDER_OURS && (entry = readdir(folder));) {
        const char *name = entry->d_name;

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "lost+found") == 0)
            continue;
        seen = FOLDER_FOREIGN;
        for (int i = 0; ours[i]; i++)
            if (strcmp(name, ours[i]) == 0)
                seen = FOLDER_OURS;
    }
    closedir(folder);
    return seen;
}

static const char *name_of(struct arena *arena, uid_t uid)
{
    const struct passwd *user = getpwuid(uid);

    return arena_cstr(
        arena, user ? str_from(user->pw_name) : arena_printf(arena, "number %u", (unsigned)uid));
}

/* Root only: who shall the data belong to, and so we? */
static bool become_owner(struct arena *arena, const char *data, uid_t owner, struct str *why)
{
    const struct passwd *user = owner ? getpwuid(owner) : system_user(arena, why);

    if (owner && !user)
        return fails(arena, why, "%s belongs to the unknown user number %u", data, (unsigned)owner);
    if (!user)
        return false;
    if (owner == 0 && chown(data, user->pw_uid, user->pw_gid) != 0)
        return fails(
            arena, why, "cannot give %s to the user %s: %s", data, user->pw_name, strerror(errno));
    return become(arena, user, why);
}

bool identity_take(struct arena *arena, const char *data, struct str *why)
{
    struct stat st;

    if (!make_folders(arena, data, why))
        return false;
    if (stat(data, &st) != 0)
        return fails(arena, why, "cannot use the data directory %s: %s", data, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return fails(arena, why, "%s is no directory; --data DIR chooses another", data);
    if (geteuid() != 0 && st.st_uid != geteuid())
        return fails(arena, why,
            "%s belongs to the user %s: run gloss as that user, or choose "
            "another folder with --data DIR",
            data, name_of(arena, st.st_uid));
    enum folder seen = look_into(data);
    if (seen == FOLDER_FOREIGN)
        return fails(arena, why,
            "%s holds something else than gloss's data; --data DIR wants an empty folder or one "
            "that gloss made",
            data);
    if (geteuid() == 0 && !become_owner(arena, data, st.st_uid, why))
        return false;
    if (seen == FOLDER_CLOSED || access(data, R_OK | W_OK | X_OK) != 0)
        return fails(arena, why,
            "the user %s cannot reach %s: a folder above it is closed; choose another with "
            "--data DIR",
            name_of(arena, geteuid()), data);
    if (st.st_mode & 077 && chmod(data, 0700) != 0)
        return fails(arena, why, "cannot close %s to others: %s", data, strerror(errno));
    return true;
}

bool identity_drop(struct arena *arena, struct str *why)
{
    if (geteuid() != 0)
        return true;
    const struct passwd *user = system_user(arena, why);
    return user && become(arena, user, why);
}
