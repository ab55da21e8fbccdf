#include "http/router.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENTS_MAX 10

/* One segment of a pattern: `stem` and, behind a dot, `suffix`; each a literal or a parameter. */
struct part {
    struct str text;
    bool is_param;
};

struct segment {
    struct part stem, suffix;
    bool has_suffix;
};

struct pattern {
    const struct route *route;
    struct segment segments[SEGMENTS_MAX];
    size_t count;
};

struct router {
    const struct route *table;
    struct pattern *patterns;
    size_t count;
};

static struct part part_of(struct str text)
{
    bool is_param = str_starts(text, STR("{")) && str_ends(text, STR("}"));
    return (struct part){ is_param ? str_slice(text, 1, text.bytes - 1) : text, is_param };
}

/* "{document}", "export.{format}", "openapi.json": a dot separates only beside a parameter. */
static struct segment segment_of(struct str text)
{
    size_t dot = str_find(text, STR("."), 0);
    if (dot == SIZE_MAX || !str_contains(text, STR("{")))
        return (struct segment){ .stem = part_of(text) };
    return (struct segment){ part_of(str_slice(text, 0, dot)),
        part_of(str_slice(text, dot + 1, text.bytes)), true };
}

/* The raw segments of a path that begins with a slash; "/" has one, which is empty. */
static bool split(struct str path, struct str out[SEGMENTS_MAX], size_t *count)
{
    *count = 0;
    if (!str_starts(path, STR("/")))
        return false;
    struct str rest = str_slice(path, 1, path.bytes), head;
    bool more;
    do {
        if (*count == SEGMENTS_MAX)
            return false;
        more = str_cut(rest, '/', &head, &rest);
        out[(*count)++] = head;
    } while (more);
    return true;
}

struct router *router_new(const struct route *table, size_t count)
{
    struct router *router = mem_zero(1, sizeof *router);

    router->patterns = mem_zero(count, sizeof *router->patterns);
    router->table = table;
    router->count = count;
    for (size_t i = 0; i < count; i++) {
        struct pattern *pattern = &router->patterns[i];
        struct str segments[SEGMENTS_MAX];
        bool fits = split(str_from(table[i].pattern), segments, &pattern->count);
        assert(fits);
        (void)fits;
        pattern->route = &table[i];
        for (size_t s = 0; s < pattern->count; s++)
            pattern->segments[s] = segment_of(segments[s]);
    }
    return router;
}

void router_free(struct router *router)
{
    free(router->patterns);
    free(router);
}

size_t router_index(const struct router *router, const struct route *route)
{
    return route ? (size_t)(route - router->table) : router->count;
}

static bool part_fits(const struct part *part, struct str text, struct str *params, size_t *count)
{
    if (!part->is_param)
        return str_eq(part->text, text);
    if (text.bytes == 0)
        return false;
    params[(*count)++] = text;
    return true;
}

static bool segment_fits(
    const struct segment *segment, struct str text, struct str *params, size_t *count)
{
    if (!segment->has_suffix)
        return part_fits(&segment->stem, text, params, count);
    size_t dot = text.bytes;
    while (dot > 0 && text.at[dot - 1] != '.')
        dot--;
    return dot > 0 && part_fits(&segment->stem, str_slice(text, 0, dot - 1), params, count) &&
        part_fits(&segment->suffix, str_slice(text, dot, text.bytes), params, count);
}

static bool pattern_fits(
    const struct pattern *pattern, const struct str *segments, size_t count, struct str *params)
{
    size_t found = 0;
    if (pattern->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!segment_fits(&pattern->segments[i], segments[i], params, &found))
            return false;
    return true;
}

/* Where two patterns fit, the one that is literal for longer. */
static bool is_closer(const struct pattern *a, const struct pattern *b)
{
    for (size_t i = 0; i < a->count; i++) {
        int x = a->segments[i].stem.is_param * 2 + (a->segments[i].has_suffix ? 0 : 1);
        int y = b->segments[i].stem.is_param * 2 + (b->segments[i].has_suffix ? 0 : 1);
        if (x != y)
            return x < y;
    }
    return false;
}

static bool same_path(const struct pattern *a, const struct pattern *b)
{
    return strcmp(a->route->pattern, b->route->pattern) == 0;
}

static const struct pattern *find_path(
    const struct router *router, const struct str *segments, size_t count)
{
    const struct pattern *best = NULL;
    struct str ignored[PATH_PARAMS_MAX];
    for (size_t i = 0; i < router->count; i++) {
        const struct pattern *pattern = &router->patterns[i];
        if (pattern_fits(pattern, segments, count, ignored) && (!best || is_closer(pattern, best)))
            best = pattern;
    }
    return best;
}

static struct str methods_of(
    const struct router *router, const struct pattern *path, struct arena *arena)
{
    struct str list = STR("");
    for (size_t i = 0; i < router->count; i++) {
        if (!same_path(&router->patterns[i], path))
            continue;
        const char *method = router->patterns[i].route->method;
        list = arena_printf(arena, "%.*s%s%s", STR_ARG(list), method,
            strcmp(method, "GET") == 0 ? ", HEAD, " : ", ");
    }
    return arena_printf(arena, "%.*sOPTIONS", STR_ARG(list));
}

static bool decode_segments(struct arena *arena, struct str *segments, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!percent_decode(arena, segments[i], false, &segments[i]) ||
            str_eq(segments[i], STR(".")) || str_eq(segments[i], STR("..")))
            return false;
    return true;
}

/* An id has no dot; what pages end in (files) may. */
static bool ends_in_id(const struct pattern *path)
{
    if (path->count == 0 || path->route->is_page)
        return false;
    const struct segment *last = &path->segments[path->count - 1];
    return last->stem.is_param && !last->has_suffix;
}

/* `.json` and the like behind a path that has no such pattern: what is asked for, not a name. */
static bool take_suffix(struct request *req, struct str *last)
{
    static const struct {
        const char *suffix, *media_type;
    } rows[] = { { ".json", "application/json" }, { ".txt", "text/plain" },
        { ".html", "text/html" }, { ".ndjson", "application/x-ndjson" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str suffix = str_from(rows[i].suffix);
        if (!str_ends(*last, suffix))
            continue;
        *last = str_slice(*last, 0, last->bytes - suffix.bytes);
        req->suffix = str_from(rows[i].media_type);
        return true;
    }
    return false;
}

enum found router_find(const struct router *router, struct request *req, struct str *allowed,
    const struct route **sample)
{
    struct str segments[SEGMENTS_MAX];
    size_t count;

    if (!split(req->path, segments, &count))
        return str_starts(req->path, STR("/")) ? FOUND_NOTHING : FOUND_BAD_PATH;
    if (!decode_segments(req->arena, segments, count))
        return FOUND_BAD_PATH;
    const struct pattern *path = find_path(router, segments, count);
    if ((!path || ends_in_id(path)) && take_suffix(req, &segments[count - 1]))
        path = find_path(router, segments, count);
    if (!path)
        return FOUND_NOTHING;

    *allowed = methods_of(router, path, req->arena);
    *sample = path->route;
    struct str wanted = str_eq(req->method, STR("HEAD")) ? STR("GET") : req->method;
    for (size_t i = 0; i < router->count; i++) {
        const struct pattern *pattern = &router->patterns[i];
        if (same_path(pattern, path) && str_eq(str_from(pattern->route->method), wanted)) {
            req->route = pattern->route;
            pattern_fits(pattern, segments, count, req->params);
            return FOUND;
        }
    }
    return FOUND_OTHER_METHOD;
}
