/* Rate limits: one slot a key in a table of fixed size, without locks; any thread may ask. A slot
 * remembers only when the key's bucket will be empty again (GCRA), so an old one may be taken over.
 */
#ifndef GLOSS_BASE_RATES_H
#define GLOSS_BASE_RATES_H

#include "base/str.h"

#include <stdint.h>

struct rates;

struct rate {
    uint32_t per_minute; /* what may go on for ever */
    uint32_t burst;      /* how many at once */
};

struct rates *rates_new(void);
void rates_free(struct rates *rates);

struct rate_verdict {
    bool allowed;
    uint32_t remaining;     /* of the burst, after this one */
    uint32_t retry_after_s; /* when it was refused: at least 1 */
    uint32_t reset_s;       /* until the whole burst is there again */
};

/* Takes one from the bucket of (kind, key): the same key has a bucket for each kind. */
struct rate_verdict rates_take(
    struct rates *rates, char kind, struct str key, struct rate rate, int64_t now_ms);

#endif
