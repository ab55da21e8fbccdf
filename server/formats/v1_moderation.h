/* Moderation in the native API's shape: decisions, flags, the log, mutes. */
#ifndef GLOSS_FORMATS_V1_MODERATION_H
#define GLOSS_FORMATS_V1_MODERATION_H

#include "base/invalid.h"
#include "base/writer.h"
#include "model/moderation.h"
#include "model/reader.h"

#include <jansson.h>

#define MODERATION_NOTE_MAX_CHARS 2000

/* False: *why says what is wrong. Texts are borrowed from the JSON value. */
bool v1_read_moderation(struct arena *arena, const json_t *json, const struct reader *reader,
    struct decision *out, struct invalid *why);
/* Sets reason and note. */
bool v1_read_flag(struct arena *arena, const json_t *json, struct flag *out, struct invalid *why);

void v1_write_flag(struct writer *writer, struct arena *arena, const struct flag *flag);
void v1_write_moderation_entry(
    struct writer *writer, struct arena *arena, const struct moderation_entry *entry);
void v1_write_mute(
    struct writer *writer, struct arena *arena, const struct author *muted, int64_t created_us);

#endif
