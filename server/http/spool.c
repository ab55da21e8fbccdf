#include "http/spool.h"

#include "http/router.h"
#include "http/server_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SPOOLED_ROUTE_BYTES (32u << 20) /* a route that takes more than this has spooled bodies */
#define IN_MEMORY_BYTES 65536
#define WORKER_MAX_BYTES ((uint64_t)1 << 30)

bool spool_is_for(const struct request *req, size_t count)
{
    return req->route->body->max_bytes > SPOOLED_ROUTE_BYTES &&
        (req->upload.file || req->upload.bytes + count > IN_MEMORY_BYTES);
}

static int open_file(void)
{
    const char *folder = getenv("TMPDIR");
    char path[256] = "/tmp/gloss-XXXXXX";

    if (folder && strlen(folder) < sizeof path - 16) {
        strcpy(path, folder);
        strcat(path, "/gloss-XXXXXX");
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static bool write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

/* Writing waits for no disk as long as the system has memory for what is not on it yet. */
enum spooled spool_put(struct request *req, const char *bytes, size_t count)
{
    struct http_server *server = req->server;

    if (server->spooled_bytes + count > WORKER_MAX_BYTES)
        return SPOOL_NO_ROOM;
    if (!req->upload.file) {
        int fd = open_file();
        if (fd < 0)
            return errno == ENOSPC ? SPOOL_DISK_FULL : SPOOL_NO_ROOM;
        req->upload.file = fd + 1;
        if (!write_all(fd, req->upload.at, req->upload.bytes))
            return SPOOL_DISK_FULL;
        req->upload.spooled_bytes = req->upload.bytes;
        server->spooled_bytes += req->upload.bytes;
    }
    if (!write_all(req->upload.file - 1, bytes, count))
        return SPOOL_DISK_FULL;
    req->upload.spooled_bytes += count;
    server->spooled_bytes += count;
    return SPOOLED;
}

void spool_free(struct request *req)
{
    if (!req->upload.file)
        return;
    close(req->upload.file - 1);
    req->server->spooled_bytes -= req->upload.spooled_bytes;
    req->upload.file = 0;
    req->upload.spooled_bytes = 0;
}

size_t request_read_body(const struct request *req, uint64_t at, char *out, size_t room)
{
    if (req->upload.file) {
        ssize_t count = pread(req->upload.file - 1, out, room, (off_t)at);
        return count > 0 ? (size_t)count : 0;
    }
    size_t left = at < req->body.bytes ? req->body.bytes - (size_t)at : 0;
    size_t count = left < room ? left : room;
    if (count > 0)
        memcpy(out, req->body.at + at, count);
    return count;
}
