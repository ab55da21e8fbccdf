/* What leaders do about annotations, and what readers tell them. */
#ifndef GLOSS_MODEL_MODERATION_H
#define GLOSS_MODEL_MODERATION_H

#include "base/str.h"
#include "base/uuid.h"
#include "model/user.h"

/* A leader's decision. */
struct decision {
    struct str state;  /* approved, hidden, denied, spam */
    struct str note;   /* STR_NONE: none */
    struct uuid group; /* whose leaders decide; nil: the one through which it is read */
};

struct flag {
    struct uuid annotation, document, group;
    struct author by;
    struct str reason;              /* spam, abuse, off_topic, spoiler, other */
    struct str note;                /* STR_NONE: none */
    int64_t created_us, settled_us; /* settled 0: it waits */
};

/* An entry of the log. */
struct moderation_entry {
    struct uuid annotation, document;
    struct author author, by; /* author's id nil: has gone */
    struct str deed;          /* approve, deny, spam, hide, unhide, dismiss */
    struct str note;
    int64_t created_us;
};

#endif
