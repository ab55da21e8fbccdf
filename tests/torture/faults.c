/* Linked into a server for `make torture`: calls that may fail are counted, and one of them is made
 * to. Which one, the driver writes on a board, a small file mapped by both: so only what happens
 * while it asks for something is counted, and the server is started as usual.
 *
 * What libraries call is caught by giving the program functions of the same name, which the loader
 * prefers; what only our own code calls, by the linker's --wrap (the list is in the Makefile). */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bits of `kinds`; the driver has the same numbers. */
enum {
    OWN_MEMORY = 1,     /* asked for by our own code */
    LIBRARY_MEMORY = 2, /* by anybody else's */
    DATABASE = 4,       /* our own calls of libpq */
    HTTP = 8,           /* our own calls of libmicrohttpd */
    SOCKETS = 16        /* anybody's calls of the system that have to do with sockets */
};

struct board {
    _Atomic uint32_t kinds;     /* what counts; 0: nothing does */
    _Atomic uint32_t fail_at;   /* of each kind the call that fails, from 1; 0: none */
    _Atomic uint32_t failed;    /* 1: it has */
    _Atomic uint32_t counts[5]; /* of each kind */
    uint64_t caller;            /* where it was called from, in the file named below */
    char call[48];
    char file[160];
};

static struct board *board;
extern const char __executable_start[], etext[];

__attribute__((constructor)) static void board_open(void)
{
    const char *path = getenv("TORTURE_BOARD");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (fd < 0)
        return;
    void *at = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED)
        board = at;
}

static bool is_own(const void *caller)
{
    return (const char *)caller >= __executable_start && (const char *)caller < etext;
}

static void sign(const char *call, const void *caller)
{
    Dl_info info;

    snprintf(board->call, sizeof board->call, "%s", call);
    if (dladdr(caller, &info)) {
        board->caller = (uint64_t)((const char *)caller - (const char *)info.dli_fbase);
        snprintf(board->file, sizeof board->file, "%s", info.dli_fname);
    }
    atomic_store(&board->failed, 1);
}

/* True for the one call that is to fail. */
static bool fails(uint32_t kind, const char *call, const void *caller)
{
    if (!board || !(atomic_load(&board->kinds) & kind))
        return false;
    uint32_t number = atomic_fetch_add(&board->counts[__builtin_ctz(kind)], 1) + 1;
    if (number != atomic_load(&board->fail_at))
        return false;
    sign(call, caller);
    return true;
}

