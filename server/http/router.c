#include "http/router.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENTS_MAX 10

/* One segment of a pattern: `stem` and, behind a dot or an @, `suffix`; each a literal or a
 * parameter.
 */
struct part {
    struct str text;
    bool is_param;
};

struct segment {
    struct part stem, suffix;
    char separator; /* NUL: no suffix */
};

/* All routes of one pattern, which are next to each other in the table or not. */
struct path {
    const struct route **routes; /* one a method */
    size_t route_count;
    struct segment segments[SEGMENTS_MAX];
    size_t count;
    struct str allowed; /* "GET, HEAD, OPTIONS" */
};

struct router {
    const struct route *table;
    size_t count;
    struct arena *arena;
    /* by their number of segments, those that are literal for longer first: the first that fits is
     * the one */
    struct path **paths[SEGMENTS_MAX + 1];
    size_t counts[SEGMENTS_MAX + 1];
};

static struct part part_of(struct str text)
{
    bool is_param = str_starts(text, STR("{")) && str_ends(text, STR("}"));
    return (struct part){ is_param ? str_slice(text, 1, text.bytes - 1) : text, is_param };
}

/* "{document}", "export.{format}", "{document}@{revision}", "openapi.json": a dot or an @ separates
 * only beside a parameter. */
static struct segment segment_of(struct str text)
{
    size_t at = str_find(text, STR("@"), 0);
    if (at == SIZE_MAX)
        at = str_find(text, STR("."), 0);
    if (at == SIZE_MAX || !str_contains(text, STR("{")))
        return (struct segment){ .stem = part_of(text) };
    return (struct segment){ part_of(str_slice(text, 0, at)),
        part_of(str_slice(text, at + 1, text.bytes)), text.at[at] };
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

static int openness(const struct segment *segment)
{
    return segment->stem.is_param * 2 + (segment->separator ? 0 : 1);
}

/* Where two patterns fit, the one that is literal for longer comes first. */
static int by_closeness(const void *x, const void *y)
{
    const struct path *a = *(struct path *const *)x, *b = *(struct path *const *)y;

    for (size_t i = 0; i < a->count; i++) {
        int difference = openness(&a->segments[i]) - openness(&b->segments[i]);
        if (difference)
            return difference;
    }
    return strcmp(a->routes[0]->pattern, b->routes[0]->pattern);
}

static struct path *path_new(struct arena *arena, const struct route *route, size_t routes_max)
{
    struct path *path = arena_new(arena, struct path);
    struct str segments[SEGMENTS_MAX];
    bool fits = split(str_from(route->pattern), segments, &path->count);

    assert(fits);
    (void)fits;
    for (size_t i = 0; i < path->count; i++)
        path->segments[i] = segment_of(segments[i]);
    path->routes = arena_array(arena, const struct route *, routes_max);
    return path;
}

static void allow(struct arena *arena, struct path *path)
{
    struct str list = STR("");

    for (size_t i = 0; i < path->route_count; i++) {
        const char *method = path->routes[i]->method;
        list = arena_printf(arena, "%.*s%s%s", STR_ARG(list), method,
            strcmp(method, "GET") == 0 ? ", HEAD, " : ", ");
    }
    path->allowed = arena_printf(arena, "%.*sOPTIONS", STR_ARG(list));
}

static struct path *same_path(
    const struct router *router, size_t segments, const struct route *route)
{
    for (size_t i = 0; i < router->counts[segments]; i++)
        if (strcmp(router->paths[segments][i]->routes[0]->pattern, route->pattern) == 0)
            return router->paths[segments][i];
    return NULL;
}

struct router *router_new(const struct route *table, size_t count)
{
    struct router *router = mem_zero(1, sizeof *router);

