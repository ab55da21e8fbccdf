#include "users/guesses.h"

#include "test.h"

#define START_MS 1000000

TEST("a name that nobody has waits like an account: five tries, then twice as long each time")
{
    static const int64_t waits_ms[] = { 5000, 10000, 20000, 40000, 80000, 160000, 320000, 640000,
        900000, 900000 };
    struct guesses *guesses = guesses_new();
    struct str name = STR("nobody");
    int64_t now_ms = START_MS;

    for (int i = 0; i < 4; i++)
        guesses_fail(guesses, name, guesses_locked_until(guesses, name), now_ms);
    CHECK_INT(guesses_locked_until(guesses, name), 0);
    for (size_t i = 0; i < sizeof waits_ms / sizeof *waits_ms; i++) {
        guesses_fail(guesses, name, guesses_locked_until(guesses, name), now_ms);
        CHECK_INT(guesses_locked_until(guesses, name), now_ms + waits_ms[i]);
        now_ms += waits_ms[i];
    }
    CHECK_INT(guesses_locked_until(guesses, STR("somebody")), 0);
    guesses_free(guesses);
}

TEST("a guess that was under way when the wait began does not make it longer")
{
    struct guesses *guesses = guesses_new();
    struct str name = STR("nobody");

    for (int i = 0; i < 20; i++)
        guesses_fail(guesses, name, 0, START_MS);
    CHECK_INT(guesses_locked_until(guesses, name), START_MS + 5000);
    guesses_free(guesses);
}

TEST("a day without a wrong password begins anew")
{
    struct guesses *guesses = guesses_new();
    struct str name = STR("nobody");
    int64_t next_day_ms = START_MS + 24 * 60 * 60 * 1000 + 10000;

    for (int i = 0; i < 5; i++)
        guesses_fail(guesses, name, 0, START_MS);
    guesses_fail(guesses, name, guesses_locked_until(guesses, name), next_day_ms);
    CHECK_INT(guesses_locked_until(guesses, name), 0);
    guesses_free(guesses);
}
