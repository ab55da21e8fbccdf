/* Readings, to and from the native API's JSON. */
#ifndef GLOSS_FORMATS_V1_READINGS_H
#define GLOSS_FORMATS_V1_READINGS_H

#include "anchoring/alike.h"
#include "anchoring/resolve.h"
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

/* Where readers looked, each under the number that marks and passages have for them. */
struct compared_reader {
    struct author author;
    size_t annotations, alike, alone; /* passages that they share, and have for themselves */
};

struct comparison {
    struct uuid revision;
    const struct text_index *text; /* of it */
    bool is_utf16;
    const struct compared_reader *readers;
    size_t reader_count;
    const struct uuid *annotations; /* of the marks */
    struct passages passages;
    bool complete; /* all annotations were looked at, and all passages are listed */
};

struct str v1_write_comparison(struct arena *arena, const struct comparison *it);

#endif
