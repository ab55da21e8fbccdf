#include "model/uri.h"

#include "base/utf8.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static struct str lower_text(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.bytes + 1);
    for (size_t i = 0; i < text.bytes; i++)
        out[i] = lower(text.at[i]);
    return (struct str){ out, text.bytes };
}

static bool has_bad_character(struct str text)
{
    for (size_t i = 0; i < text.bytes; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c <= 0x20 || c == 0x7F || c == '<' || c == '>' || c == '"' || c == '\\')
            return true;
        /* C1 controls */
        if (c == 0xC2 && i + 1 < text.bytes && (unsigned char)text.at[i + 1] < 0xA0)
            return true;
    }
    return !utf8_valid(text);
}

static bool is_host(struct str host)
{
    if (host.bytes == 0 || host.bytes > 255)
        return false;
    if (host.at[0] == '[')
        return host.bytes > 2 && host.at[host.bytes - 1] == ']' &&
            strspn(host.at + 1, "0123456789abcdef:.") == host.bytes - 2;
    for (size_t i = 0; i < host.bytes; i++)
        if (strchr("[]:@%,;'()*&=!$`{}|^", host.at[i]))
            return false;
    return host.at[0] != '.' && host.at[0] != '-';
}

/* Splits "host:port"; an IPv6 address is in brackets and has colons of its own. */
static bool split_port(struct str authority, struct str *host, struct str *port)
{
    size_t colon = authority.bytes;
    uint64_t number;

    while (colon > 0 && authority.at[colon - 1] != ':' && authority.at[colon - 1] != ']')
        colon--;
    if (colon == 0 || authority.at[colon - 1] == ']') {
        *host = authority;
        *port = STR_NONE;
        return colon == 0 || colon == authority.bytes;
    }
    *host = str_slice(authority, 0, colon - 1);
    *port = str_slice(authority, colon, authority.bytes);
    return port->bytes == 0 || (str_to_u64(*port, &number) && number > 0 && number < 65536);
}

static enum uri_fault normalize_http(
    struct arena *arena, struct str scheme, struct str rest, struct str *out)
{
    struct str host, port;
    size_t end = 0;

    if (!str_starts(rest, STR("//")))
        return URI_BAD_HOST;
    rest = str_slice(rest, 2, rest.bytes);
    while (end < rest.bytes && rest.at[end] != '/' && rest.at[end] != '?')
        end++;
    struct str authority = lower_text(arena, str_slice(rest, 0, end));
    struct str path = str_slice(rest, end, rest.bytes);
    if (str_contains(authority, STR("@")))
        return URI_HAS_PASSWORD;
    if (!split_port(authority, &host, &port) || !is_host(host))
        return URI_BAD_HOST;
    bool is_default =
        port.bytes == 0 || str_eq(port, str_eq(scheme, STR("https")) ? STR("443") : STR("80"));
    *out = arena_printf(arena, "%.*s://%.*s%s%.*s%s%.*s", STR_ARG(scheme), STR_ARG(host),
        is_default ? "" : ":", is_default ? 0 : (int)port.bytes, port.at ? port.at : "",
        str_starts(path, STR("/")) ? "" : "/", STR_ARG(path));
    return URI_FINE;
}

enum uri_fault uri_normalize(struct arena *arena, struct str raw, struct str *out)
{
    struct str text = str_trim(raw), whole, fragment, scheme, rest, made = STR_NONE;
    enum uri_fault fault = URI_BAD_SCHEME;

    if (text.bytes == 0)
        return URI_EMPTY;
    if (text.bytes > URI_MAX_BYTES)
        return URI_TOO_LONG;
    if (has_bad_character(text))
        return URI_BAD_CHARACTER;
    str_cut(text, '#', &whole, &fragment);
    if (!str_cut(whole, ':', &scheme, &rest))
        return URI_BAD_SCHEME;
    scheme = lower_text(arena, scheme);
    if (str_eq(scheme, STR("http")) || str_eq(scheme, STR("https"))) {
        fault = normalize_http(arena, scheme, rest, &made);
    } else if (str_eq(scheme, STR("urn")) && rest.bytes > 0) {
        made = arena_printf(arena, "urn:%.*s", STR_ARG(rest));
        fault = URI_FINE;
    }
    if (fault != URI_FINE)
        return fault;
    if (made.bytes > URI_MAX_BYTES)
        return URI_TOO_LONG;
    *out = made;
    return URI_FINE;
}

const char *uri_fault_text(enum uri_fault fault)
{
    switch (fault) {
    case URI_EMPTY:
        return "An address may not be empty.";
    case URI_TOO_LONG:
        return "An address may have up to 2000 bytes.";
    case URI_BAD_CHARACTER:
        return "An address may not hold blanks, control characters, quotation marks, backslashes "
               "or angle brackets; escape them (%20).";
    case URI_BAD_SCHEME:
        return "An address must begin with http://, https:// or urn:.";
    case URI_HAS_PASSWORD:
        return "An address may not hold a user name or a password; others would see it.";
    case URI_BAD_HOST:
        return "There must be a host name behind http:// or https://, and a port from 1 to 65535 "
               "if any.";
    default:
        return "The address is fine.";
    }
}
