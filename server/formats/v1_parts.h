/* Parts that several of the native API's shapes have. */
#ifndef GLOSS_FORMATS_V1_PARTS_H
#define GLOSS_FORMATS_V1_PARTS_H

#include "base/writer.h"
#include "formats/given.h"

/* A time by its key; 0 is null. */
void v1_write_time(struct writer *writer, const char *key, int64_t us);

/* "links": {"self", "html"} */
void v1_write_links(struct writer *writer, struct str self, struct str html);

/* True when the member is there; else notes that it is needed. */
bool v1_need(const struct given *given, const char *name);

/* One line that names something: something to be seen, and no control characters, nor such as turn
 * the direction of what follows. */
bool v1_read_label(
    const struct given *given, const char *name, bool needed, size_t chars_max, struct str *out);

/* A time to come; null and nothing are never (0). */
bool v1_read_time_to_come(const struct given *given, const char *name, int64_t now_us, int64_t *us);
/* `expires_at` */
bool v1_read_expiry(const struct given *given, int64_t now_us, int64_t *us);

#endif
