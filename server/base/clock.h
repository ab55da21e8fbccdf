/* Time. Deadlines are monotonic milliseconds; what people see is microseconds since 1970, UTC. */
#ifndef GLOSS_BASE_CLOCK_H
#define GLOSS_BASE_CLOCK_H

#include "base/str.h"

#include <stdint.h>

int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
int64_t clock_wall_us(void);

#define TIME_TEXT_BYTES 27 /* 2026-03-01T09:30:00.123456Z */

/* The years 1 to 9999, which this program and PostgreSQL can both write and read. */
#define TIME_FIRST_US (-INT64_C(62135596800000000))
#define TIME_LAST_US INT64_C(253402300799999999)

/* RFC 3339, UTC, six digits of seconds, NUL-terminated. */
void time_format(int64_t us, char out[TIME_TEXT_BYTES + 1]);
/* RFC 3339 date-time with any offset and up to nine fractional digits, or a bare date (midnight
 * UTC). False on anything else; years 1 to 9999. */
bool time_parse(struct str text, int64_t *us);

#endif
