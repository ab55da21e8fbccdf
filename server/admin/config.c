#include "admin/config.h"

#include "admin/options.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_FILE "/etc/gloss.conf"
#define DEFAULT_LISTEN "127.0.0.1:8080"
#define DEFAULT_DATA_OF_ROOT "/var/lib/gloss"
#define WORKERS_MAX 64
#define FILE_BYTES_MAX 65536
#define WORDS_MAX 4

/* A value and where it was said: "--listen", "GLOSS_LISTEN", "/etc/gloss.conf:3". */
struct said {
    struct str value; /* not given: nobody said anything */
    const char *where;
};

struct reading {
    struct arena *arena;
    struct said said[OPTIONS];
    struct str words[WORDS_MAX]; /* what is no option: the command and its operand */
    size_t word_count;
    struct str *scopes;
    size_t scope_count;
    enum command command; /* COMMANDS while none is known */
    struct str *text;     /* the complaint, or the answer */
};

static bool wrong(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool wrong(struct reading *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    *r->text = arena_vprintf(r->arena, format, args);
    va_end(args);
    return false;
}

static bool given(const struct reading *r, enum option option)
{
    return str_given(r->said[option].value);
}

static const char *text_of(const struct reading *r, enum option option)
{
    return given(r, option) ? arena_cstr(r->arena, r->said[option].value) : NULL;
}

/* -- hints ------------------------------------------------------------------------------------ */

#define HINT_BYTES_MAX 24

/* Levenshtein's distance; texts longer than any of our words are far from all of them. */
static size_t distance(struct str a, const char *word)
{
    struct str b = str_from(word);
    size_t row[HINT_BYTES_MAX + 1];

    if (a.bytes > HINT_BYTES_MAX || b.bytes > HINT_BYTES_MAX)
        return HINT_BYTES_MAX;
    for (size_t j = 0; j <= b.bytes; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.bytes; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.bytes; j++) {
            size_t best = diagonal + (a.at[i - 1] != b.at[j - 1]);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[b.bytes];
}

static struct str option_hint(const struct reading *r, struct str name)
{
    int nearest = -1;
    size_t least = 3; /* more typing errors than two are another word */

    for (int i = 0; i < OPTIONS; i++)
        if ((r->command == COMMANDS || command_takes(r->command, (enum option)i)) &&
            distance(name, option_rows[i].name) < least) {
            least = distance(name, option_rows[i].name);
            nearest = i;
        }
    if (nearest >= 0)
        return arena_printf(r->arena, "did you mean --%s?", option_rows[nearest].name);
    return STR("`gloss COMMAND --help` lists the options");
}

static struct str command_hint(const struct reading *r, struct str noun)
{
    for (int i = 0; i < COMMANDS; i++)
        if (distance(noun, command_rows[i].noun) < 3)
            return arena_printf(r->arena, "did you mean %s?", command_rows[i].noun);
    return STR("`gloss --help` lists the commands");
}

/* -- the command line ------------------------------------------------------------------------- */

static int option_named(struct str name)
{
    for (int i = 0; i < OPTIONS; i++)
        if (str_eq(name, str_from(option_rows[i].name)))
            return i;
    return -1;
}

static void keep_scope(struct reading *r, struct str scope)
{
    struct str *more = arena_array(r->arena, struct str, r->scope_count + 1);

    if (r->scope_count)
        memcpy(more, r->scopes, r->scope_count * sizeof *more);
    more[r->scope_count++] = scope;
    r->scopes = more;
}

/* One `--name value`, `--name=value` or flag; *at stands on it and ends on its last word. */
static bool read_option(struct reading *r, char **argv, int argc, int *at)
{
    struct str name, value;
    bool joined = str_cut(str_from(argv[*at] + 2), '=', &name, &value);
    int option = option_named(name);

    if (option < 0) {
        struct str hint = option_hint(r, name);
        return wrong(r, "unknown option --%.*s; %.*s", STR_ARG(name), STR_ARG(hint));
    }
    const struct option_row *row = &option_rows[option];
    if (!row->value && joined)
        return wrong(r, "--%s takes no value", row->name);
    if (!row->value)
        value = STR("on");
    else if (!joined && *at + 1 == argc)
        return wrong(r, "--%s needs a value: --%s %s", row->name, row->name, row->value);
    else if (!joined)
        value = str_from(argv[++*at]);
    if (value.bytes == 0)
        return wrong(r, "--%s is empty; it takes %s", row->name, row->value);
    if (option == OPTION_SCOPE)
        keep_scope(r, value);
    r->said[option].value = value;
    r->said[option].where = arena_cstr(r->arena, arena_printf(r->arena, "--%s", row->name));
    return true;
}

static bool read_words(struct reading *r, int argc, char **argv)
{
    bool options_end = false;

    for (int i = 1; i < argc; i++) {
        if (!options_end && strcmp(argv[i], "--") == 0) {
            options_end = true;
        } else if (!options_end && strcmp(argv[i], "-h") == 0) {
            r->said[OPTION_HELP] = (struct said){ STR("on"), "-h" };
        } else if (!options_end && strncmp(argv[i], "--", 2) == 0) {
            if (!read_option(r, argv, argc, &i))
                return false;
        } else if (!options_end && argv[i][0] == '-' && argv[i][1]) {
            return wrong(r, "unknown option %s; options begin with two dashes", argv[i]);
        } else if (r->word_count == WORDS_MAX) {
            return wrong(r, "too many arguments: %s", argv[i]);
        } else {
            r->words[r->word_count++] = str_from(argv[i]);
        }
    }
    return true;
}

static bool is_noun(struct str word)
{
    for (int i = 0; i < COMMANDS; i++)
        if (str_eq(word, str_from(command_rows[i].noun)))
            return true;
    return false;
}

static struct str verbs_of(struct arena *arena, struct str noun)
{
    struct str list = STR("");

    for (int i = 0; i < COMMANDS; i++)
        if (str_eq(noun, str_from(command_rows[i].noun)))
            list = arena_printf(arena, "%.*s%s%s", STR_ARG(list), list.bytes ? ", " : "",
                command_rows[i].verb ? command_rows[i].verb : "");
    return list;
}

static bool find_command(struct reading *r)
{
    if (r->word_count == 0)
        return wrong(r, "a command is missing; `gloss --help` lists them");
    if (!is_noun(r->words[0])) {
        struct str hint = command_hint(r, r->words[0]);
        return wrong(r, "unknown command %.*s; %.*s", STR_ARG(r->words[0]), STR_ARG(hint));
    }
    for (int i = 0; i < COMMANDS; i++) {
        const struct command_row *row = &command_rows[i];

        if (!str_eq(r->words[0], str_from(row->noun)))
            continue;
        if (!row->verb || (r->word_count > 1 && str_eq(r->words[1], str_from(row->verb)))) {
            r->command = (enum command)i;
            return true;
        }
    }
    struct str verbs = verbs_of(r->arena, r->words[0]);
    return wrong(r, "gloss %.*s what? One of: %.*s", STR_ARG(r->words[0]), STR_ARG(verbs));
}

static bool check_words(struct reading *r)
{
    const struct command_row *row = &command_rows[r->command];
    size_t needed = 1u + (row->verb != NULL) + (row->operand != NULL);

    if (r->word_count < needed)
        return wrong(r, "%s is missing: gloss %s %s %s", row->operand, row->noun,
            row->verb ? row->verb : "", row->operand);
    if (r->word_count > needed)
        return wrong(r, "unexpected argument %.*s", STR_ARG(r->words[needed]));
    for (int i = 0; i < OPTIONS; i++)
        if (given(r, (enum option)i) && i != OPTION_VERSION &&
            !command_takes(r->command, (enum option)i))
            return wrong(r, "gloss %s%s%s takes no --%s; `gloss %s%s%s --help` lists what it takes",
                row->noun, row->verb ? " " : "", row->verb ? row->verb : "", option_rows[i].name,
                row->noun, row->verb ? " " : "", row->verb ? row->verb : "");
    return true;
}

/* -- environment and file --------------------------------------------------------------------- */

static void read_environment(struct reading *r)
{
    for (int i = 0; i < OPTIONS; i++) {
        const char *variable = option_rows[i].variable;
        const char *value = variable ? getenv(variable) : NULL;

        /* an empty variable is none: compose files and units cannot leave one out */
        if (value && *value && !given(r, (enum option)i)) {
            r->said[i].value = str_from(value);
            r->said[i].where = variable;
        }
    }
}

static bool read_line(struct reading *r, const char *where, struct str line)
{
    struct str name, value;

    line = str_trim(line);
    if (line.bytes == 0 || line.at[0] == '#')
        return true;
    if (!str_cut(line, '=', &name, &value))
        return wrong(r, "%s: expected `name = value`, or # and a comment", where);
    name = str_trim(name);
    value = str_trim(value);
    int option = option_named(name);
    if (option < 0 || !option_rows[option].variable || option == OPTION_CONFIG)
        return wrong(r, "%s: there is no setting %.*s; `gloss serve --help` lists them", where,
            STR_ARG(name));
    if (value.bytes == 0)
        return wrong(r, "%s: %s is empty; it takes %s", where, option_rows[option].name,
            option_rows[option].value);
    if (!given(r, (enum option)option))
        r->said[option] = (struct said){ value, where };
    return true;
}

static bool read_lines(struct reading *r, const char *path, struct str content)
{
    bool seen[OPTIONS] = { false };
    bool more = true;

    for (int number = 1; more; number++) {
        struct str line, name, unused;

        more = str_cut(content, '\n', &line, &content);
        const char *where = arena_cstr(r->arena, arena_printf(r->arena, "%s:%d", path, number));
        if (!read_line(r, where, line))
            return false;
        str_cut(str_trim(line), '=', &name, &unused);
        int option = option_named(str_trim(name));
        if (option >= 0 && seen[option])
            return wrong(r, "%s: %s is set twice", where, option_rows[option].name);
        if (option >= 0)
            seen[option] = true;
    }
    return true;
}

static bool read_file(struct reading *r)
{
    const char *path = given(r, OPTION_CONFIG) ? text_of(r, OPTION_CONFIG) : DEFAULT_FILE;
    char *content = arena_alloc(r->arena, FILE_BYTES_MAX + 1);
    FILE *in = fopen(path, "re");

    if (!in && errno == ENOENT && !given(r, OPTION_CONFIG))
        return true;
    size_t bytes = in ? fread(content, 1, FILE_BYTES_MAX + 1, in) : 0;
    bool failed = !in || ferror(in);
    int error = errno;
    if (in)
        fclose(in);
    if (failed)
        return wrong(r, "cannot read the configuration file %s: %s", path, strerror(error));
    if (bytes > FILE_BYTES_MAX)
        return wrong(r, "the configuration file %s is larger than 64 KiB", path);
    return read_lines(r, path, (struct str){ content, bytes });
}

/* -- from text to settings -------------------------------------------------------------------- */

static bool bad_value(struct reading *r, enum option option, const char *right)
{
    return wrong(r, "%s: %.*s is not what it takes: %s", r->said[option].where,
        STR_ARG(r->said[option].value), right);
}

static bool set_listen(struct reading *r, struct config *config)
{
    struct str listen =
        given(r, OPTION_LISTEN) ? r->said[OPTION_LISTEN].value : STR(DEFAULT_LISTEN);
    struct str host = listen, port = STR_NONE;
    uint64_t number;

    for (size_t i = listen.bytes; i-- > 0;)
        if (listen.at[i] == ':') {
            host = str_slice(listen, 0, i);
            port = str_slice(listen, i + 1, listen.bytes);
            break;
        }
    bool bracketed = host.bytes > 2 && host.at[0] == '[' && host.at[host.bytes - 1] == ']';
    if (bracketed)
        host = str_slice(host, 1, host.bytes - 1);
    if (!str_to_u64(port, &number) || number > 65535 || host.bytes == 0 ||
        (!bracketed && str_contains(host, STR(":"))))
        return bad_value(r, OPTION_LISTEN, "HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080");
    config->listen = arena_cstr(r->arena, listen);
    config->listen_host = arena_cstr(r->arena, host);
    config->listen_port = (uint16_t)number;
    return true;
}

static const char *home_of(struct arena *arena)
{
    const char *home = getenv("HOME");

    if (!home || home[0] != '/') {
        const struct passwd *me = getpwuid(geteuid());
        home = me && me->pw_dir[0] == '/' ? arena_cstr(arena, str_from(me->pw_dir)) : NULL;
    }
    return home;
}

static bool set_data(struct reading *r, struct config *config)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = home_of(r->arena);
    const char *data = text_of(r, OPTION_DATA);

    if (data && data[0] == '/') {
        config->data = data;
    } else if (data) {
        char *here = getcwd(NULL, 0);
        if (!here)
            return wrong(r, "%s: give the whole path; the working directory cannot be found",
                r->said[OPTION_DATA].where);
        config->data = arena_cstr(r->arena, arena_printf(r->arena, "%s/%s", here, data));
        free(here);
    } else if (geteuid() == 0) {
        config->data = DEFAULT_DATA_OF_ROOT;
    } else if (state && state[0] == '/') {
        config->data = arena_cstr(r->arena, arena_printf(r->arena, "%s/gloss", state));
    } else if (home) {
        config->data = arena_cstr(r->arena, arena_printf(r->arena, "%s/.local/state/gloss", home));
    } else {
        return wrong(r, "where shall the data lie? You have no home directory: give --data DIR");
    }
    return true;
}

static bool set_base_url(struct reading *r, struct config *config)
{
    struct str url = r->said[OPTION_BASE_URL].value;

    if (!str_given(url))
        return true;
    while (url.bytes && url.at[url.bytes - 1] == '/')
        url.bytes--;
    size_t scheme = str_starts(url, STR("https://")) ? 8 : str_starts(url, STR("http://")) ? 7 : 0;
    struct str host = str_slice(url, scheme, url.bytes);
    bool fine = scheme && host.bytes;
    for (size_t i = 0; i < host.bytes; i++)
        if ((unsigned char)host.at[i] <= ' ' || strchr("/?#@\"<>\\\177", host.at[i]))
            fine = false;
    if (!fine)
        return bad_value(r, OPTION_BASE_URL,
            "an http or https address without a path, such as https://gloss.example.org");
    config->base_url = arena_cstr(r->arena, url);
    return true;
}

static bool set_workers(struct reading *r, struct config *config)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t number = cores < 1 ? 1 : cores > WORKERS_MAX ? WORKERS_MAX : (uint64_t)cores;

    if (given(r, OPTION_WORKERS) &&
        (!str_to_u64(r->said[OPTION_WORKERS].value, &number) || number < 1 || number > WORKERS_MAX))
        return bad_value(r, OPTION_WORKERS, "a number from 1 to 64");
    config->workers = (int)number;
    return true;
}

