/* Readings, to and from the native API's JSON. */
#ifndef GLOSS_FORMATS_V1_READINGS_H
#define GLOSS_FORMATS_V1_READINGS_H

#include "base/invalid.h"
#include "base/writer.h"
#include "model/reading.h"

#include <jansson.h>

/* False: *why says what is wrong. */
bool v1_read_reading_rule(struct arena *arena, const json_t *json, int64_t now_us,
    struct reading_rule *out, struct invalid *why);

/* `ready` NULL: the reader is no leader. */
struct str v1_write_reading(
    struct arena *arena, const struct reading *reading, const struct ready_list *ready);

#endif
