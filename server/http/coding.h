/* Content codings: which one a client takes (RFC 9110 12.5.3), what the tags of coded answers are,
 * and gzip itself.
 *
 * What is coded is the answer to a read, 200, of a kilobyte and more, and text. Never coded is:
 * - an answer to a write: those hold secrets (a new token, an invitation's code), and are small;
 * - a page whose address is a secret (respond_secret());
 * - what a browser asks for because a page elsewhere told it to (Sec-Fetch-Site).
 * The length of a coded body tells whether its parts repeat each other (the BREACH attack), so no
 * secret may stand beside words that somebody else has chosen. There are no CSRF tokens in our
 * pages (Sec-Fetch-Site and Origin do that), cookies and tokens are in no answer but the ones
 * above, and no read repeats what its query said. What remains are words: who may write into a
 * group and listens on its members' lines could put guesses at a member's private note into the
 * group, one annotation each, signed, in front of everybody and at the rate that writers have. */
#ifndef GLOSS_HTTP_CODING_H
#define GLOSS_HTTP_CODING_H

#include "http/request.h"

/* Where a client likes several alike, the last of them. */
enum coding { CODING_IDENTITY, CODING_GZIP, CODING_BROTLI, CODINGS };

#define CODING_BIT(coding) (1u << (coding))

const char *coding_name(enum coding coding);

/* Of those offered, as bits, the one that the client likes best; CODINGS: it takes none of them.
 * Who sends no Accept-Encoding gets the identity. */
enum coding request_coding(const struct request *req, unsigned offered);

/* A tag, with its quotes, of the answer in that coding: "1f0c" is "1f0c-gzip". Each coding has a
 * strong tag of its own. */
struct str coding_tag(struct arena *arena, struct str tag, enum coding coding);

/* True when the tag that a client has kept is of what `current` is the tag of, and in a coding that
 * the client takes. */
bool coding_tag_fits(const struct request *req, struct str kept, struct str current);
/* The tag's own characters, without quotes and coding. */
struct str coding_tag_stem(struct str tag, enum coding *coding);

/* The body as gzip, in the arena: fast rather than small. */
struct str coding_gzip(struct arena *arena, struct str body);

/* Where the answer is to go out as gzip. */
bool coding_wanted(const struct request *req);
/* Puts the coded body in the place of the answer's own, with its tag; larger ones only where the
 * client takes nothing else. */
void coding_apply(struct request *req, struct str coded);

#endif
