#include "base/log.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "base/writer.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAITING_BYTES 16384

static _Atomic int lowest = LOG_INFO;

static _Thread_local struct {
    bool in_turns;
    size_t bytes;
    char at[WAITING_BYTES];
} waiting;

/* One system call for what is written: lines of several threads never mix. */
static void write_out(const char *text, size_t bytes)
{
    if (bytes > 0 && write(STDERR_FILENO, text, bytes) < 0) {
        /* nowhere left to say it */
    }
}

void log_in_turns(void)
{
    waiting.in_turns = true;
}

void log_flush(void)
{
    write_out(waiting.at, waiting.bytes);
    waiting.bytes = 0;
}

static void put_line(const char *line, size_t bytes, bool now)
{
    if (waiting.bytes + bytes > WAITING_BYTES)
        log_flush();
    if (!waiting.in_turns || bytes > WAITING_BYTES) {
        write_out(line, bytes);
        return;
    }
    memcpy(waiting.at + waiting.bytes, line, bytes);
    waiting.bytes += bytes;
    if (now)
        log_flush();
}

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
        if (fields->type == LOG_TEXT && !str_given(fields->text))
            continue;
        writer_key(&line, fields->key);
        if (fields->type == LOG_NUMBER)
            writer_int(&line, fields->number);
        else
            writer_text(&line, utf8_valid(fields->text) ? fields->text : STR("(not UTF-8)"));
    }
    writer_object_end(&line);
    writer_line_end(&line);
    put_line(line.at, line.bytes, level >= LOG_WARN);
    writer_drop(&line);
}
