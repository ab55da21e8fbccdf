#include "http/stream.h"

#include "base/clock.h"
#include "http/exchange.h"
#include "http/inner.h"
#include "http/server_inside.h"
#include "http/stream_inside.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

#define STREAMS_MAX 256      /* a worker's, at once */
#define BLOCK_BYTES 16384    /* what libmicrohttpd keeps for a body without chunks */
#define CHECK_MS 250         /* how long a piece goes out without asking whether it may */
#define PROGRESS_MS 30000    /* a client that takes nothing for so long is cut */
#define DRAINING_MS 5000     /* the same while the server ends */
#define PATIENCE_MS 60000    /* and beyond this it takes at least … */
#define SLOWEST_BYTES_A_MS 1 /* … 1 KiB a second on the whole */

enum state { GOING_OUT, ENDING, CUT };

struct stream {
    stream_more *more;
    stream_check *check;
    enum state state;
    struct str piece;
    size_t taken;       /* of the piece */
    int64_t checked_ms; /* when the piece was made, or last allowed */
    int64_t began_ms;
    uint64_t sent_bytes;
    bool asked; /* a piece or a check is being made */
    bool suspended, gone;
};

enum step respond_stream(
    struct request *req, const char *media_type, stream_more *more, stream_check *check)
{
    struct http_server *server = req->server;

    if (server->streams >= STREAMS_MAX)
        return respond_unavailable(req);
    server->streams++;
    struct stream *stream = arena_new(req->arena, struct stream);
    *stream = (struct stream){ .more = more, .check = check };
    stream->began_ms = stream->checked_ms = clock_monotonic_ms();
    req->answer.stream = stream;
    req->answer.status = 200;
    req->answer.media_type = str_from(media_type);
    return STEP_ANSWERED;
}

/* -- from the one who makes it ----------------------------------------------------------------- */

static void go_on(struct request *req)
{
    struct stream *stream = req->answer.stream;

    stream->asked = false;
    stream->checked_ms = clock_monotonic_ms();
    if (stream->gone) {
        exchange_free(req);
        return;
    }
    if (!stream->suspended)
        return;
    stream->suspended = false;
    stream_begins(req);
    MHD_resume_connection(req->connection->mhd);
    req->connection->server->resumed = true;
}

void stream_put(struct request *req, struct str piece)
{
    struct stream *stream = req->answer.stream;

    assert(stream->taken == stream->piece.bytes);
    stream->piece = piece;
    stream->taken = 0;
    go_on(req);
}

void stream_end(struct request *req, struct str last_piece)
{
    req->answer.stream->state = ENDING;
    stream_put(req, last_piece);
}

void stream_go_on(struct request *req)
{
    go_on(req);
}

void stream_cut(struct request *req)
{
    req->answer.stream->state = CUT;
    go_on(req);
}

bool stream_is_gone(const struct request *req)
{
    return req->answer.stream && req->answer.stream->gone;
}

/* -- towards libmicrohttpd --------------------------------------------------------------------- */

/* What is taken buys time: a client that has stopped is noticed soon, and one that takes next to
 * nothing in the end. */
void stream_begins(struct request *req)
{
    const struct stream *stream = req->answer.stream;
    bool draining = req->connection->server->draining;
    int64_t now_ms = clock_monotonic_ms(), limit_ms = draining ? DRAINING_MS : PROGRESS_MS;
    int64_t whole_ms = stream->began_ms + PATIENCE_MS +
        (int64_t)(stream->sent_bytes / SLOWEST_BYTES_A_MS) - now_ms;

    connection_does(req->connection, ANSWERING, limit_ms < whole_ms ? limit_ms : whole_ms);
}

static ssize_t take(struct stream *stream, char *out, size_t room)
{
    size_t left = stream->piece.bytes - stream->taken, count = left < room ? left : room;

    memcpy(out, stream->piece.at + stream->taken, count);
    stream->taken += count;
    stream->sent_bytes += count;
    return (ssize_t)count;
}

/* Suspended while it is made: libmicrohttpd would ask again and again. Who goes away meanwhile is
 * noticed when the piece is there. */
static ssize_t wait_for(struct request *req)
{
    struct stream *stream = req->answer.stream;

    stream->suspended = true;
    connection_does(req->connection, HANDLING, HANDLING_LIMIT_MS);
    MHD_suspend_connection(req->connection->mhd);
    return 0;
}

/* libmicrohttpd forgets a connection whose body ends in an error just after it was resumed: neither
 * closed nor watched. So the socket is shut, and it finds that out by a byte that nobody gets. */
static ssize_t break_off(struct request *req, char *out)
{
    shutdown(req->connection->fd, SHUT_RDWR);
    *out = '\n';
    return 1;
}

static ssize_t on_room(void *context, uint64_t position, char *out, size_t room)
{
    struct request *req = context;
    struct stream *stream = req->answer.stream;

    (void)position;
    while (stream->state != CUT) {
        bool has_bytes = stream->taken < stream->piece.bytes;
        bool is_stale = clock_monotonic_ms() - stream->checked_ms > CHECK_MS;
        if (has_bytes && !is_stale) {
            ssize_t count = take(stream, out, room);
            stream_begins(req);
            return count;
        }
        if (!has_bytes && stream->state == ENDING)
            return MHD_CONTENT_READER_END_OF_STREAM;
        stream->asked = true;
        (has_bytes ? stream->check : stream->more)(req);
        if (stream->asked)
            return wait_for(req);
    }
    return break_off(req, out);
}

/* To HEAD libmicrohttpd sends the end of the chunks that it has not sent: as if to an old client it
 * sends none, and closes. */
struct MHD_Response *stream_response(struct request *req)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, on_room, req, NULL);

    if (str_eq(req->method, STR("HEAD")))
        MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    return response;
}

bool stream_ends(struct request *req)
{
    struct stream *stream = req->answer.stream;

    req->server->streams--;
    stream->gone = true;
    return !stream->asked;
}

void stream_release(struct request *req)
{
    struct stream *stream = req->answer.stream;

    if (stream->suspended)
        MHD_resume_connection(req->connection->mhd);
    stream->suspended = false;
}

uint64_t stream_sent_bytes(const struct request *req)
{
    return req->answer.stream->sent_bytes;
}
