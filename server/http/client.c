#include "http/client.h"

#include "http/server_inside.h"

#include <string.h>

static bool peer_of(struct MHD_Connection *mhd, struct address *out)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    return info && address_of_socket(info->client_addr, out);
}

static const struct proxies *proxies_of(const struct http_server *server)
{
    return server->config.proxies(server->config.app);
}

bool client_is_proxy(const struct http_server *server, struct MHD_Connection *mhd)
{
    struct address peer;

    return peer_of(mhd, &peer) && address_list_has(&proxies_of(server)->trusted, peer);
}

/* -- the header -------------------------------------------------------------------------------- */

struct collected {
    struct arena *arena;
    struct str name, list;
};

/* A proxy may add a line of its own below what the client has sent: all of them are one list. */
static enum MHD_Result collect(void *context, enum MHD_ValueKind kind, const char *name,
    size_t name_bytes, const char *value, size_t value_bytes)
{
    struct collected *collected = context;
    struct str one = { value ? value : "", value_bytes };

    (void)kind;
    if (!str_eq_nocase((struct str){ name, name_bytes }, collected->name))
        return MHD_YES;
    collected->list = str_given(collected->list)
        ? arena_printf(collected->arena, "%.*s,%.*s", STR_ARG(collected->list), STR_ARG(one))
        : one;
    return MHD_YES;
}

/* The last item of a list, which it is taken off. */
static struct str pop(struct str *list)
{
    size_t at = list->bytes;

    while (at > 0 && list->at[at - 1] != ',')
        at--;
    struct str item = str_trim(str_slice(*list, at, list->bytes));
    list->bytes = at > 0 ? at - 1 : 0;
    return item;
}

static struct str unquoted(struct str text)
{
    bool quoted = text.bytes >= 2 && str_starts(text, STR("\"")) && str_ends(text, STR("\""));

    return quoted ? str_slice(text, 1, text.bytes - 1) : text;
}

/* The `for` of one hop: for=192.0.2.1;proto=http (RFC 7239). */
static struct str for_of(struct str hop)
{
    struct str one, name, value;

    while (hop.bytes > 0) {
        str_cut(hop, ';', &one, &hop);
        if (str_cut(str_trim(one), '=', &name, &value) && str_eq_nocase(name, STR("for")))
            return unquoted(value);
    }
    return STR_NONE;
}

/* 192.0.2.1, 192.0.2.1:4711, 2001:db8::1, [2001:db8::1], [2001:db8::1]:4711 */
static bool read_node(struct str text, struct address *out)
{
    struct str host, rest;

    if (str_starts(text, STR("["))) {
        bool closed = str_cut(str_slice(text, 1, text.bytes), ']', &host, &rest);
        return closed && (rest.bytes == 0 || str_starts(rest, STR(":"))) &&
            str_contains(host, STR(":")) && address_parse(host, out);
    }
    if (address_parse(text, out))
        return true;
    return str_cut(text, ':', &host, &rest) && !str_contains(rest, STR(":")) &&
        address_parse(host, out);
}

void client_find(struct request *req)
{
    const struct proxies *proxies = proxies_of(req->connection->server);
    struct collected header = { req->arena,
        proxies->says_forwarded ? STR("Forwarded") : STR("X-Forwarded-For"), STR_NONE };

    req->client.known = peer_of(req->connection->mhd, &req->client.address);
    req->client.is_peer = true;
    if (!address_list_has(&proxies->trusted, req->client.address))
        return;
    MHD_get_connection_values_n(req->connection->mhd, MHD_HEADER_KIND, collect, &header);
    while (header.list.bytes > 0 && address_list_has(&proxies->trusted, req->client.address)) {
        struct str hop = pop(&header.list);
        if (hop.bytes == 0)
            continue;
        req->client.is_peer = false;
        /* a proxy that names nobody: all that came so far is its own */
        if (!read_node(
                proxies->says_forwarded ? for_of(hop) : unquoted(hop), &req->client.address)) {
            req->client.known = false;
            return;
        }
    }
}
