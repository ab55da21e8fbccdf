/* Turns files into C constants at build time, so that the program is one file:
 *
 *   embed sql        OUT.c OUT.h FILE...     statements: sql_DIR_NAME of db/statement.h; a line
 *                                            \ir NAME in one is replaced by that file, as psql does
 *   embed migrations OUT.c FILE...           migrations of db/migration.h
 *   embed assets     OUT.c FILE...           assets of reader/asset.h
 *   embed contract   OUT.c OUT.json FILE     YAML to JSON, contract_json of http/contract.h
 *
 * The output depends on the files' names and bytes alone. A mistake in a file ends with status 1
 * and a line that names it; memory is left to the end of the process. */
#include <brotli/encode.h>
#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>
#include <zlib.h>

struct bytes {
    char *at;
    size_t size;
};

static _Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void fail(const char *format, ...)
{
    va_list args;

    fputs("embed: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static void *allocate(size_t size)
{
    void *p = malloc(size ? size : 1);

    if (!p)
        fail("out of memory");
    return p;
}

static struct bytes read_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    struct bytes b = { NULL, 0 };
    size_t room = 1 << 16, got;

    if (!in)
        fail("%s: %s", path, strerror(errno));
    b.at = allocate(room);
    while ((got = fread(b.at + b.size, 1, room - b.size - 1, in)) > 0) {
        b.size += got;
        if (room - b.size < 2) {
            room *= 2;
            b.at = realloc(b.at, room);
            if (!b.at)
                fail("out of memory");
        }
    }
    if (ferror(in))
        fail("%s: cannot be read", path);
    b.at[b.size] = '\0';
    fclose(in);
    return b;
}

static FILE *open_output(const char *path)
{
    FILE *out = fopen(path, "wb");

    if (!out)
        fail("%s: %s", path, strerror(errno));
    return out;
}

static FILE *open_c_file(const char *path, const char *header)
{
    FILE *out = open_output(path);

    fputs("/* Made by server/tools/embed.c. */\n", out);
    /* ISO C promises only 4095 characters in a literal; gcc and clang take any number. */
    fputs("#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n", out);
    fprintf(out, "#include \"%s\"\n\n", header);
    return out;
}

static void close_output(FILE *out, const char *path)
{
    if (ferror(out) || fclose(out) != 0)
        fail("%s: cannot be written", path);
}

/* As C literals, one for each line of the source. */
static void put_literal(FILE *out, struct bytes b)
{
    bool open = false;

    if (b.size == 0)
        fputs("\"\"", out);
    for (size_t i = 0; i < b.size; i++) {
        unsigned char c = (unsigned char)b.at[i];

        if (!open)
            fputs("\n    \"", out);
        open = true;
        if (c == '\n')
            fputs("\\n", out);
        else if (c == '"' || c == '\\' || c == '?')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c > 0x7e)
            fprintf(out, "\\%03o", c);
        else
            fputc(c, out);
        if (c == '\n') {
            fputc('"', out);
            open = false;
        }
    }
    if (open)
        fputc('"', out);
}

static void sha256_hex(struct bytes b, char hex[65])
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)b.at, b.size);
    sodium_bin2hex(hex, 65, hash, sizeof(hash));
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool is_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return n > 0 && s[n] == '\0';
}

