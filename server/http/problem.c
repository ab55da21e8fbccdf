#include "http/problem.h"

#include "base/writer.h"

#include <assert.h>

static const struct problem_row rows[PROBLEMS] = {
    [PROBLEM_BAD_REQUEST] = { "bad-request", 400, "The request is not well-formed HTTP",
        "Something in the request line or the headers may be read in two ways, or not at all. The "
        "detail names it. The connection is closed." },
    [PROBLEM_MALFORMED_JSON] = { "malformed-json", 400, "The body is not JSON",
        "The body could not be parsed; the detail gives line and column. Keys may not repeat, "
        "nesting may not pass 32 levels, and text must be UTF-8 without U+0000." },
    [PROBLEM_INVALID_QUERY] = { "invalid-query", 400, "A query parameter is not valid",
        "The detail names the parameter and says what it takes. Each parameter may be given "
        "once." },
    [PROBLEM_UNAUTHORIZED] = { "unauthorized", 401, "Sign in first",
        "Send a token as `Authorization: Bearer gloss_…`, or sign in on the page. A token that has "
        "expired, was revoked, or belongs to a disabled account gets this answer too." },
    [PROBLEM_WRONG_PASSWORD] = { "wrong-password", 401, "The name or the password is wrong",
        "Check both. After several failures an account has to wait a while before the next try." },
    [PROBLEM_NOT_ALLOWED] = { "not-allowed", 403, "You may not do this",
        "You can see it, but your role does not let you change it. The detail names the role that "
        "may." },
    [PROBLEM_MISSING_SCOPE] = { "missing-scope", 403, "The token lacks a scope",
        "The detail names the scope. Make a token that has it." },
    [PROBLEM_CROSS_SITE] = { "cross-site", 403, "The request comes from another site",
        "Requests that carry the page's cookie must come from the page itself. Programs use a "
        "token instead." },
    [PROBLEM_ANNOTATIONS_OFF] = { "annotations-off", 403, "Annotations are switched off here",
        "The text's owner lets nobody, or only some groups, write on it: `annotating` of the "
        "document "
        "says who may. What is private, or in your own group, you may always write." },
    [PROBLEM_NOT_FOUND] = { "not-found", 404, "There is nothing here that you can see",
        "It does not exist, or it is not yours to know of; the answer is the same." },
    [PROBLEM_METHOD_NOT_ALLOWED] = { "method-not-allowed", 405, "This address takes other methods",
        "The Allow header lists them." },
    [PROBLEM_NOT_ACCEPTABLE] = { "not-acceptable", 406, "That form is not on offer",
        "The Accept header (or the suffix) asks for a media type that this address does not "
        "have." },
    [PROBLEM_CONFLICT] = { "conflict", 409, "It does not fit the present state",
        "The detail says what stands in the way." },
    [PROBLEM_NAME_TAKEN] = { "name-taken", 409, "The name is taken",
        "Names are unique without regard to case. Choose another." },
    [PROBLEM_ADDRESS_TAKEN] = { "address-taken", 409, "The address belongs to another text",
        "Within a group an address leads to one text." },
    [PROBLEM_QUOTE_AMBIGUOUS] = { "quote-ambiguous", 409, "The quote stands in more than one place",
        "`places` lists them with their surroundings. Say which by `prefix`, `suffix` or "
        "`start`." },
    [PROBLEM_SUGGESTION_CONFLICT] = { "suggestion-conflict", 409,
        "The words are not what they were",
        "`conflicts` names each suggestion that does not fit any more, with its passage as it is "
        "now; "
        "nothing was overwritten. Its author can place it anew, or suggest anew." },
    [PROBLEM_LAST_OWNER] = { "last-owner", 409, "A group needs an owner",
        "Make somebody else an owner first, or delete the group." },
    [PROBLEM_ANONYMITY_KEPT] = { "anonymity-kept", 409, "What members were promised is kept",
        "They have written, or joined, in the belief that they stay unknown: `anonymous` is not "
        "switched off, `leaders_see_through` not on, and no mask taken off where members are "
        "hidden from each other." },
    [PROBLEM_MASK_TAKEN] = { "mask-taken", 409, "Somebody else has this name",
        "It is another mask of the group, or the name of another user. Choose another." },
    [PROBLEM_NO_READING] = { "no-reading", 404, "The group has no rule for reading this text",
        "Its members see what the others write at once. A leader of the group may set a rule, by "
        "which each reads for themselves first." },
    [PROBLEM_ALREADY_REVEALED] = { "already-revealed", 409, "Everybody has seen everything",
        "What has been revealed cannot be sealed again, so the rule stays as it was." },
    [PROBLEM_NOT_REVEALED] = { "not-revealed", 409, "You are to read it for yourself first",
        "What the others have written is not shown to you yet. The rule of the reading says when "
        "it will be." },
    [PROBLEM_LAST_ADMIN] = { "last-admin", 409, "The server needs an admin",
        "You are the last one. Make another account an admin first: gloss user add NAME --admin." },
    [PROBLEM_MASKED_ELSEWHERE] = { "masked-elsewhere", 409, "A mask is worn in one group alone",
        "Shown in two groups, it would tell who is behind the mask. Write another one there." },
    [PROBLEM_IN_PROGRESS] = { "in-progress", 409, "The same request is still running",
        "A request with this Idempotency-Key has not been answered yet. Try again shortly." },
    [PROBLEM_GONE] = { "gone", 410, "It was there and has ended",
        "An invitation that is used up, expired or revoked. Ask for a new one." },
    [PROBLEM_PRECONDITION_FAILED] = { "precondition-failed", 412,
        "It has changed since you read it",
        "`current` is the present state. Look at it, and send your change again with its ETag." },
    [PROBLEM_BODY_TOO_LARGE] = { "body-too-large", 413, "The body is too large",
        "The detail gives the limit of this address." },
    [PROBLEM_URI_TOO_LONG] = { "uri-too-long", 414, "The address is too long",
        "Addresses may have up to 4096 bytes." },
    [PROBLEM_UNSUPPORTED_MEDIA_TYPE] = { "unsupported-media-type", 415,
        "The body's media type is not taken here",
        "Set Content-Type to one of those in the Accept-Post or Accept-Patch header; with curl, "
        "-H 'Content-Type: text/markdown' or --json." },
    [PROBLEM_INVALID_BODY] = { "invalid-body", 422, "The body says something that cannot be",
        "`errors` names each field by a JSON pointer and says what would have been right." },
    [PROBLEM_QUOTE_NOT_FOUND] = { "quote-not-found", 422, "The quote is nowhere in the text",
        "`places` has the most similar passage, if there is one, with its score." },
    [PROBLEM_NOT_APPLICABLE] = { "not-applicable", 422, "The source cannot be changed so",
        "A suggestion changes plain words. Where markup stands between them, or the new words "
        "would "
        "read as something else there, edit the text itself." },
    [PROBLEM_UNREADABLE_TEXT] = { "unreadable-text", 422, "The text cannot be read",
        "Its bytes do not fit its character set, or there is nothing in it. Name the right one: "
        "Content-Type: text/plain; charset=windows-1252." },
    [PROBLEM_KEY_REUSED] = { "key-reused", 422, "The Idempotency-Key belongs to another request",
        "A key stands for one request. Take a new key for a new request." },
    [PROBLEM_BATCH_REFUSED] = { "batch-refused", 422, "Nothing of the batch was stored",
        "It was to be all or nothing, and `lines` has those that cannot be (the first hundred), "
        "each "
        "with its own problem. Mend them and send the batch again." },
    [PROBLEM_PRECONDITION_REQUIRED] = { "precondition-required", 428, "Say what you have read",
        "This change wants an If-Match header with the ETag of what you have read." },
    [PROBLEM_TOO_MANY_REQUESTS] = { "too-many-requests", 429, "Too many requests",
        "Wait for as many seconds as Retry-After says." },
    [PROBLEM_INTERNAL] = { "internal", 500, "Something is wrong with the server",
        "The fault is ours. The request id leads the server's operator to the cause." },
    [PROBLEM_UNAVAILABLE] = { "unavailable", 503, "The server cannot answer just now",
        "Its database is away or too busy. Try again after as many seconds as Retry-After says; "
        "with an Idempotency-Key that is safe for writes too." },
    [PROBLEM_STORAGE_FULL] = { "storage-full", 507, "The server's disk is full",
        "Nothing was stored. Its operator has to make room." },
};

const struct problem_row *problem_row(enum problem problem)
{
    assert(problem < PROBLEMS);
    return &rows[problem];
}

enum problem problem_of_slug(struct str slug)
{
    int problem = 0;
    while (problem < PROBLEMS && !str_eq(slug, str_from(rows[problem].slug)))
        problem++;
    return (enum problem)problem;
}

struct str problem_json(struct arena *arena, enum problem problem, struct str detail,
    struct str instance, struct str request_id)
{
    const struct problem_row *row = problem_row(problem);
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(&writer, "type", arena_printf(arena, "/api/v1/problems/%s", row->slug));
    writer_key_cstr(&writer, "title", row->title);
    writer_key_int(&writer, "status", row->status);
    writer_key_text(&writer, "detail", detail);
    writer_key_text(&writer, "instance", instance);
    writer_key_text(&writer, "request_id", request_id);
    writer_object_end(&writer);
    return writer_finish(&writer, arena);
}
