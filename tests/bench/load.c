/* Sends requests over keep-alive connections, one at a time on each, as fast as answers come, and
 * says how many came and how late. Small on purpose: it shares its processors with what it
 * measures.
 *
 *   load PORT CONNECTIONS SECONDS SEED NAME:WEIGHT:STATUS:FILE…
 *   load PORT CONNECTIONS idle    SEED NAME:WEIGHT:STATUS:FILE
 *
 * A file holds requests, each behind a line with its length in bytes; which one comes next is
 * drawn. Sixteen '@' in it become a number that no other request of this run has. An answer with
 * another status than STATUS is an error. The result is a line of JSON. `idle` asks once on each
 * connection, prints "idle", and keeps them until its input ends. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define KINDS_MAX 4
#define UNIQUE "@@@@@@@@@@@@@@@@"
#define UNIQUE_BYTES 16
#define ERROR_BYTES 2000
#define ANSWER_TIMEOUT_S 20

struct text {
    char *at;
    size_t bytes;
};

struct kind {
    char *name;
    int weight, status;
    struct text *requests;
    size_t request_count;
    uint32_t *latencies_us;
    size_t answers, room;
    uint64_t bytes, errors;
};

struct connection {
    int fd;
    struct kind *kind;
    int64_t sent_ns;
    char *in;
    size_t in_bytes, in_room;
};

static struct kind kinds[KINDS_MAX];
static int kind_count, weights;
static struct connection *connections;
static int connection_count;
static struct sockaddr_in address;
static uint64_t seed, sent_count, draw;
static char first_error[ERROR_BYTES];

static void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void *grown(void *at, size_t bytes)
{
    void *more = realloc(at, bytes);
    if (!more)
        die("memory");
    return more;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* xorshift64*: the same seed draws the same requests */
static uint64_t next_draw(void)
{
    draw ^= draw >> 12;
    draw ^= draw << 25;
    draw ^= draw >> 27;
    return (draw * UINT64_C(2685821657736338717)) >> 16;
}

/* -- what to send ------------------------------------------------------------------------------ */

static struct text read_file(const char *path)
{
    FILE *file = fopen(path, "rbe");
    struct text text = { NULL, 0 };
    size_t room = 0, more;

    if (!file)
        die(path);
    do {
        if (room - text.bytes < 65536)
            text.at = grown(text.at, room = 2 * room + 65537);
        more = fread(text.at + text.bytes, 1, room - text.bytes - 1, file);
        text.bytes += more;
    } while (more > 0);
    text.at[text.bytes] = 0;
    fclose(file);
    return text;
}

static void read_requests(struct kind *kind, const char *path)
{
    struct text text = read_file(path);
    char *at = text.at, *end = text.at + text.bytes;

    while (at < end) {
        char *line_end;
        size_t bytes = strtoul(at, &line_end, 10);
        if (*line_end != '\n' || bytes == 0 || (size_t)(end - line_end - 1) < bytes) {
            fprintf(stderr, "load: %s is damaged\n", path);
            exit(1);
        }
        kind->requests = grown(kind->requests, (kind->request_count + 1) * sizeof *kind->requests);
        kind->requests[kind->request_count++] = (struct text){ line_end + 1, bytes };
        at = line_end + 1 + bytes;
    }
    if (kind->request_count == 0) {
        fprintf(stderr, "load: %s is empty\n", path);
        exit(1);
    }
}

static void read_kind(char *words)
{
    char *save, *weight, *status, *path;

    if (kind_count == KINDS_MAX)
        exit(2);
    struct kind *kind = &kinds[kind_count++];
    kind->name = strtok_r(words, ":", &save);
    weight = strtok_r(NULL, ":", &save);
    status = strtok_r(NULL, ":", &save);
    path = strtok_r(NULL, "", &save);
    if (!path)
        exit(2);
    kind->weight = atoi(weight);
    kind->status = atoi(status);
    weights += kind->weight;
    read_requests(kind, path);
}

