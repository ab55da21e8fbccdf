/* Documents: texts that gloss holds, and pages elsewhere that it knows by their address. */
#ifndef GLOSS_MODEL_DOCUMENT_H
#define GLOSS_MODEL_DOCUMENT_H

#include "base/str.h"
#include "base/uuid.h"
#include "model/user.h"

#include <stdint.h>

/* One state of a text; never changed once written. */
/* A suggestion that a revision took up, and whose it is. */
struct credit {
    struct uuid annotation;
    struct author author;
};

struct credits {
    const struct credit *at;
    size_t count;
};

struct revision {
    struct uuid id, document, parent; /* parent: nil for the first */
    int32_t number;
    int32_t chars;
    struct str sha256; /* 32 bytes, of the canonical text */
    struct str format; /* text/plain, text/markdown */
    struct str note;
    struct author author;   /* id nil: nobody, or not told; known where it is shown in full */
    struct credits credits; /* those that the reader may see; where it is shown in full */
    int64_t created_us;
};

enum document_kind { DOCUMENT_TEXT, DOCUMENT_PAGE };

struct document {
    struct uuid id;
    enum document_kind kind;
    struct uuid group;   /* home; nil for a page */
    struct author owner; /* id nil for a page, where the account has been erased, or not told */
    bool is_orphan;      /* it has been erased */
    bool may_edit;       /* this reader may put a new revision in, and what it is called */
    struct str title, language;
    struct str *uris;
    size_t uri_count;
    struct revision revision; /* the current one; id nil for a page */
    struct str annotating;    /* who may write on it: all, groups (those below), none */
    struct uuid *writers;     /* as far as this reader knows of them */
    size_t writer_count;
    int32_t version;
    int64_t created_us, updated_us; /* of a page: of the annotations that this reader may see */

    /* What this reader may see of what lies on it. */
    int64_t annotations;
    uint64_t shelves; /* a digest of their versions: changes with whatever changes there */
};

#endif
