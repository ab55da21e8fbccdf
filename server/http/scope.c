#include "http/router.h"

const struct scope_name scope_names[] = {
    { SCOPE_DOCUMENTS_READ, "documents:read" },
    { SCOPE_DOCUMENTS_WRITE, "documents:write" },
    { SCOPE_ANNOTATIONS_READ, "annotations:read" },
    { SCOPE_ANNOTATIONS_WRITE, "annotations:write" },
    { SCOPE_GROUPS_ADMIN, "groups:admin" },
    { SCOPE_EXPORT, "export" },
    { SCOPE_FEED, "feed" },
    { SCOPE_ADMIN, "admin" },
};
const size_t scope_name_count = sizeof scope_names / sizeof *scope_names;
