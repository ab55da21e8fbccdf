#include "cluster/lock.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_NS 20000000

int lock_open(const char *path)
{
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static bool take(int lock, int operation, int64_t deadline_ms)
{
    const struct timespec pause = { 0, PAUSE_NS };

    while (flock(lock, operation | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        if (clock_monotonic_ms() >= deadline_ms)
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

bool lock_exclusive(int lock, int64_t deadline_ms)
{
    return take(lock, LOCK_EX, deadline_ms);
}

bool lock_shared(int lock, int64_t deadline_ms)
{
    return take(lock, LOCK_SH, deadline_ms);
}

void lock_release(int lock)
{
    flock(lock, LOCK_UN);
}

void lock_sign(int lock)
{
    char text[32];
    int bytes = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)bytes, 0) != bytes) {
        /* the signature is for messages only */
    }
}

pid_t lock_signer(int lock)
{
    char text[32] = "";

    if (pread(lock, text, sizeof text - 1, 0) <= 0)
        return 0;
    return (pid_t)strtol(text, NULL, 10);
}
