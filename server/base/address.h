/* IP addresses and lists of them, as an operator writes them: "127.0.0.1, 10.0.0.0/8, ::1". */
#ifndef GLOSS_BASE_ADDRESS_H
#define GLOSS_BASE_ADDRESS_H

#include "base/arena.h"
#include "base/str.h"

#include <stdint.h>
#include <sys/socket.h>

/* Of either kind: an IPv4 address is its mapped form, ::ffff:a.b.c.d. */
struct address {
    uint8_t bytes[16];
};

struct address_range {
    struct address first;
    unsigned bits; /* how many of the first ones count, of 128 */
};

struct address_list {
    const struct address_range *at;
    size_t count;
};

/* The proxies whose word is taken for where a request comes from. */
struct proxies {
    struct address_list trusted;
    bool says_forwarded; /* they say it in Forwarded (RFC 7239), else in X-Forwarded-For */
};

/* False on anything but an address: no port, no brackets, no zone, no name. */
bool address_parse(struct str text, struct address *out);
/* False on a family that is neither IPv4 nor IPv6. */
bool address_of_socket(const struct sockaddr *socket_address, struct address *out);

bool address_is_ipv4(struct address address);

/* The part of it that is one subscriber's: all of an IPv4 address, of another the first 64 bits.
 * Borrowed from the address. */
struct str address_subscriber(const struct address *address);

/* As it is usually written: "192.0.2.1", "2001:db8::1". */
struct str address_text(struct arena *arena, struct address address);

/* Addresses and ranges (10.0.0.0/8) with commas between them. False: *bad is the first that is
 * none, or has bits behind its prefix. */
bool address_list_parse(
    struct arena *arena, struct str text, struct address_list *out, struct str *bad);

bool address_list_has(const struct address_list *list, struct address address);

#endif
