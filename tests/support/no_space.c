/* Preloaded into PostgreSQL by tests: the disk is full whenever the file that NO_SPACE names says
 * so. Its first byte: 'd' no file of a table can grow, 'w' nothing can be added to the log of
 * writes either, anything else: there is space. So a disk can be full where nobody may mount one.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const volatile char *state;

__attribute__((constructor)) static void look(void)
{
    static const char space = ' ';
    const char *name = getenv("NO_SPACE");
    int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);

    state = at == MAP_FAILED ? &space : at;
    if (fd >= 0)
        close(fd);
}

static int is_full(int fd, off_t end)
{
    char link[64], path[4096];
    struct stat file;
    char now = *state;

    if (now != 'd' && now != 'w')
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t bytes = readlink(link, path, sizeof path - 1);
    if (bytes < 0)
        return 0;
    path[bytes] = '\0';
    if (now == 'w' && strstr(path, "/pg_wal/"))
        return 1;
    return strstr(path, "/base/") && fstat(fd, &file) == 0 && end > file.st_size;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
    if (is_full(fd, at + (off_t)count)) {
        errno = ENOSPC;
        return -1;
    }
    return REAL(pwrite)(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at)
{
    return pwrite(fd, bytes, count, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    off_t end = at;

    for (int i = 0; i < count; i++)
        end += (off_t)parts[i].iov_len;
    if (is_full(fd, end)) {
        errno = ENOSPC;
        return -1;
    }
    return REAL(pwritev)(fd, parts, count, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at)
{
    return pwritev(fd, parts, count, at);
}

int posix_fallocate(int fd, off_t at, off_t bytes)
{
    return is_full(fd, at + bytes) ? ENOSPC : REAL(posix_fallocate)(fd, at, bytes);
}
