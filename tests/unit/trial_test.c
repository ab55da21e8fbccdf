#include "test.h"

#include "base/trial.h"

static void forget(void)
{
    unsetenv("GLOSS_TEST");
    unsetenv("GLOSS_TEST_HURRY");
    unsetenv("GLOSS_TEST_CONNECTIONS");
    unsetenv("GLOSS_TEST_STUCK");
}

TEST("nothing set is fine, and changes nothing")
{
    forget();
    CHECK(trial_configure());
    CHECK_INT(trial_ms(1000), 1000);
    CHECK_INT(trial_connections(50), 50);
    CHECK(!trial_may_stick());
}

TEST("what only tests may do keeps a server from starting that is no trial")
{
    static const char *const names[][2] = { { "GLOSS_TEST_HURRY", "10" },
        { "GLOSS_TEST_CONNECTIONS", "10" }, { "GLOSS_TEST_STUCK", "off" } };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        forget();
        setenv(names[i][0], names[i][1], 1);
        CHECK(!trial_configure());
        setenv("GLOSS_TEST", "yes", 1);
        CHECK(!trial_configure());
        setenv("GLOSS_TEST", "1", 1);
        CHECK(trial_configure());
    }
    forget();
}

TEST("numbers out of all reason are refused, in a trial too")
{
    static const char *const values[] = { "", "0", "-1", "100001", "1.5", "many", "1e3" };

    forget();
    setenv("GLOSS_TEST", "1", 1);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        setenv("GLOSS_TEST_HURRY", values[i], 1);
        if (trial_configure())
            FAIL("GLOSS_TEST_HURRY=%s is taken", values[i]);
        unsetenv("GLOSS_TEST_HURRY");
        setenv("GLOSS_TEST_CONNECTIONS", values[i], 1);
        if (trial_configure())
            FAIL("GLOSS_TEST_CONNECTIONS=%s is taken", values[i]);
        unsetenv("GLOSS_TEST_CONNECTIONS");
    }
    forget();
}

TEST("a trial in a hurry has that part of its time, and so many connections")
{
    forget();
    setenv("GLOSS_TEST", "1", 1);
    setenv("GLOSS_TEST_HURRY", "10", 1);
    setenv("GLOSS_TEST_CONNECTIONS", "7", 1);
    setenv("GLOSS_TEST_STUCK", "on", 1);
    CHECK(trial_configure());
    CHECK_INT(trial_ms(1000), 100);
    CHECK_INT(trial_ms(5), 0);
    CHECK_INT(trial_connections(50), 7);
    CHECK(trial_may_stick());
    forget();
}
