#include "base/log.h"

#include "base/clock.h"
#include "base/writer.h"
#include "base/utf8.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static _Atomic int lowest = LOG_INFO;

void log_set_level(enum log_level level)
{
    atomic_store(&lowest, (int)level);
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    char now[TIME_TEXT_BYTES + 1];
    struct writer line;

    if ((int)level < atomic_load(&lowest))
        return;
    time_format(clock_wall_us(), now);
    writer_start(&line);
    writer_object(&line);
    writer_key_cstr(&line, "time", now);
    writer_key_cstr(&line, "level", names[level]);
    writer_key_cstr(&line, "event", event);
    for (; fields->key; fields++) {
        writer_key(&line, fields->key);
        if (fields->type == LOG_NUMBER)
            writer_int(&line, fields->number);
        else
            writer_text(&line, utf8_valid(fields->text) ? fields->text : STR("(not UTF-8)"));
    }
    writer_object_end(&line);
    struct arena *arena = arena_make();
    struct str text = writer_finish(&line, arena);
    struct str whole = arena_printf(arena, "%.*s\n", STR_ARG(text));
    /* one write() a line: lines of several threads never mix */
    if (write(STDERR_FILENO, whole.at, whole.bytes) < 0) {
        /* nowhere left to say it */
    }
    arena_free(arena);
}
