#include "http/coding.h"

#include "http/respond.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

#define CODED_MIN_BYTES 1024
#define CODED_MAX_BYTES ((size_t)16 << 20)
#define LEVEL 1 /* 60 MB a second; the next ones take twice as long for a twentieth less */
#define UNLISTED -1

static const char *const names[CODINGS] = {
    [CODING_IDENTITY] = "identity", [CODING_GZIP] = "gzip", [CODING_BROTLI] = "br"
};

const char *coding_name(enum coding coding)
{
    return names[coding];
}

/* -- what the client takes --------------------------------------------------------------------- */

/* "0.5" as 500; UNLISTED when it is no quality. */
static int quality_of(struct str text)
{
    static const int weights[] = { 100, 10, 1 };
    int quality;

    if (text.bytes == 0 || text.bytes > 5 || (text.at[0] != '0' && text.at[0] != '1') ||
        (text.bytes > 1 && text.at[1] != '.'))
        return UNLISTED;
    quality = (text.at[0] - '0') * 1000;
    for (size_t i = 2; i < text.bytes; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return UNLISTED;
        quality += (text.at[i] - '0') * weights[i - 2];
    }
    return quality > 1000 ? UNLISTED : quality;
}

static int quality_among(struct str parameters)
{
    struct str one, name, value;

    while (parameters.bytes > 0) {
        str_cut(parameters, ';', &one, &parameters);
        if (str_cut(str_trim(one), '=', &name, &value) && str_eq_nocase(str_trim(name), STR("q")))
            return quality_of(str_trim(value));
    }
    return 1000;
}

static bool is_named(struct str name, enum coding coding)
{
    return str_eq_nocase(name, str_from(names[coding])) ||
        (coding == CODING_GZIP && str_eq_nocase(name, STR("x-gzip")));
}

/* From 0, not at all, to 1000. What is not listed is as good as `*`; without that, the identity is
 * taken if there is nothing else. An item that cannot be read counts for nothing. */
static int quality(struct str list, enum coding coding)
{
    struct str item, name, parameters;
    int own = UNLISTED, others = UNLISTED;

    while (list.bytes > 0) {
        str_cut(list, ',', &item, &list);
        str_cut(item, ';', &name, &parameters);
        name = str_trim(name);
        int q = quality_among(parameters);
        if (q == UNLISTED)
            continue;
        if (is_named(name, coding))
            own = q;
        else if (str_eq(name, STR("*")))
            others = q;
    }
    if (own != UNLISTED)
        return own;
    return others != UNLISTED ? others : coding == CODING_IDENTITY;
}

enum coding request_coding(const struct request *req, unsigned offered)
{
    struct str list = request_header(req, "Accept-Encoding");
    enum coding best = CODINGS;
    int best_quality = 1;

    if (!str_given(list))
        return CODING_IDENTITY;
    for (int c = 0; c < CODINGS; c++) {
        int q = offered & CODING_BIT(c) ? quality(list, (enum coding)c) : 0;
        if (q >= best_quality) {
            best = (enum coding)c;
            best_quality = q;
        }
    }
    return best;
}

/* -- tags -------------------------------------------------------------------------------------- */

struct str coding_tag(struct arena *arena, struct str tag, enum coding coding)
{
    if (coding == CODING_IDENTITY)
        return tag;
    return arena_printf(arena, "%.*s-%s\"", (int)tag.bytes - 1, tag.at, names[coding]);
}

struct str coding_tag_stem(struct str tag, enum coding *coding)
{
    struct str stem = str_slice(tag, 1, tag.bytes ? tag.bytes - 1 : 0);

    *coding = CODING_IDENTITY;
    for (int c = CODING_GZIP; c < CODINGS; c++) {
        struct str name = str_from(names[c]);
        size_t bytes = name.bytes + 1;
        if (str_ends(stem, name) && stem.bytes > bytes && stem.at[stem.bytes - bytes] == '-') {
            *coding = (enum coding)c;
            return str_slice(stem, 0, stem.bytes - bytes);
        }
    }
    return stem;
}