/* "insert" of "…/annotations/insert.sql"; fails if it could not be a part of a C name. */
static char *stem(const char *path)
{
    char *name = strdup(base_name(path));
    char *dot = name ? strrchr(name, '.') : NULL;

    if (dot)
        *dot = '\0';
    if (!name || !is_name(name))
        fail("%s: the name must be of a-z, 0-9 and _", path);
    return name;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_paths(char **paths, int count)
{
    qsort(paths, (size_t)count, sizeof(*paths), compare_paths);
}

/* -- sql -----------------------------------------------------------------------------------------
 */

/* "annotations_insert" of "…/annotations/insert.sql". */
static char *statement_name(const char *path)
{
    char *folder = strdup(path);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    char *file = stem(path), *name;

    if (!slash)
        fail("%s: expected DIR/NAME.sql", path);
    *slash = '\0';
    if (!is_name(base_name(folder)))
        fail("%s: the folder's name must be of a-z, 0-9 and _", path);
    name = allocate(strlen(folder) + strlen(file) + 2);
    sprintf(name, "%s_%s", base_name(folder), file);
    return name;
}

static void add_bytes(struct bytes *to, const char *at, size_t size)
{
    to->at = realloc(to->at, to->size + size + 1);
    if (!to->at)
        fail("out of memory");
    memcpy(to->at + to->size, at, size);
    to->size += size;
    to->at[to->size] = '\0';
}

static struct bytes read_statement(const char *path, int depth);

/* A line that is `\ir NAME` is psql's own way to include a file, found beside the one it stands in.
 */
static void add_line(struct bytes *to, const char *path, const char *line, size_t size, int depth)
{
    static const char include[] = "\\ir ";
    const char *folder_end = strrchr(path, '/') + 1;
    size_t skip = sizeof include - 1;

    if (size <= skip || strncmp(line, include, skip) != 0) {
        add_bytes(to, line, size);
        return;
    }
    struct bytes name = { NULL, 0 };
    add_bytes(&name, path, (size_t)(folder_end - path));
    add_bytes(&name, line + skip, strcspn(line + skip, "\n"));
    struct bytes part = read_statement(name.at, depth + 1);
    add_bytes(to, part.at, part.size);
}

/* The text of a statement, or of a part of one, with the parts that it includes. */
static struct bytes read_statement(const char *path, int depth)
{
    struct bytes from = read_file(path), to = { NULL, 0 };

    if (depth > 8)
        fail("%s: includes itself", path);
    for (const char *line = from.at, *next; *line; line = next) {
        next = strchr(line, '\n');
        next = next ? next + 1 : line + strlen(line);
        add_line(&to, path, line, (size_t)(next - line), depth);
    }
    return to;
}

static void embed_sql(const char *c_path, const char *h_path, char **files, int count)
{
    FILE *c = open_c_file(c_path, "sql.h");
    FILE *h = open_output(h_path);

    sort_paths(files, count);
    fputs("/* Made by server/tools/embed.c. */\n#ifndef GLOSS_MADE_SQL_H\n#define "
          "GLOSS_MADE_SQL_H\n\n"
          "#include <stddef.h>\n\n#include \"db/statement.h\"\n\n",
        h);
    for (int i = 0; i < count; i++) {
        char *name = statement_name(files[i]);

        fprintf(h, "extern const struct db_statement sql_%s;\n", name);
        fprintf(c, "const struct db_statement sql_%s = { \"%s\",", name, name);
        put_literal(c, read_statement(files[i], 0));
        fputs(" };\n\n", c);
    }
    fputs(
        "\n/* All of them, in byte order of their files' names. */\n"
        "extern const struct db_statement *const sql_all[];\nextern const size_t sql_all_count;\n\n"
        "#endif\n",
        h);
    fputs("const struct db_statement *const sql_all[] = {\n", c);
    for (int i = 0; i < count; i++)
        fprintf(c, "    &sql_%s,\n", statement_name(files[i]));
    fprintf(c, "    NULL,\n};\nconst size_t sql_all_count = %d;\n", count);
    close_output(c, c_path);
    close_output(h, h_path);
}

/* -- migrations ----------------------------------------------------------------------------------
 */

static void embed_migrations(const char *c_path, char **files, int count)
{
    FILE *c = open_c_file(c_path, "db/migration.h");

    sort_paths(files, count);
    fputs("const struct migration migrations[] = {\n", c);
    for (int i = 0; i < count; i++) {
        struct bytes sql = read_file(files[i]);
        char *name = stem(files[i]), *end, hex[65];
        long number = strtol(name, &end, 10);

        if (end != name + 4 || *end != '_' || number != i + 1)
            fail("%s: expected the number %04d and an underscore first", files[i], i + 1);
        if (memchr(sql.at, '\0', sql.size))
            fail("%s: holds a NUL", files[i]);
        sha256_hex(sql, hex);
        fprintf(c, "    { %ld, \"%s\",\n      \"%s\",", number, name, hex);
        put_literal(c, sql);
        fputs(" },\n", c);
    }
    fprintf(c, "    { 0, NULL, NULL, NULL },\n};\nconst size_t migration_count = %d;\n", count);
    close_output(c, c_path);
}

/* -- assets --------------------------------------------------------------------------------------
 */

static const char *media_type(const char *path)
{
    static const char *const known[][2] = {
        { ".css", "text/css; charset=utf-8" },
        { ".html", "text/html; charset=utf-8" },
        { ".ico", "image/x-icon" },
        { ".js", "text/javascript; charset=utf-8" },
        { ".json", "application/json" },
        { ".png", "image/png" },
        { ".svg", "image/svg+xml" },
        { ".txt", "text/plain; charset=utf-8" },
        { ".webmanifest", "application/manifest+json" },
        { ".woff2", "font/woff2" },
    };
    const char *dot = strrchr(base_name(path), '.');

    for (size_t i = 0; dot && i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(dot, known[i][0]) == 0)
            return known[i][1];
    fail("%s: no media type is known for this name; add it to server/tools/embed.c", path);
}

/* As small as can be: it is done once. Without a date in it, so that builds are alike. */
static struct bytes as_gzip(struct bytes b)
{
    z_stream z = { 0 };
    struct bytes out = { allocate(compressBound((uLong)b.size) + 64), 0 };

    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, MAX_MEM_LEVEL,
            Z_DEFAULT_STRATEGY) != Z_OK)
        fail("zlib does not start");
    z.next_in = (unsigned char *)b.at;
    z.avail_in = (uInt)b.size;
    z.next_out = (unsigned char *)out.at;
    z.avail_out = (uInt)compressBound((uLong)b.size) + 64;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        fail("zlib does not end");
    out.size = z.total_out;
    deflateEnd(&z);
    return out;
}

