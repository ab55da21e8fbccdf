#include "base/err.h"

const char *err_name(enum err err)
{
    static const char *const names[] = { "none", "unavailable", "overloaded", "timeout", "locked",
        "full", "duplicate", "missing", "refused", "bug" };
    return names[err];
}
