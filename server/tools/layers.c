/* Checks who includes whom in the server's sources:
 *
 *   layers FOLDER        FOLDER is server/
 *
 * Prints each line that breaks a rule and ends with status 1 if there is one. The rules: an include
 * goes down the table below and never back; one domain folder reaches another only through its
 * public header (documents/documents.h) and never both ways; microhttpd.h stays in http/, libpq in
 * db/. */
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DOMAINS "meta annotations moderation documents groups users exports search live reader"

/* May include: folders, "sql" for the header made of server/sql/, or a single file. */
static const struct layer {
    const char *folder, *may;
} layers[] = {
    { "base", "" },
    { "model", "base" },
    { "http", "base" },
    { "db", "base" },
    { "step", "http db model base sql" },
    { "visibility", "step http db model base sql" },
    { "anchoring", "model base" },
    { "formats", "anchoring model base" },
    { "annotations", "formats anchoring visibility step http db model base sql" },
    { "moderation", "formats anchoring visibility step http db model base sql" },
    { "documents",
        "groups/permissions.h formats anchoring visibility step http db model base sql" },
    { "groups", "formats anchoring visibility step http db model base sql" },
    { "users", "formats anchoring visibility step http db model base sql" },
    { "exports", "formats anchoring visibility step http db model base sql" },
    { "search", "formats anchoring visibility step http db model base sql" },
    { "live", "formats anchoring visibility step http db model base sql" },
    { "meta", "formats anchoring visibility step http db model base sql" },
    { "reader", "formats anchoring visibility step http db model base sql" },
    { "cluster", "db base sql" },
    { "admin",
        "cluster http/router.h model db base sql groups/permissions.h users/password.h "
        "users/secret.h" },
    { "routes", DOMAINS " visibility step http db model base" },
    { "main",
        DOMAINS " routes cluster admin visibility step http db formats anchoring model base sql" },
};

#define LAYERS (sizeof(layers) / sizeof(layers[0]))

static unsigned faults;
static bool uses[LAYERS][LAYERS]; /* between domains, for "never both ways" */

static void fault(const char *path, unsigned line, const char *what, const char *included)
{
    printf("%s:%u: %s: %s\n", path, line, included, what);
    faults++;
}

static bool list_has(const char *list, const char *word, size_t size)
{
    for (const char *at = strstr(list, word); at; at = strstr(at + 1, word))
        if ((at == list || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

static int layer_of(const char *folder)
{
    for (size_t i = 0; i < LAYERS; i++)
        if (strcmp(layers[i].folder, folder) == 0)
            return (int)i;
    return -1;
}

/* "base" of "base/str.h", "sql" of the made "sql.h". The files of the root are one layer, but for
 * the table of routes: "main" of "serve.h", "routes" of "routes.h". */
static void folder_of(const char *included, char folder[64])
{
    size_t size = strcspn(included, "/.");

    if (size > 63)
        size = 63;
    memcpy(folder, included, size);
    folder[size] = '\0';
    if (included[size] == '.' && strcmp(folder, "sql") != 0 && strcmp(folder, "routes") != 0)
        strcpy(folder, "main");
}

static bool is_domain(const char *folder)
{
    return list_has(DOMAINS, folder, strlen(folder));
}

/* documents/documents.h */
static bool is_public_header(const char *folder, const char *included)
{
    size_t size = strlen(folder);

    return strncmp(included + size + 1, folder, size) == 0 &&
        strcmp(included + 2 * size + 1, ".h") == 0;
}

static void check_own(const char *path, unsigned line, const char *from, const char *included)
{
    const struct layer *layer = &layers[layer_of(from)];
    char to[64];

    folder_of(included, to);
    if (strcmp(to, from) == 0 || list_has(layer->may, included, strlen(included)))
        return;
    if (strcmp(to, "sql") != 0 && layer_of(to) < 0) {
        fault(path, line, "is in no layer that server/tools/layers.c knows", included);
    } else if (is_domain(from) && is_domain(to)) {
        uses[layer_of(from)][layer_of(to)] = true;
        if (!is_public_header(to, included))
            fault(path, line, "one domain reaches another by its public header only", included);
    } else if (!list_has(layer->may, to, strlen(to))) {
        fault(path, line, "points back up, or sideways", included);
    }
}

static void check_library(const char *path, unsigned line, const char *from, const char *included)
{
    if (strcmp(included, "microhttpd.h") == 0 && strcmp(from, "http") != 0)
        fault(path, line, "only http/ may include it", included);
    if (strncmp(included, "libpq", 5) == 0 && strcmp(from, "db") != 0)
        fault(path, line, "only db/ may include it", included);
}

static void check_file(const char *path, const char *from)
{
    FILE *in = fopen(path, "r");
    char text[4096];
    unsigned line = 0;

    if (!in) {
        perror(path);
        exit(1);
    }
    if (layer_of(from) < 0)
        fault(path, 1, "has no place in the layers", from);
    while (layer_of(from) >= 0 && fgets(text, sizeof(text), in)) {
        char *p = text + strspn(text, " \t"), *end;

        line++;
        if (*p++ != '#')
            continue;
        p += strspn(p, " \t");
        if (strncmp(p, "include", 7) != 0)
            continue;
        p += 7;
        p += strspn(p, " \t");
        end = *p == '"' ? strchr(p + 1, '"') : *p == '<' ? strchr(p + 1, '>') : NULL;
        if (!end)
            continue;
        *end = '\0';
        if (*p == '"')
            check_own(path, line, from, p + 1);
        else
            check_library(path, line, from, p + 1);
    }
    fclose(in);
}

static bool is_source(const char *name)
{
    size_t size = strlen(name);

    return size > 2 && name[size - 2] == '.' && (name[size - 1] == 'c' || name[size - 1] == 'h');
}

/* `from` is NULL for the root. */
static void check_folder(const char *folder, const char *from)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);

    if (count < 0) {
        perror(folder);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char path[4096], own[64];
        struct stat st;

        snprintf(path, sizeof(path), "%s/%s", folder, name);
        folder_of(name, own);
        if (name[0] == '.' || stat(path, &st) != 0)
            ;
        else if (is_source(name))
            check_file(path, from ? from : own);
        else if (S_ISDIR(st.st_mode) && (from || (strcmp(name, "tools") && strcmp(name, "sql"))))
            check_folder(path, from ? from : name);
        free(entries[i]);
    }
    free(entries);
}

static void check_both_ways(void)
{
    for (size_t a = 0; a < LAYERS; a++)
        for (size_t b = a + 1; b < LAYERS; b++)
            if (uses[a][b] && uses[b][a]) {
                printf("%s and %s include each other\n", layers[a].folder, layers[b].folder);
                faults++;
            }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: layers FOLDER\n", stderr);
        return 2;
    }
    check_folder(argv[1], NULL);
    check_both_ways();
    if (faults)
        printf("%u include%s where STYLE does not allow it\n", faults, faults == 1 ? "" : "s");
    return faults ? 1 : 0;
}
