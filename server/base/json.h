/* Writes JSON into one growing buffer, in order, with commas and escapes looked after. Nesting is
 * checked by assertion: a writer that was left open is our own bug. Reading is jansson's work. */
#ifndef GLOSS_BASE_JSON_H
#define GLOSS_BASE_JSON_H

#include "base/arena.h"
#include "base/str.h"

#include <stdint.h>

#define JSON_DEPTH_MAX 64

struct json {
    char *at; /* malloc'd; json_finish() hands it over */
    size_t bytes;
    size_t room;
    int depth;
    bool comma[JSON_DEPTH_MAX];
    bool after_key;
};

void json_start(struct json *json);
/* Ends the writer without an answer. */
void json_drop(struct json *json);
/* The finished text, which the arena owns from now on; the writer is ended. */
struct str json_finish(struct json *json, struct arena *arena);

void json_object(struct json *json);
void json_object_end(struct json *json);
void json_array(struct json *json);
void json_array_end(struct json *json);
/* A member's name; ASCII without characters to escape. Its value must follow. */
void json_key(struct json *json, const char *key);

/* Values. Text must be valid UTF-8; a text that was not given is null. */
void json_text(struct json *json, struct str text);
void json_cstr(struct json *json, const char *text);
void json_int(struct json *json, int64_t number);
void json_double(struct json *json, double number);
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
/* A complete JSON value that is already text. */
void json_raw(struct json *json, struct str value);
/* Whole members (`"a":1,"b":2`) that are already text, put where a key would stand. None: nothing.
 */
void json_raw_members(struct json *json, struct str members);

/* key and value in one. */
void json_key_text(struct json *json, const char *key, struct str text);
void json_key_cstr(struct json *json, const char *key, const char *text);
void json_key_int(struct json *json, const char *key, int64_t number);
void json_key_bool(struct json *json, const char *key, bool value);
void json_key_null(struct json *json, const char *key);

#endif
