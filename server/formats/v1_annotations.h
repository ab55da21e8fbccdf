/* Annotations in the native API's shape (api/openapi.yaml, schema annotation): bodies of requests
 * in, answers out. */
#ifndef GLOSS_FORMATS_V1_ANNOTATIONS_H
#define GLOSS_FORMATS_V1_ANNOTATIONS_H

#include "base/writer.h"
#include "formats/selectors.h"
#include "model/annotation.h"
#include "model/user.h"

#define BODY_MAX_CHARS 100000
#define REPLACEMENT_MAX_BYTES 65536
#define TAGS_MAX 100
#define TAG_MAX_CHARS 100
#define FURTHER_GROUPS_MAX 20

struct tags {
    const struct str *at;
    size_t count;
};

enum place_given { PLACE_NONE, PLACE_QUOTE, PLACE_RANGE, PLACE_SELECTORS };

/* The body of POST /annotations, or of POST …/replies. */
struct annotation_given {
    struct str document; /* an id, or the address of a page elsewhere; STR_NONE: the parent's */
    struct uuid parent;  /* nil: no reply */
    enum place_given place;
    struct quote quote; /* of PLACE_QUOTE; its hint is `start` */
    bool has_start;
    size_t start, end; /* of PLACE_RANGE, in `unit` */
    bool is_utf16;
    struct selection selection; /* of PLACE_SELECTORS */
    struct str selectors;       /* the same as JSON text, as sent */
    struct uuid revision;       /* nil: the current one */
    struct str kind;
    struct str body;        /* STR_NONE: none */
    struct str replacement; /* of a suggestion; STR_NONE: it is none */
    struct tags tags;
    struct str group;         /* id, `everyone` or `mine`; STR_NONE: unnamed */
    const struct str *groups; /* further ones that it is shown in, likewise */
    size_t group_count;
    bool is_private, is_draft;
};

/* False: *why has at least one fault. `text` is the text that `json` was parsed from. */
bool v1_read_annotation(struct arena *arena, const json_t *json, struct str text,
    struct annotation_given *out, struct invalid *why);
bool v1_read_reply(
    struct arena *arena, const json_t *json, struct annotation_given *out, struct invalid *why);

/* The body of PUT …/anchor. */
enum anchor_put { ANCHOR_KEEP, ANCHOR_PLACE, ANCHOR_LEAVE };
struct anchor_given {
    enum anchor_put how;
    struct annotation_given place; /* `revision` and, of ANCHOR_PLACE, where it is to stand */
};
bool v1_read_anchor(struct arena *arena, const json_t *json, struct str text,
    struct anchor_given *out, struct invalid *why);

/* The body of PATCH: what is to be another way. */
struct annotation_patch {
    bool has_kind, has_body, has_tags, has_visibility, publishes;
    struct str kind;
    struct str body;        /* STR_NONE: none from now on */
    struct str replacement; /* STR_NONE: as it was */
    struct tags tags;
    bool is_private;
};

bool v1_read_annotation_patch(
    struct arena *arena, const json_t *json, struct annotation_patch *out, struct invalid *why);

/* The body of POST /drafts/publish: drafts by their ids, or all that one has on a document. */
#define PUBLICATION_MAX 200
struct publication_given {
    const struct uuid *ids; /* once each */
    size_t count;
    struct str document; /* as in POST /annotations; STR_NONE: by ids */
    struct str group;    /* id, `everyone` or `mine`; STR_NONE: whatever group they are in */
};

bool v1_read_publication(
    struct arena *arena, const json_t *json, struct publication_given *out, struct invalid *why);

/* The body of POST …/suggestions/accept. */
#define ACCEPT_MAX 100
#define REVISION_NOTE_MAX_CHARS 1000
struct acceptance_given {
    const struct uuid *ids; /* once each */
    size_t count;
    struct str note; /* STR_NONE: none */
};
bool v1_read_acceptance(
    struct arena *arena, const json_t *json, struct acceptance_given *out, struct invalid *why);

/* The body of POST …/reject: why, or STR_NONE. */
#define REASON_MAX_CHARS 2000
bool v1_read_rejection(
    struct arena *arena, const json_t *json, struct str *reason, struct invalid *why);

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

/* -- answers -- */

/* As the reader sees it. `utf16`: the text of its anchor's revision, for positions in UTF-16; NULL:
 * code points. */
void v1_write_annotation(struct arena *arena, struct writer *writer, const struct annotation *it,
    const struct text_index *utf16);
struct str v1_annotation_path(struct arena *arena, struct uuid id);

void v1_write_score(struct writer *writer, double score);

/* Members `reactions` and `my_reactions`. */
void v1_write_reactions(struct writer *writer, const struct annotation *it);

/* One entry of the list of reactions. */
struct reaction_given {
    enum reaction what;
    struct author user;
    int64_t at_us;
};
void v1_write_reaction(
    struct arena *arena, struct writer *writer, const struct reaction_given *reaction);

/* One entry of the history. */
struct annotation_version {
    int32_t version;
    struct str kind, body, replacement;
    struct tags tags;
    bool is_private;
    int64_t at_us;
};
void v1_write_annotation_version(struct writer *writer, const struct annotation_version *version);

/* Places as an array, for problems and resolve-quote. */
void v1_write_places(struct writer *writer, const struct place *places, size_t count,
    const struct text_index *utf16);

#endif
