#include "base/log.h"

#include "base/clock.h"
#include "base/writer.h"
#include "base/utf8.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/uio.h>
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
    struct iovec parts[] = { { line.at, line.bytes }, { (char[]){ '\n' }, 1 } };
    /* one system call a line: lines of several threads never mix */
    if (writev(STDERR_FILENO, parts, 2) < 0) {
        /* nowhere left to say it */
    }
    writer_drop(&line);
}
