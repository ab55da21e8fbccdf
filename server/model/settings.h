/* What the operator decided, as far as answers depend on it. */
#ifndef GLOSS_MODEL_SETTINGS_H
#define GLOSS_MODEL_SETTINGS_H

#include "base/address.h"
#include "base/str.h"

enum signup { SIGNUP_INVITED, SIGNUP_OPEN, SIGNUP_CLOSED };

/* Fixed while the server runs, but for a reload, which puts another in its place. */
struct settings {
    struct str base_url; /* without a slash at the end, e.g. "http://127.0.0.1:8080" */
    bool is_public;      /* Everyone may be read without signing in */
    enum signup signup;
    bool rate_limit;
    struct address_list metrics_from; /* may see /metrics without a token */
    struct proxies proxies;
};

#endif
