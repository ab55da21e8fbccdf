#include "base/address.h"

#include <arpa/inet.h>
#include <string.h>

#define IPV4_PREFIX_BITS 96

static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };

static struct address from_ipv4(const void *four)
{
    struct address address;

    memcpy(address.bytes, mapped, sizeof mapped);
    memcpy(address.bytes + sizeof mapped, four, 4);
    return address;
}

bool address_is_ipv4(struct address address)
{
    return memcmp(address.bytes, mapped, sizeof mapped) == 0;
}

bool address_parse(struct str text, struct address *out)
{
    char copy[INET6_ADDRSTRLEN];
    uint8_t four[4], sixteen[16];

    if (text.bytes == 0 || text.bytes >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.bytes);
    copy[text.bytes] = '\0';
    if (strlen(copy) != text.bytes)
        return false;
    if (inet_pton(AF_INET, copy, four) == 1) {
        *out = from_ipv4(four);
        return true;
    }
    if (inet_pton(AF_INET6, copy, sixteen) != 1)
        return false;
    memcpy(out->bytes, sixteen, sizeof out->bytes);
    return true;
}

bool address_of_socket(const struct sockaddr *socket_address, struct address *out)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;

    if (socket_address->sa_family == AF_INET) {
        memcpy(&in, socket_address, sizeof in);
        *out = from_ipv4(&in.sin_addr);
        return true;
    }
    if (socket_address->sa_family != AF_INET6)
        return false;
    memcpy(&in6, socket_address, sizeof in6);
    memcpy(out->bytes, &in6.sin6_addr, sizeof out->bytes);
    return true;
}

struct str address_subscriber(const struct address *address)
{
    const char *bytes = (const char *)address->bytes;

    return address_is_ipv4(*address) ? (struct str){ bytes + sizeof mapped, 4 }
                                     : (struct str){ bytes, 8 };
}

struct str address_text(struct arena *arena, struct address address)
{
    char *text = arena_alloc(arena, INET6_ADDRSTRLEN);

    if (address_is_ipv4(address))
        inet_ntop(AF_INET, address.bytes + sizeof mapped, text, INET6_ADDRSTRLEN);
    else
        inet_ntop(AF_INET6, address.bytes, text, INET6_ADDRSTRLEN);
    return str_from(text);
}

static bool bit(struct address address, unsigned number)
{
    return address.bytes[number / 8] >> (7 - number % 8) & 1;
}

static bool range_has(const struct address_range *range, struct address address)
{
    unsigned whole = range->bits / 8;

    if (memcmp(range->first.bytes, address.bytes, whole) != 0)
        return false;
    for (unsigned i = whole * 8; i < range->bits; i++)
        if (bit(range->first, i) != bit(address, i))
            return false;
    return true;
}

static bool range_parse(struct str text, struct address_range *out)
{
    struct str first, length;
    uint64_t bits;
    bool has_length = str_cut(text, '/', &first, &length);

    if (!address_parse(first, &out->first))
        return false;
    bool is_short = address_is_ipv4(out->first) && !str_contains(first, STR(":"));
    if (!has_length) {
        out->bits = 128;
        return true;
    }
    if (!str_to_u64(length, &bits) || bits > (is_short ? 32 : 128))
        return false;
    out->bits = (unsigned)bits + (is_short ? IPV4_PREFIX_BITS : 0);
    for (unsigned i = out->bits; i < 128; i++)
        if (bit(out->first, i))
            return false;
    return true;
}

bool address_list_parse(
    struct arena *arena, struct str text, struct address_list *out, struct str *bad)
{
    size_t room = 1, count = 0;
    struct str rest = text, one;
    bool more;

    for (size_t i = 0; i < text.bytes; i++)
        room += text.at[i] == ',';
    struct address_range *ranges = arena_array(arena, struct address_range, room);
    do {
        more = str_cut(rest, ',', &one, &rest);
        one = str_trim(one);
        if (!range_parse(one, &ranges[count++])) {
            *bad = one;
            return false;
        }
    } while (more);
    *out = (struct address_list){ ranges, count };
    return true;
}

bool address_list_has(const struct address_list *list, struct address address)
{
    for (size_t i = 0; i < list->count; i++)
        if (range_has(&list->at[i], address))
            return true;
    return false;
}
