/* For the unit tests in C. A file is a program: it includes this header once, and its tests are
 *
 *   TEST("a quote that stands twice is ambiguous")
 *   {
 *       CHECK_INT(quote_resolve(...), RESOLVED_AMBIGUOUS);
 *   }
 *
 * A failed check ends its test, not the program. The output is TAP; tests/run reads it. */
#ifndef GLOSS_TEST_H
#define GLOSS_TEST_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#define TESTS_MAX 500

struct test {
    const char *name;
    void (*run)(void);
};

static struct test test_list[TESTS_MAX];
static size_t test_count;
static jmp_buf test_end;

static inline void test_add(const char *name, void (*run)(void))
{
    if (test_count == TESTS_MAX)
        abort();
    test_list[test_count++] = (struct test){ name, run };
}

static inline _Noreturn void test_failed(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline _Noreturn void test_failed(const char *file, int line, const char *format, ...)
{
    va_list args;

    printf("# %s:%d: ", file, line);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    longjmp(test_end, 1);
}

static inline void test_check_int(
    const char *file, int line, const char *what, intmax_t got, intmax_t wanted)
{
    if (got != wanted)
        test_failed(file, line, "%s is %" PRIdMAX ", not %" PRIdMAX, what, got, wanted);
}

static inline void test_check_str(
    const char *file, int line, const char *what, struct str got, struct str wanted)
{
    if (!str_eq(got, wanted))
        test_failed(
            file, line, "%s is \"%.*s\", not \"%.*s\"", what, STR_ARG(got), STR_ARG(wanted));
}

#define TEST_JOIN_(a, b) a##b
#define TEST_JOIN(a, b) TEST_JOIN_(a, b)
#define TEST(name)                                                                \
    static void TEST_JOIN(test_, __LINE__)(void);                                 \
    __attribute__((constructor)) static void TEST_JOIN(test_add_, __LINE__)(void) \
    {                                                                             \
        test_add(name, TEST_JOIN(test_, __LINE__));                               \
    }                                                                             \
    static void TEST_JOIN(test_, __LINE__)(void)

#define CHECK(condition)                                               \
    do {                                                               \
        if (!(condition))                                              \
            test_failed(__FILE__, __LINE__, "not so: %s", #condition); \
    } while (0)
#define CHECK_INT(got, wanted) \
    test_check_int(__FILE__, __LINE__, #got, (intmax_t)(got), (intmax_t)(wanted))
/* Both a struct str. */
#define CHECK_STR(got, wanted) test_check_str(__FILE__, __LINE__, #got, (got), (wanted))
/* With words of one's own, in tables: FAIL("row %zu: …", i). */
#define FAIL(...) test_failed(__FILE__, __LINE__, __VA_ARGS__)

static bool test_passes(const struct test *test)
{
    if (setjmp(test_end) != 0)
        return false;
    test->run();
    return true;
}

int main(void)
{
    size_t failed = 0;

    printf("1..%zu\n", test_count);
    for (size_t i = 0; i < test_count; i++) {
        bool ok = test_passes(&test_list[i]);

        failed += !ok;
        printf("%sok %zu - %s\n", ok ? "" : "not ", i + 1, test_list[i].name);
        fflush(stdout);
    }
    return failed || test_count == 0;
}

#endif
