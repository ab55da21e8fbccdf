/* Annotations in the native API's shape (api/openapi.yaml, schema annotation): bodies of requests
 * in, answers out. */
#ifndef GLOSS_FORMATS_V1_ANNOTATIONS_H
#define GLOSS_FORMATS_V1_ANNOTATIONS_H

#include "base/writer.h"
#include "formats/selectors.h"

#define BODY_MAX_CHARS 100000
#define TAGS_MAX 100
#define TAG_MAX_CHARS 100

struct tags {
    const struct str *at;
    size_t count;
};

enum place_given { PLACE_NONE, PLACE_QUOTE, PLACE_RANGE, PLACE_SELECTORS };

/* The body of POST /annotations, or of POST …/replies. */
struct annotation_given {
    struct uuid document; /* nil: `address` or `parent` leads to it */
    struct str address;   /* of a page elsewhere, as sent */
    struct uuid parent;   /* nil: no reply */
    enum place_given place;
    struct quote quote; /* of PLACE_QUOTE; its hint is `start` */
    bool has_start;
    size_t start, end; /* of PLACE_RANGE, in `unit` */
    bool is_utf16;
    struct selection selection; /* of PLACE_SELECTORS */
    struct str selectors;       /* the same as JSON text, as sent */
    struct uuid revision;       /* nil: the current one */
    struct str kind;
    struct str body; /* STR_NONE: none */
    struct tags tags;
    struct str group; /* id, `everyone` or `mine`; STR_NONE: unnamed */
    bool is_private, is_draft;
};

/* False: *why has at least one fault. `text` is the text that `json` was parsed from. */
bool v1_read_annotation(struct arena *arena, const json_t *json, struct str text,
    struct annotation_given *out, struct invalid *why);
bool v1_read_reply(
    struct arena *arena, const json_t *json, struct annotation_given *out, struct invalid *why);

/* The body of PATCH: what is to be another way. */
struct annotation_patch {
    bool has_kind, has_body, has_tags, has_visibility, publishes;
    struct str kind;
    struct str body; /* STR_NONE: none from now on */
    struct tags tags;
    bool is_private;
};

bool v1_read_annotation_patch(
    struct arena *arena, const json_t *json, struct annotation_patch *out, struct invalid *why);

/* What an annotation says, of which the stored `shown` is made. */
struct annotation_words {
    struct str kind;
    struct str body; /* STR_NONE: none */
    struct tags tags;
    struct str quote, prefix, suffix; /* `quote` STR_NONE: the whole document */
    struct str selectors;             /* JSON array, or STR_NONE */
};

/* The members kind, body, body_html, tags, quote, selectors as JSON text, with body_html() of
 * BODY_RENDERER_VERSION. May take long where the body is long. */
struct str v1_shown(struct arena *arena, const struct annotation_words *words);

#endif