static bool set_switch(struct reading *r, enum option option, bool *value)
{
    struct str text = r->said[option].value;

    if (!str_given(text))
        return true;
    if (!str_eq(text, STR("on")) && !str_eq(text, STR("off")))
        return bad_value(r, option, "on or off");
    *value = str_eq(text, STR("on"));
    return true;
}

static bool set_signup(struct reading *r, struct config *config)
{
    struct str text = r->said[OPTION_SIGNUP].value;

    config->signup = SIGNUP_INVITED;
    if (!str_given(text) || str_eq(text, STR("invited")))
        return true;
    if (!str_eq(text, STR("open")) && !str_eq(text, STR("closed")))
        return bad_value(r, OPTION_SIGNUP, "open, invited or closed");
    config->signup = str_eq(text, STR("open")) ? SIGNUP_OPEN : SIGNUP_CLOSED;
    return true;
}

static bool set_addresses(struct reading *r, enum option option, struct address_list *list)
{
    struct str bad;

    if (!given(r, option) || address_list_parse(r->arena, r->said[option].value, list, &bad))
        return true;
    return wrong(r,
        "%s: %.*s is no address; it takes addresses and ranges with commas between them, such as "
        "127.0.0.1,10.0.0.0/8,::1",
        r->said[option].where, STR_ARG(bad));
}