    router->table = table;
    router->count = count;
    router->arena = arena_make();
    for (size_t n = 0; n <= SEGMENTS_MAX; n++)
        router->paths[n] = arena_array(router->arena, struct path *, count);
    for (size_t i = 0; i < count; i++) {
        struct path *made = path_new(router->arena, &table[i], count);
        struct path *path = same_path(router, made->count, &table[i]);
        if (!path)
            router->paths[made->count][router->counts[made->count]++] = path = made;
        path->routes[path->route_count++] = &table[i];
    }
    for (size_t n = 0; n <= SEGMENTS_MAX; n++) {
        qsort(router->paths[n], router->counts[n], sizeof *router->paths[n], by_closeness);
        for (size_t i = 0; i < router->counts[n]; i++)
            allow(router->arena, router->paths[n][i]);
    }
    return router;
}

void router_free(struct router *router)
{
    arena_free(router->arena);
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
    if (!segment->separator)
        return part_fits(&segment->stem, text, params, count);
    size_t at = text.bytes;
    while (at > 0 && text.at[at - 1] != segment->separator)
        at--;
    return at > 0 && part_fits(&segment->stem, str_slice(text, 0, at - 1), params, count) &&
        part_fits(&segment->suffix, str_slice(text, at, text.bytes), params, count);
}

/* Sets all of params where it fits: those that the pattern has not are none. */
static bool path_fits(
    const struct path *path, const struct str *segments, struct str params[PATH_PARAMS_MAX])
{
    size_t found = 0;

    for (size_t i = 0; i < path->count; i++)
        if (!segment_fits(&path->segments[i], segments[i], params, &found))
            return false;
    while (found < PATH_PARAMS_MAX)
        params[found++] = STR_NONE;
    return true;
}

static const struct path *find_path(
    const struct router *router, const struct str *segments, size_t count, struct str *params)
{
    for (size_t i = 0; i < router->counts[count]; i++)
        if (path_fits(router->paths[count][i], segments, params))
            return router->paths[count][i];
    return NULL;
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
static bool ends_in_id(const struct path *path)
{
    if (path->routes[0]->is_page)
        return false;
    const struct segment *last = &path->segments[path->count - 1];
    return last->stem.is_param && !last->separator;
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

/* False: other ones, or a parameter, or not of this stem. */
static bool ends_alike(const struct path *path, const struct str *segments, struct str stem)
{
    const struct segment *last = &path->segments[path->count - 1];
    struct str params[PATH_PARAMS_MAX], name, suffix;
    size_t found = 0;

    for (size_t i = 0; i + 1 < path->count; i++)
        if (!segment_fits(&path->segments[i], segments[i], params, &found))
            return false;
    return !last->separator && !last->stem.is_param &&
        str_cut(last->stem.text, '.', &name, &suffix) && str_eq(name, stem);
}

struct str router_alike(const struct router *router, struct request *req)
{
    struct str segments[SEGMENTS_MAX], stem, suffix, list = STR_NONE;
    size_t count;

    if (!split(req->path, segments, &count) || count == 0 ||
        !decode_segments(req->arena, segments, count) ||
        !str_cut(segments[count - 1], '.', &stem, &suffix))
        return STR_NONE;
    for (size_t i = 0; i < router->counts[count]; i++) {
        const struct path *path = router->paths[count][i];
        if (!ends_alike(path, segments, stem))
            continue;
        struct str name = path->segments[count - 1].stem.text;
        list = str_given(list)
            ? arena_printf(req->arena, "%.*s, %.*s", STR_ARG(list), STR_ARG(name))
            : name;
    }
    return list;
}

enum found router_find(const struct router *router, struct request *req, struct str *allowed)
{
    struct str segments[SEGMENTS_MAX];
    size_t count;

    if (!split(req->path, segments, &count))
        return str_starts(req->path, STR("/")) ? FOUND_NOTHING : FOUND_BAD_PATH;
    if (!decode_segments(req->arena, segments, count))
        return FOUND_BAD_PATH;
    const struct path *path = find_path(router, segments, count, req->params);
    if ((!path || ends_in_id(path)) && take_suffix(req, &segments[count - 1]))
        path = find_path(router, segments, count, req->params);
    if (!path)
        return FOUND_NOTHING;

    *allowed = path->allowed;
    struct str wanted = str_eq(req->method, STR("HEAD")) ? STR("GET") : req->method;
    for (size_t i = 0; i < path->route_count; i++) {
        if (!str_eq(str_from(path->routes[i]->method), wanted))
            continue;
        req->route = path->routes[i];
        return FOUND;
    }
    return FOUND_OTHER_METHOD;
}
