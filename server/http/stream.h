/* Answers that are made piece by piece while they go out, so that one of any length takes as much
 * memory as a piece. The next piece is asked for only when the client has taken what there was. An
 * answer whose end is not reached is cut: over HTTP/1.1 the client sees a body that breaks off. */
#ifndef GLOSS_HTTP_STREAM_H
#define GLOSS_HTTP_STREAM_H

#include "http/respond.h"

/* Asked to make the next piece: stream_put(), stream_end() or stream_cut() follows, now or later,
 * once. */
typedef void stream_more(struct request *req);
/* Asked, while a piece goes out, whether it still may: stream_go_on() or stream_cut() follows. */
typedef void stream_check(struct request *req);

/* 200 with a body to be made; the handler's stream_put() or stream_end() before it returns gives
 * the first piece. A worker has so many streams at once and no more: answers 503. */
RESPOND enum step respond_stream(
    struct request *req, const char *media_type, stream_more *more, stream_check *check);

/* The piece is borrowed until the next one is asked for. */
void stream_put(struct request *req, struct str piece);
void stream_end(struct request *req, struct str last_piece);
void stream_go_on(struct request *req);
void stream_cut(struct request *req);

/* True when the client has gone: nobody will take another piece. */
bool stream_is_gone(const struct request *req);

#endif