static struct bytes as_brotli(struct bytes b)
{
    size_t size = BrotliEncoderMaxCompressedSize(b.size);
    struct bytes out = { allocate(size), size };

    if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, b.size,
            (const uint8_t *)b.at, &out.size, (uint8_t *)out.at))
        fail("brotli fails");
    return out;
}

static void put_str(FILE *out, struct bytes b)
{
    fputs(",\n      {", out);
    put_literal(out, b);
    fprintf(out, ",\n        %zu }", b.size);
}

static void put_shorter(FILE *out, struct bytes coded, struct bytes plain)
{
    if (coded.size < plain.size)
        put_str(out, coded);
    else
        fputs(",\n      { NULL, 0 }", out);
}

static void embed_assets(const char *c_path, char **files, int count)
{
    FILE *c = open_c_file(c_path, "reader/asset.h");

    sort_paths(files, count);
    fputs("const struct asset assets[] = {\n", c);
    for (int i = 0; i < count; i++) {
        struct bytes b = read_file(files[i]);
        char hex[65];

        if (strpbrk(base_name(files[i]), "\"\\"))
            fail("%s: a name without quotation marks, please", files[i]);
        sha256_hex(b, hex);
        fprintf(
            c, "    { \"%s\", \"%s\", \"%.16s\"", base_name(files[i]), media_type(files[i]), hex);
        put_str(c, b);
        put_shorter(c, as_gzip(b), b);
        put_shorter(c, as_brotli(b), b);
        fputs(" },\n", c);
    }
    fprintf(c,
        "    { NULL, NULL, NULL, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } },\n};\n"
        "const size_t asset_count = %d;\n",
        count);
    close_output(c, c_path);
}

/* -- contract ------------------------------------------------------------------------------------
 */

static void put_json_text(FILE *out, const char *s, size_t size)
{
    fputc('"', out);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static const char *skip_digits(const char *s)
{
    while (isdigit((unsigned char)*s))
        s++;
    return s;
}

/* A number of the YAML 1.2 core schema that JSON writes the same way. */
static bool is_number(const char *s)
{
    const char *p = s + (*s == '-'), *end;

    end = skip_digits(p);
    if (end == p || (*p == '0' && end - p > 1))
        return false;
    p = end;
    if (*p == '.') {
        end = skip_digits(p + 1);
        if (end == p + 1)
            return false;
        p = end;
    }
    if (*p == 'e' || *p == 'E') {
        p += p[1] == '+' || p[1] == '-' ? 2 : 1;
        end = skip_digits(p);
        if (end == p)
            return false;
        p = end;
    }
    return *p == '\0';
}

/* A number of the core schema that JSON cannot write: +1, 0x10, 0o7, .5, 1., 007, .inf, .nan. */
static bool is_foreign_number(const char *s)
{
    const char *p = s + (*s == '-' || *s == '+');

    if (strcasecmp(p, ".inf") == 0 || strcasecmp(p, ".nan") == 0)
        return true;
    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'o'))
        return p[2] != '\0' && p[2 + strspn(p + 2, "0123456789abcdefABCDEF")] == '\0';
    if (!isdigit((unsigned char)p[0]) && !(p[0] == '.' && isdigit((unsigned char)p[1])))
        return false;
    return p[strspn(p, "0123456789")] == '\0' ||
        (strchr(p, '.') && p[strspn(p, "0123456789.")] == '\0' &&
            strchr(p, '.') == strrchr(p, '.'));
}

static bool is_one_of(const char *s, const char *a, const char *b, const char *c)
{
    return strcmp(s, a) == 0 || strcmp(s, b) == 0 || strcmp(s, c) == 0;
}

