/* The files of server/reader/assets/, built into the program (server/tools/embed.c). */
#ifndef GLOSS_READER_ASSET_H
#define GLOSS_READER_ASSET_H

#include "base/str.h"

#include <stddef.h>

struct asset {
    const char *name; /* "reader.js" */
    const char *media_type;
    const char
        *hash; /* first 16 hexadecimal digits of the SHA-256: an address that never changes */
    struct str bytes;
    struct str gzip, brotli; /* the same, compressed; STR_NONE where that is no shorter */
};

/* In byte order of their names. */
extern const struct asset assets[];
extern const size_t asset_count;

#endif
