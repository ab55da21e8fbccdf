/* Addresses of documents. One spelling for one thing: what is stored and looked up is normalised.
 */
#ifndef GLOSS_MODEL_URI_H
#define GLOSS_MODEL_URI_H

#include "base/arena.h"
#include "base/str.h"

#define URI_MAX_BYTES 2000

enum uri_fault {
    URI_FINE,
    URI_EMPTY,
    URI_TOO_LONG,
    URI_BAD_CHARACTER, /* a control character, a blank, or no UTF-8 */
    URI_BAD_SCHEME,    /* only http, https and urn are taken */
    URI_HAS_PASSWORD,  /* https://user:password@… would be shown to others */
    URI_BAD_HOST       /* none, or one that cannot be */
};

/* http and https: scheme and host in lower case, no default port, no fragment, a path. urn: the
 * scheme in lower case, no fragment. *out is set on URI_FINE alone. */
enum uri_fault uri_normalize(struct arena *arena, struct str raw, struct str *out);

/* What is wrong, as a sentence. */
const char *uri_fault_text(enum uri_fault fault);

#endif
