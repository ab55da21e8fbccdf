#include "reader/asset.h"

#include "http/coding.h"
#include "reader/page.h"
#include "reader/reader.h"

#include <string.h>

/* All the assets' hashes in one: modules import each other by relative paths, so one address has to
 * change with any of them. */
static struct str assets_version(struct arena *arena)
{
    uint64_t sum = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < asset_count; i++)
        for (const char *c = assets[i].hash; *c; c++)
            sum = (sum ^ (unsigned char)*c) * 1099511628211u;
    return arena_printf(arena, "%016llx", (unsigned long long)sum);
}

struct str asset_path(struct arena *arena, const char *name)
{
    return arena_printf(arena, "/assets/%.*s/%s", STR_ARG(assets_version(arena)), name);
}

static const struct asset *find(struct str name)
{
    for (size_t i = 0; i < asset_count; i++)
        if (str_eq(name, str_from(assets[i].name)))
            return &assets[i];
    return NULL;
}

/* In the coding that the client likes best; they were made at build time. */
static enum step respond_coded(struct request *req, const struct asset *asset)
{
    const struct str forms[CODINGS] = { [CODING_IDENTITY] = asset->bytes,
        [CODING_GZIP] = asset->gzip,
        [CODING_BROTLI] = asset->brotli };
    unsigned offered = 0;

    for (int c = 0; c < CODINGS; c++)
        offered |= str_given(forms[c]) ? CODING_BIT(c) : 0;
    enum coding coding = request_coding(req, offered);
    if (coding == CODINGS) /* refused, or taken as it is, with all other answers */
        coding = CODING_IDENTITY;
    struct str tag = arena_printf(req->arena, "\"%s\"", asset->hash);
    respond_etag(req, coding_tag(req->arena, tag, coding));
    if (respond_is_fresh(req))
        return respond_not_modified(req);
    if (coding != CODING_IDENTITY)
        respond_header(req, "Content-Encoding", str_from(coding_name(coding)));
    return respond_bytes(req, 200, asset->media_type, forms[coding]);
}

/* GET /assets/{version}/{file} (getAsset) */
enum step asset_get(struct request *req)
{
    const struct asset *asset = find(request_param(req, 1));
    bool current = str_eq(request_param(req, 0), assets_version(req->arena));

    if (!asset)
        return respond_problem(req, PROBLEM_NOT_FOUND);
    /* a page from before an upgrade gets what there is, and nobody keeps that under the old name */
    respond_header(req, "Cache-Control",
        current ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    respond_header(req, "Vary", STR("Accept-Encoding"));
    return respond_coded(req, asset);
}