#define CALLER __builtin_return_address(0)
/* Declares `real`, the function that ours stands before. */
#define REAL(name)          \
    __typeof__(name) *real; \
    memcpy(&real, &(void *){ dlsym(RTLD_NEXT, #name) }, sizeof real)

/* -- memory ------------------------------------------------------------------------------------ */

void *__interceptor_malloc(size_t bytes);
void *__interceptor_calloc(size_t count, size_t bytes);
void *__interceptor_realloc(void *block, size_t bytes);
char *__interceptor_strdup(const char *text);

static bool memory_fails(const char *call, const void *caller)
{
    if (!fails(is_own(caller) ? OWN_MEMORY : LIBRARY_MEMORY, call, caller))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t bytes)
{
    return memory_fails("malloc", CALLER) ? NULL : __interceptor_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    return memory_fails("calloc", CALLER) ? NULL : __interceptor_calloc(count, bytes);
}

void *realloc(void *block, size_t bytes)
{
    return memory_fails("realloc", CALLER) ? NULL : __interceptor_realloc(block, bytes);
}

char *strdup(const char *text)
{
    return memory_fails("strdup", CALLER) ? NULL : __interceptor_strdup(text);
}

/* libsodium asks here for the memory that hashing takes. */
void *mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    REAL(mmap);
    if (fd < 0 && !is_own(CALLER) && memory_fails("mmap", CALLER))
        return MAP_FAILED;
    return real(at, bytes, protection, flags, fd, offset);
}

/* -- sockets ----------------------------------------------------------------------------------- */

static bool socket_fails(const char *call, const void *caller, int error)
{
    if (!fails(SOCKETS, call, caller))
        return false;
    errno = error;
    return true;
}

ssize_t recv(int fd, void *to, size_t bytes, int flags)
{
    REAL(recv);
    return socket_fails("recv", CALLER, ECONNRESET) ? -1 : real(fd, to, bytes, flags);
}

ssize_t send(int fd, const void *from, size_t bytes, int flags)
{
    REAL(send);
    return socket_fails("send", CALLER, EPIPE) ? -1 : real(fd, from, bytes, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    REAL(sendmsg);
    return socket_fails("sendmsg", CALLER, EPIPE) ? -1 : real(fd, message, flags);
}

int accept4(int fd, __SOCKADDR_ARG address, socklen_t *bytes, int flags)
{
    REAL(accept4);
    return socket_fails("accept4", CALLER, ECONNABORTED) ? -1 : real(fd, address, bytes, flags);
}

int socket(int domain, int type, int protocol)
{
    REAL(socket);
    return socket_fails("socket", CALLER, EMFILE) ? -1 : real(domain, type, protocol);
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t bytes)
{
    REAL(connect);
    return socket_fails("connect", CALLER, ECONNREFUSED) ? -1 : real(fd, address, bytes);
}

/* A watch that is taken away needs nothing new. */
int epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
{
    REAL(epoll_ctl);
    if (operation == EPOLL_CTL_ADD && socket_fails("epoll_ctl", CALLER, ENOMEM))
        return -1;
    return real(epoll_fd, operation, fd, event);
}

/* -- libpq ------------------------------------------------------------------------------------- */

#define DATABASE_FAILS(name) fails(DATABASE, #name, CALLER)

#define WRAPPED(type, name, parameters) \
    type __real_##name parameters;      \
    type __wrap_##name parameters;      \
    type __wrap_##name parameters

WRAPPED(PGconn *, PQconnectStartParams,
    (const char *const *keys, const char *const *values, int expand))
{
    return DATABASE_FAILS(PQconnectStartParams) ? NULL
                                                : __real_PQconnectStartParams(keys, values, expand);
}

WRAPPED(PostgresPollingStatusType, PQconnectPoll, (PGconn * pg))
{
    return DATABASE_FAILS(PQconnectPoll) ? PGRES_POLLING_FAILED : __real_PQconnectPoll(pg);
}

WRAPPED(int, PQsetnonblocking, (PGconn * pg, int on))
{
    return DATABASE_FAILS(PQsetnonblocking) ? -1 : __real_PQsetnonblocking(pg, on);
}

WRAPPED(int, PQenterPipelineMode, (PGconn * pg))
{
    return DATABASE_FAILS(PQenterPipelineMode) ? 0 : __real_PQenterPipelineMode(pg);
}

WRAPPED(int, PQsendPrepare,
    (PGconn * pg, const char *name, const char *text, int count, const Oid *types))
{
    return DATABASE_FAILS(PQsendPrepare) ? 0 : __real_PQsendPrepare(pg, name, text, count, types);
}

WRAPPED(int, PQsendQueryPrepared,
    (PGconn * pg, const char *name, int count, const char *const *values, const int *lengths,
        const int *formats, int result_format))
{
    return DATABASE_FAILS(PQsendQueryPrepared)
        ? 0
        : __real_PQsendQueryPrepared(pg, name, count, values, lengths, formats, result_format);
}

WRAPPED(int, PQpipelineSync, (PGconn * pg))
{
    return DATABASE_FAILS(PQpipelineSync) ? 0 : __real_PQpipelineSync(pg);
}

WRAPPED(int, PQflush, (PGconn * pg))
{
    return DATABASE_FAILS(PQflush) ? -1 : __real_PQflush(pg);
}

WRAPPED(int, PQconsumeInput, (PGconn * pg))
{
    return DATABASE_FAILS(PQconsumeInput) ? 0 : __real_PQconsumeInput(pg);
}

/* What libpq hands out where it could not keep what came. */
WRAPPED(PGresult *, PQgetResult, (PGconn * pg))
{
    PGresult *result = __real_PQgetResult(pg);

    if (!result || !DATABASE_FAILS(PQgetResult))
        return result;
    PQclear(result);
    return PQmakeEmptyPGresult(pg, PGRES_FATAL_ERROR);
}

/* -- libmicrohttpd ----------------------------------------------------------------------------- */

#define HTTP_FAILS(name) fails(HTTP, #name, CALLER)

WRAPPED(struct MHD_Response *, MHD_create_response_from_buffer,
    (size_t bytes, void *at, enum MHD_ResponseMemoryMode mode))
{
    return HTTP_FAILS(MHD_create_response_from_buffer)
        ? NULL
        : __real_MHD_create_response_from_buffer(bytes, at, mode);
}

WRAPPED(struct MHD_Response *, MHD_create_response_from_callback,
    (uint64_t bytes, size_t block_bytes, MHD_ContentReaderCallback read, void *context,
        MHD_ContentReaderFreeCallback release))
{
    return HTTP_FAILS(MHD_create_response_from_callback)
        ? NULL
        : __real_MHD_create_response_from_callback(bytes, block_bytes, read, context, release);
}

WRAPPED(enum MHD_Result, MHD_add_response_header,
    (struct MHD_Response * response, const char *name, const char *value))
{
    return HTTP_FAILS(MHD_add_response_header)
        ? MHD_NO
        : __real_MHD_add_response_header(response, name, value);
}
