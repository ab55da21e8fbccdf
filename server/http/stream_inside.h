/* Inside http/ only: a stream's side towards libmicrohttpd. */
#ifndef GLOSS_HTTP_STREAM_INSIDE_H
#define GLOSS_HTTP_STREAM_INSIDE_H

#include "http/connection.h"
#include "http/stream.h"

/* libmicrohttpd's response for the answer. */
struct MHD_Response *stream_response(struct request *req);
/* The answer has been queued, or the connection's doing has changed: how long it may take. */
void stream_begins(struct request *req);
/* The client has it all, or has gone. False: the request is still being worked on, and is freed
 * when that ends. */
bool stream_ends(struct request *req);
/* The server ends: the connection is suspended no more, whatever is being made. */
void stream_release(struct request *req);
uint64_t stream_sent_bytes(const struct request *req);

#endif
