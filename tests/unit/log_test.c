#include "test.h"

#include "base/log.h"

#include <jansson.h>
#include <unistd.h>

static char text[200000];

/* What is written to stderr while `act` runs. */
static struct str written(void (*act)(void))
{
    char path[] = "/tmp/gloss-log-XXXXXX";
    int file = mkstemp(path), kept = dup(STDERR_FILENO);

    if (file < 0 || kept < 0 || dup2(file, STDERR_FILENO) < 0)
        abort();
    unlink(path);
    act();
    dup2(kept, STDERR_FILENO);
    ssize_t bytes = pread(file, text, sizeof text, 0);
    close(kept);
    close(file);
    return (struct str){ text, bytes < 0 ? 0 : (size_t)bytes };
}

static size_t lines_of(struct str log)
{
    size_t count = 0;

    for (size_t i = 0; i < log.bytes; i++)
        count += log.at[i] == '\n';
    return count;
}

static void log_fields(void)
{
    log_line(LOG_WARN, "tried", LOG_STR("text", STR("a \"quoted\"\nline")),
        LOG_CSTR("name", "read"), LOG_INT("count", -7), LOG_STR("none", STR_NONE),
        LOG_CSTR("null", NULL), LOG_STR("odd", STR("\xC3(")), LOG_STR("empty", STR("")));
}

TEST("a line is one JSON object with its fields, without those that were not given")
{
    struct str log = written(log_fields);
    json_t *line = json_loadb(log.at, log.bytes, JSON_DISABLE_EOF_CHECK, NULL);

    CHECK(line);
    CHECK_INT(lines_of(log), 1);
    CHECK(str_ends(log, STR("}\n")));
    CHECK_STR(str_from(json_string_value(json_object_get(line, "level"))), STR("warn"));
    CHECK_STR(str_from(json_string_value(json_object_get(line, "event"))), STR("tried"));
    CHECK_STR(
        str_from(json_string_value(json_object_get(line, "text"))), STR("a \"quoted\"\nline"));
    CHECK_INT(json_integer_value(json_object_get(line, "count")), -7);
    CHECK(!json_object_get(line, "none") && !json_object_get(line, "null"));
    CHECK_STR(str_from(json_string_value(json_object_get(line, "odd"))), STR("(not UTF-8)"));
    CHECK_STR(str_from(json_string_value(json_object_get(line, "empty"))), STR(""));
    CHECK(json_object_get(line, "time"));
    json_decref(line);
}

static void log_each_level(void)
{
    log_note(LOG_DEBUG, "one");
    log_note(LOG_INFO, "two");
    log_note(LOG_WARN, "three");
    log_note(LOG_ERROR, "four");
}

TEST("lines below the level are dropped")
{
    CHECK_INT(lines_of(written(log_each_level)), 3);
    log_set_level(LOG_ERROR);
    struct str log = written(log_each_level);
    CHECK_INT(lines_of(log), 1);
    CHECK(str_contains(log, STR("\"four\"")));
    log_set_level(LOG_DEBUG);
    CHECK_INT(lines_of(written(log_each_level)), 4);
    log_set_level(LOG_INFO);
}

/* From here on this thread's lines wait. */
static void log_two(void)
{
    log_in_turns();
    log_note(LOG_INFO, "first");
    log_note(LOG_INFO, "second");
}

TEST("in turns a line waits for the end of the turn, and goes then")
{
    CHECK_INT(lines_of(written(log_two)), 0);
    struct str log = written(log_flush);
    CHECK_INT(lines_of(log), 2);
    CHECK(str_find(log, STR("first"), 0) < str_find(log, STR("second"), 0));
    CHECK_INT(lines_of(written(log_flush)), 0);
}

static void log_then_warn(void)
{
    log_note(LOG_INFO, "first");
    log_note(LOG_WARN, "second");
}

TEST("a warning takes with it what waits, in order")
{
    struct str log = written(log_then_warn);

    CHECK_INT(lines_of(log), 2);
    CHECK(str_find(log, STR("first"), 0) < str_find(log, STR("second"), 0));
}

static void log_many(void)
{
    for (int i = 0; i < 1000; i++)
        log_line(LOG_INFO, "many", LOG_INT("number", i));
    log_flush();
}

TEST("however many lines a turn has, each is there once, whole and in order")
{
    struct str rest = written(log_many), line;

    CHECK_INT(lines_of(rest), 1000);
    for (int i = 0; i < 1000; i++) {
        str_cut(rest, '\n', &line, &rest);
        json_t *parsed = json_loadb(line.at, line.bytes, 0, NULL);
        CHECK_INT(json_integer_value(json_object_get(parsed, "number")), i);
        json_decref(parsed);
    }
}

static char long_word[40000];

static void log_long(void)
{
    log_note(LOG_INFO, "before");
    log_line(LOG_INFO, "long", LOG_CSTR("word", long_word));
    log_note(LOG_INFO, "after");
    log_flush();
}

TEST("a line that is longer than what may wait goes out whole, in its place")
{
    memset(long_word, 'x', sizeof long_word - 1);
    struct str log = written(log_long);

    CHECK_INT(lines_of(log), 3);
    CHECK(str_contains(log, str_from(long_word)));
    CHECK(str_find(log, STR("before"), 0) < str_find(log, STR("xxx"), 0));
    CHECK(str_find(log, STR("xxx"), 0) < str_find(log, STR("after"), 0));
}