static bool set_proxies(struct reading *r, struct config *config)
{
    struct str name = r->said[OPTION_PROXY_HEADER].value;

    config->proxies.says_forwarded = str_eq_nocase(name, STR("Forwarded"));
    if (str_given(name) && !config->proxies.says_forwarded &&
        !str_eq_nocase(name, STR("X-Forwarded-For")))
        return bad_value(r, OPTION_PROXY_HEADER, "X-Forwarded-For or Forwarded");
    return set_addresses(r, OPTION_TRUST_PROXY, &config->proxies.trusted);
}

static bool set_databases(struct reading *r, struct config *config)
{
    config->database = text_of(r, OPTION_DATABASE);
    config->owner_database = text_of(r, OPTION_OWNER_DATABASE);
    if (config->owner_database && !config->database)
        return wrong(r,
            "%s needs --database too: the same database as the role that the server runs as",
            r->said[OPTION_OWNER_DATABASE].where);
    return true;
}

static void set_arguments(struct reading *r, struct config *config)
{
    if (command_rows[r->command].operand)
        config->name = arena_cstr(r->arena, r->words[r->word_count - 1]);
    config->admin = given(r, OPTION_ADMIN);
    config->label = text_of(r, OPTION_NAME);
    config->scopes = r->scopes;
    config->scope_count = r->scope_count;
}