static void put_scalar(FILE *out, const yaml_node_t *node)
{
    const char *s = (const char *)node->data.scalar.value;
    size_t size = node->data.scalar.length;

    if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        put_json_text(out, s, size);
    else if (size == 0 || strcmp(s, "~") == 0 || is_one_of(s, "null", "Null", "NULL"))
        fputs("null", out);
    else if (is_one_of(s, "true", "True", "TRUE"))
        fputs("true", out);
    else if (is_one_of(s, "false", "False", "FALSE"))
        fputs("false", out);
    else if (is_number(s))
        fputs(s, out);
    else if (is_foreign_number(s))
        fail("line %zu: %s: quote it, or write it as JSON does", node->start_mark.line + 1, s);
    else
        put_json_text(out, s, size);
}

static const char *key_text(yaml_document_t *doc, int index)
{
    const yaml_node_t *key = yaml_document_get_node(doc, index);

    if (key->type != YAML_SCALAR_NODE)
        fail("line %zu: a key must be text", key->start_mark.line + 1);
    return (const char *)key->data.scalar.value;
}

static void refuse_repeated_key(
    yaml_document_t *doc, const yaml_node_t *node, const yaml_node_pair_t *pair)
{
    const char *key = key_text(doc, pair->key);

    for (const yaml_node_pair_t *p = node->data.mapping.pairs.start; p < pair; p++)
        if (strcmp(key_text(doc, p->key), key) == 0)
            fail("line %zu: %s stands here a second time",
                yaml_document_get_node(doc, pair->key)->start_mark.line + 1, key);
}

static void put_node(FILE *out, yaml_document_t *doc, int index)
{
    const yaml_node_t *node = yaml_document_get_node(doc, index);

    if (node->type == YAML_SCALAR_NODE) {
        put_scalar(out, node);
    } else if (node->type == YAML_SEQUENCE_NODE) {
        fputc('[', out);
        for (const int *item = node->data.sequence.items.start;
             item < node->data.sequence.items.top; item++) {
            fputs(item == node->data.sequence.items.start ? "" : ",", out);
            put_node(out, doc, *item);
        }
        fputc(']', out);
    } else {
        fputc('{', out);
        for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
             pair < node->data.mapping.pairs.top; pair++) {
            const char *key = key_text(doc, pair->key);

            refuse_repeated_key(doc, node, pair);
            fputs(pair == node->data.mapping.pairs.start ? "" : ",", out);
            put_json_text(out, key, strlen(key));
            fputc(':', out);
            put_node(out, doc, pair->value);
        }
        fputc('}', out);
    }
}

static void yaml_to_json(const char *json_path, const char *yaml_path)
{
    struct bytes yaml = read_file(yaml_path);
    FILE *out = open_output(json_path);
    yaml_parser_t parser;
    yaml_document_t doc;

    if (!yaml_parser_initialize(&parser))
        fail("out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.at, yaml.size);
    if (!yaml_parser_load(&parser, &doc))
        fail("%s:%zu: %s", yaml_path, parser.problem_mark.line + 1, parser.problem);
    if (!yaml_document_get_root_node(&doc))
        fail("%s: is empty", yaml_path);
    put_node(out, &doc, 1);
    fputc('\n', out);
    yaml_document_delete(&doc);
    yaml_parser_delete(&parser);
    close_output(out, json_path);
}

static void embed_contract(const char *c_path, const char *json_path, const char *yaml_path)
{
    struct bytes json;
    char hex[65];
    FILE *c;

    yaml_to_json(json_path, yaml_path);
    json = read_file(json_path);
    sha256_hex(json, hex);
    c = open_c_file(c_path, "http/contract.h");
    fprintf(c, "const char contract_hash[] = \"%.16s\";\nconst struct str contract_json = {", hex);
    put_literal(c, json);
    fprintf(c, ",\n    %zu\n};\n", json.size);
    close_output(c, c_path);
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";

    if (sodium_init() < 0)
        fail("libsodium does not start");
    if (strcmp(mode, "sql") == 0 && argc >= 4)
        embed_sql(argv[2], argv[3], argv + 4, argc - 4);
    else if (strcmp(mode, "migrations") == 0 && argc >= 3)
        embed_migrations(argv[2], argv + 3, argc - 3);
    else if (strcmp(mode, "assets") == 0 && argc >= 3)
        embed_assets(argv[2], argv + 3, argc - 3);
    else if (strcmp(mode, "contract") == 0 && argc == 5)
        embed_contract(argv[2], argv[3], argv[4]);
    else
        fail("usage: embed sql|migrations|assets|contract OUTPUT... FILE...");
    return 0;
}
