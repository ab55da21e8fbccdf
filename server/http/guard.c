#include "http/connection.h"

#include <string.h>

/* libmicrohttpd 0.9.75 takes the first of several, prefers chunked to Content-Length and goes on
 * with the connection: a proxy in front may have read the same bytes as other requests. */
struct seen {
    unsigned content_length, transfer_encoding, content_type, host, authorization;
    bool chunked;
    const char *fault;
};

static bool is_token_char(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        (c && strchr("!#$%&'*+-.^_`|~", c));
}

static const char *check_name(struct str name)
{
    if (name.bytes == 0)
        return "A header has no name.";
    for (size_t i = 0; i < name.bytes; i++)
        if (!is_token_char((unsigned char)name.at[i]))
            return "A header's name holds a character that names may not have.";
    return NULL;
}

static const char *check_value(struct str value)
{
    for (size_t i = 0; i < value.bytes; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return "A header's value holds a control character.";
    }
    return NULL;
}

static const char *check_length(struct str value)
{
    uint64_t length;
    return str_to_u64(value, &length) ? NULL : "Content-Length is not a number.";
}

/* RFC 3986's uri-host and port, without asking what they mean. */
static const char *check_host(struct str value)
{
    for (size_t i = 0; i < value.bytes; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if (c <= 0x20 || c >= 0x7F || strchr("/?#@\\\"<>^`{|}", c))
            return "Host holds a character that neither names nor addresses have.";
    }
    return NULL;
}

static const char *check_known(struct seen *seen, struct str name, struct str value)
{
    if (str_eq_nocase(name, STR("Content-Length"))) {
        seen->content_length++;
        return check_length(value);
    }
    if (str_eq_nocase(name, STR("Host"))) {
        seen->host++;
        return check_host(value);
    }
    if (str_eq_nocase(name, STR("Transfer-Encoding"))) {
        seen->transfer_encoding++;
        seen->chunked = str_eq_nocase(value, STR("chunked"));
    } else if (str_eq_nocase(name, STR("Authorization"))) {
        seen->authorization++;
    } else if (str_eq_nocase(name, STR("Content-Type"))) {
        seen->content_type++;
    }
    return NULL;
}

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *name,
    size_t name_bytes, const char *value, size_t value_bytes)
{
    struct seen *seen = context;
    struct str n = { name, name_bytes }, v = { value ? value : "", value_bytes };

    (void)kind;
    seen->fault = check_name(n);
    if (!seen->fault)
        seen->fault = check_value(v);
    if (!seen->fault)
        seen->fault = check_known(seen, n, v);
    return seen->fault ? MHD_NO : MHD_YES;
}

static const char *check_method(struct str method)
{
    for (size_t i = 0; i < method.bytes; i++)
        if (!is_token_char((unsigned char)method.at[i]))
            return "The method holds a character that methods may not have.";
    return NULL;
}

static const char *check_target(struct str target)
{
    if (!str_starts(target, STR("/")))
        return "The request's target must be a path that begins with a slash.";
    for (size_t i = 0; i < target.bytes; i++) {
        unsigned char c = (unsigned char)target.at[i];
        if (c <= 0x20 || c == 0x7F || c == '#')
            return "The request's target holds a character that must be escaped.";
    }
    return NULL;
}

const char *guard_check(struct request *req, const char *version)
{
    struct seen seen = { 0 };

    MHD_get_connection_values_n(req->connection->mhd, MHD_HEADER_KIND, on_header, &seen);
    if (seen.fault)
        return seen.fault;
    if (seen.content_length > 1 || seen.transfer_encoding > 1 || seen.host > 1 ||
        seen.authorization > 1 || seen.content_type > 1)
        return "Content-Length, Transfer-Encoding, Content-Type, Host and Authorization may each "
               "stand once.";
    if (seen.content_length && seen.transfer_encoding)
        return "Content-Length and Transfer-Encoding may not stand together.";
    if (seen.transfer_encoding && !seen.chunked)
        return "The only Transfer-Encoding that is taken is `chunked`.";
    if (strcmp(version, MHD_HTTP_VERSION_1_1) == 0) {
        if (!seen.host)
            return "HTTP/1.1 needs a Host header.";
    } else if (seen.transfer_encoding) {
        return "HTTP/1.0 has no Transfer-Encoding.";
    }
    const char *fault = check_method(req->method);
    return fault ? fault : check_target(req->target);
}