static bool check_password_stdin(struct reading *r)
{
    if (r->command == COMMAND_USER_ADD && !given(r, OPTION_PASSWORD_STDIN))
        return wrong(r,
            "--password-stdin is missing: the password is read from standard input, so that no "
            "list of processes shows it");
    return true;
}

enum config_outcome config_read(
    struct arena *arena, int argc, char **argv, struct config *config, struct str *text)
{
    struct reading r = { .arena = arena, .command = COMMANDS, .text = text };
    struct config made = { .rate_limit = true };

    if (!read_words(&r, argc, argv))
        return CONFIG_WRONG;
    if (r.word_count == 0 && given(&r, OPTION_HELP)) {
        *text = help_text(arena, COMMANDS);
        return CONFIG_ANSWERED;
    }
    if (given(&r, OPTION_VERSION)) {
        *text = STR("gloss " GLOSS_VERSION "\n");
        return CONFIG_ANSWERED;
    }
    if (!find_command(&r)) {
        if (!given(&r, OPTION_HELP) || !is_noun(r.words[0]))
            return CONFIG_WRONG;
        *text = help_text(arena, COMMANDS);
        return CONFIG_ANSWERED;
    }
    if (given(&r, OPTION_HELP)) {
        *text = help_text(arena, r.command);
        return CONFIG_ANSWERED;
    }
    made.command = r.command;
    if (!check_words(&r) || !check_password_stdin(&r))
        return CONFIG_WRONG;
    read_environment(&r);
    if (!read_file(&r) || !set_listen(&r, &made) || !set_data(&r, &made) ||
        !set_base_url(&r, &made) || !set_workers(&r, &made) ||
        !set_switch(&r, OPTION_PUBLIC, &made.public_reading) ||
        !set_switch(&r, OPTION_RATE_LIMIT, &made.rate_limit) || !set_signup(&r, &made) ||
        !set_addresses(&r, OPTION_METRICS_FROM, &made.metrics_from) || !set_proxies(&r, &made) ||
        !set_databases(&r, &made))
        return CONFIG_WRONG;
    set_arguments(&r, &made);
    *config = made;
    return CONFIG_READY;
}