static struct kind *draw_kind(void)
{
    int left = (int)(next_draw() % (uint64_t)weights);
    struct kind *kind = kinds;

    while (left >= kind->weight)
        left -= kind++->weight;
    return kind;
}

/* -- connections ------------------------------------------------------------------------------- */

static void watch(int epoll, struct connection *connection)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0)
        die("epoll");
}

static void open_connection(int epoll, struct connection *connection)
{
    int yes = 1;

    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 ||
        connect(connection->fd, (const struct sockaddr *)&address, sizeof address) != 0)
        die("connect");
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection->in_bytes = 0;
    watch(epoll, connection);
}

static void send_one(struct connection *connection)
{
    struct kind *kind = draw_kind();
    struct text request = kind->requests[next_draw() % kind->request_count];
    char *place = memmem(request.at, request.bytes, UNIQUE, UNIQUE_BYTES), number[17];

    if (place) {
        snprintf(number, sizeof number, "%08" PRIx64 "%08" PRIx64, seed & 0xffffffff, sent_count);
        memcpy(place, number, UNIQUE_BYTES);
    }
    sent_count++;
    connection->kind = kind;
    connection->sent_ns = now_ns();
    size_t done = 0;
    while (done < request.bytes) {
        ssize_t more = send(connection->fd, request.at + done, request.bytes - done, MSG_NOSIGNAL);
        if (more < 0)
            die("send");
        done += (size_t)more;
    }
    if (place)
        memcpy(place, UNIQUE, UNIQUE_BYTES);
}

/* -- answers ----------------------------------------------------------------------------------- */

static void keep_error(const struct connection *connection, const char *what)
{
    connection->kind->errors++;
    if (first_error[0])
        return;
    snprintf(first_error, sizeof first_error, "%s: %s: %.*s", connection->kind->name, what,
        (int)(connection->in_bytes < 1500 ? connection->in_bytes : 1500), connection->in);
}

static void keep_latency(struct kind *kind, int64_t ns)
{
    if (kind->answers == kind->room)
        kind->latencies_us =
            grown(kind->latencies_us, (kind->room = 2 * kind->room + 4096) * sizeof(uint32_t));
    kind->latencies_us[kind->answers++] = (uint32_t)(ns / 1000);
}

/* The length of the whole answer, 0 while its head is not there. */
static size_t answer_bytes(const struct connection *connection)
{
    const char *head_end = memmem(connection->in, connection->in_bytes, "\r\n\r\n", 4);

    if (!head_end)
        return 0;
    const char *length = strcasestr(connection->in, "\r\nContent-Length:");
    if (!length || length > head_end) {
        fprintf(stderr, "load: an answer without a length: %.300s\n", connection->in);
        exit(1);
    }
    return (size_t)(head_end - connection->in) + 4 + strtoul(length + 17, NULL, 10);
}

/* True: the answer is whole. */
static bool receive(int epoll, struct connection *connection)
{
    if (connection->in_room - connection->in_bytes < 65536)
        connection->in =
            grown(connection->in, connection->in_room = 2 * connection->in_room + 65537);
    ssize_t more = recv(connection->fd, connection->in + connection->in_bytes,
        connection->in_room - connection->in_bytes - 1, 0);
    if (more <= 0) {
        connection->in[connection->in_bytes] = 0;
        keep_error(connection, more == 0 ? "closed" : strerror(errno));
        close(connection->fd);
        open_connection(epoll, connection);
        return true;
    }
    connection->in_bytes += (size_t)more;
    connection->in[connection->in_bytes] = 0;
    size_t whole = answer_bytes(connection);
    if (whole == 0 || connection->in_bytes < whole)
        return false;
    struct kind *kind = connection->kind;
    keep_latency(kind, now_ns() - connection->sent_ns);
    kind->bytes += whole;
    if (connection->in_bytes > whole || atoi(connection->in + sizeof "HTTP/1.1") != kind->status)
        keep_error(connection, "unexpected");
    connection->in_bytes = 0;
    return true;
}