bool coding_tag_fits(const struct request *req, struct str kept, struct str current)
{
    struct str list = request_header(req, "Accept-Encoding");
    enum coding coding, any;

    return str_eq(coding_tag_stem(kept, &coding), coding_tag_stem(current, &any)) &&
        (!str_given(list) || quality(list, coding) > 0);
}

/* -- gzip -------------------------------------------------------------------------------------- */

/* The smallest window that holds the body: setting up a large one costs more than a small body. */
static int window_bits(size_t bytes)
{
    int bits = 9;

    while (bits < MAX_WBITS && ((size_t)1 << bits) < bytes)
        bits++;
    return bits;
}

struct str coding_gzip(struct arena *arena, struct str body)
{
    z_stream z = { 0 };
    int bits = window_bits(body.bytes);

    assert(body.bytes <= CODED_MAX_BYTES);
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, bits + 16, bits - 7, Z_DEFAULT_STRATEGY) != Z_OK)
        return STR_NONE;
    uLong room = deflateBound(&z, (uLong)body.bytes);
    char *out = arena_alloc(arena, room);
    z.next_in = (unsigned char *)(uintptr_t)body.at;
    z.avail_in = (uInt)body.bytes;
    z.next_out = (unsigned char *)out;
    z.avail_out = (uInt)room;
    int ended = deflate(&z, Z_FINISH);
    deflateEnd(&z);
    return ended == Z_STREAM_END ? (struct str){ out, z.total_out } : STR_NONE;
}

/* -- the answer -------------------------------------------------------------------------------- */

static bool is_text(struct str media_type)
{
    struct str type, parameters;

    str_cut(media_type, ';', &type, &parameters);
    return str_starts(type, STR("text/")) || str_ends(type, STR("json")) ||
        str_ends(type, STR("xml"));
}

/* A browser says for whom it asks, a program says nothing. */
static bool is_for_elsewhere(const struct request *req)
{
    struct str site = request_header(req, "Sec-Fetch-Site");

    return str_given(site) && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none"));
}

static bool has_coding(const struct request *req)
{
    for (size_t i = 0; i < req->answer.header_count; i++)
        if (str_eq(req->answer.headers[i].name, STR("Content-Encoding")))
            return true;
    return false;
}

static bool takes_identity(const struct request *req)
{
    return request_coding(req, CODING_BIT(CODING_IDENTITY)) == CODING_IDENTITY;
}

bool coding_wanted(const struct request *req)
{
    bool is_read = str_eq(req->method, STR("GET")) || str_eq(req->method, STR("HEAD"));
    size_t bytes = req->answer.body.bytes;

    if (!is_read || req->answer.status != 200 || req->answer.stream || req->answer.is_secret ||
        bytes == 0 || bytes > CODED_MAX_BYTES || !is_text(req->answer.media_type))
        return false;
    if (request_coding(req, CODING_BIT(CODING_IDENTITY) | CODING_BIT(CODING_GZIP)) != CODING_GZIP)
        return false;
    return !has_coding(req) && !is_for_elsewhere(req) &&
        (bytes >= CODED_MIN_BYTES || !takes_identity(req));
}

void coding_apply(struct request *req, struct str coded)
{
    if (!str_given(coded) || (coded.bytes >= req->answer.body.bytes && takes_identity(req)))
        return;
    req->plain_bytes = req->answer.is_shared ? 0 : req->answer.body.bytes;
    req->answer.is_shared = false;
    req->answer.body = coded;
    respond_header(req, "Content-Encoding", STR("gzip"));
    for (size_t i = 0; i < req->answer.header_count; i++) {
        struct field *header = &req->answer.headers[i];
        if (str_eq(header->name, STR("ETag")))
            header->value = coding_tag(req->arena, header->value, CODING_GZIP);
    }
}
