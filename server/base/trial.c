#include "base/trial.h"

#include "base/str.h"

#include <stdlib.h>

/* Written once, before there are threads. */
static uint64_t hurry, connections;
static bool may_stick;

/* False: it is set, and no number within reason. */
static bool take_number(const char *name, uint64_t *number, bool *is_set)
{
    struct str text = str_from(getenv(name));

    if (!str_given(text))
        return true;
    *is_set = true;
    return str_to_u64(text, number) && *number > 0 && *number <= 100000;
}

bool trial_configure(void)
{
    bool is_trial = str_eq(str_from(getenv("GLOSS_TEST")), STR("1")), is_set = false;
    struct str stuck = str_from(getenv("GLOSS_TEST_STUCK"));

    if (!take_number("GLOSS_TEST_HURRY", &hurry, &is_set) ||
        !take_number("GLOSS_TEST_CONNECTIONS", &connections, &is_set))
        return false;
    if (str_given(stuck)) {
        is_set = true;
        may_stick = str_eq(stuck, STR("on"));
    }
    return is_trial || !is_set;
}

int64_t trial_ms(int64_t limit_ms)
{
    return hurry ? limit_ms / (int64_t)hurry : limit_ms;
}

unsigned trial_connections(unsigned otherwise)
{
    return connections ? (unsigned)connections : otherwise;
}

bool trial_may_stick(void)
{
    return may_stick;
}