/* -- the run ----------------------------------------------------------------------------------- */

static void run(int epoll, double seconds)
{
    int64_t began_ns = now_ns(), until_ns = began_ns + (int64_t)(seconds * 1e9);
    int open = connection_count;
    struct epoll_event events[64];

    for (int i = 0; i < connection_count; i++)
        open_connection(epoll, &connections[i]);
    for (int i = 0; i < connection_count; i++)
        send_one(&connections[i]);
    while (open > 0) {
        int count = epoll_wait(epoll, events, 64, ANSWER_TIMEOUT_S * 1000);
        if (count == 0) {
            errno = ETIMEDOUT;
            die("no answer");
        }
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!receive(epoll, connection))
                continue;
            /* what is under way at the end is still waited for, and counts */
            if (now_ns() < until_ns)
                send_one(connection);
            else
                open--;
        }
    }
}

/* One after the other, so that what stays is what a connection costs, and not what many requests at
 * once have needed. */
static void hold(int epoll)
{
    struct epoll_event event;

    for (int i = 0; i < connection_count; i++) {
        open_connection(epoll, &connections[i]);
        send_one(&connections[i]);
        do {
            if (epoll_wait(epoll, &event, 1, ANSWER_TIMEOUT_S * 1000) != 1)
                die("no answer");
        } while (!receive(epoll, event.data.ptr));
    }
    puts("idle");
    fflush(stdout);
    while (getchar() != EOF)
        ;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t percentile(const struct kind *kind, double share)
{
    size_t at = (size_t)(share * (double)kind->answers);
    return kind->answers == 0 ? 0 : kind->latencies_us[at < kind->answers ? at : kind->answers - 1];
}

static void print_text(const char *text)
{
    putchar('"');
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            printf("\\u%04x", (unsigned)*text);
        else
            putchar(*text);
    putchar('"');
}

static void report(double seconds)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    printf("{\"seconds\":%.4f,\"cpu\":%.4f,\"kinds\":{", seconds,
        (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
            (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
    for (int i = 0; i < kind_count; i++) {
        struct kind *kind = &kinds[i];
        if (kind->answers)
            qsort(kind->latencies_us, kind->answers, sizeof(uint32_t), by_size);
        printf("%s\"%s\":{\"answers\":%zu,\"errors\":%" PRIu64 ",\"bytes\":%" PRIu64
               ",\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u}",
            i ? "," : "", kind->name, kind->answers, kind->errors, kind->bytes,
            percentile(kind, 0.5), percentile(kind, 0.99), percentile(kind, 1));
    }
    printf("},\"error\":");
    print_text(first_error);
    printf("}\n");
}

static void many_files(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
    if (argc < 6 || argc > 5 + KINDS_MAX) {
        fputs("load PORT CONNECTIONS SECONDS|idle SEED NAME:WEIGHT:STATUS:FILE…\n", stderr);
        return 2;
    }
    address = (struct sockaddr_in){ .sin_family = AF_INET,
        .sin_port = htons((uint16_t)atoi(argv[1])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    connection_count = atoi(argv[2]);
    bool is_idle = strcmp(argv[3], "idle") == 0;
    double seconds = is_idle ? 0 : atof(argv[3]);
    seed = strtoull(argv[4], NULL, 10);
    draw = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (int i = 5; i < argc; i++)
        read_kind(argv[i]);
    many_files();
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    connections = grown(NULL, (size_t)connection_count * sizeof *connections);
    memset(connections, 0, (size_t)connection_count * sizeof *connections);
    int64_t began_ns = now_ns();
    if (is_idle)
        hold(epoll);
    else
        run(epoll, seconds);
    report((double)(now_ns() - began_ns) / 1e9);
    return 0;
}
