#include "test.h"

#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static struct arena *arena;

static struct address address(const char *text)
{
    struct address out;

    if (!address_parse(str_from(text), &out))
        FAIL("%s is not read as an address", text);
    return out;
}

/* Does the list take the address? */
static bool takes(const char *list_text, const char *text)
{
    struct address_list list;
    struct str bad;

    if (!arena)
        arena = arena_make();
    if (!address_list_parse(arena, str_from(list_text), &list, &bad))
        FAIL("%s is refused for %.*s", list_text, STR_ARG(bad));
    return address_list_has(&list, address(text));
}

TEST("what is no address is not read as one")
{
    static const char *const rows[] = { "", " ", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4",
        "1.2.3.4:80", "[::1]", "::1%lo", "1::2::3", "localhost", "unix", "unknown", "_hidden",
        "1.2.3.4 ", "12345::", "1:2:3:4:5:6:7:8:9", "255.255.255.255.255.255.255.255.255.255.255" };
    struct address out;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (address_parse(str_from(rows[i]), &out))
            FAIL("\"%s\" is read as an address", rows[i]);
    CHECK(!address_parse((struct str){ "1.2.3.4\0", 8 }, &out));
}

TEST("an address is written the usual way, whichever way it came")
{
    static const char *const rows[][2] = { { "192.0.2.7", "192.0.2.7" },
        { "::ffff:192.0.2.7", "192.0.2.7" }, { "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
        { "::", "::" }, { "0.0.0.0", "0.0.0.0" } };

    if (!arena)
        arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(address_text(arena, address(rows[i][0])), str_from(rows[i][1]));
}

TEST("a range takes what begins like it and nothing else")
{
    CHECK(takes("10.0.0.0/8", "10.255.0.1"));
    CHECK(!takes("10.0.0.0/8", "11.0.0.0"));
    CHECK(takes("10.9.8.0/23", "10.9.9.255"));
    CHECK(!takes("10.9.8.0/23", "10.9.10.0"));
    CHECK(takes("0.0.0.0/0", "203.0.113.9"));
    CHECK(!takes("0.0.0.0/0", "2001:db8::1"));
    CHECK(takes("::/0", "2001:db8::1"));
    CHECK(takes("2001:db8::/33", "2001:db8:7fff::1"));
    CHECK(!takes("2001:db8::/33", "2001:db8:8000::1"));
    CHECK(takes("127.0.0.1/32", "127.0.0.1"));
    CHECK(!takes("127.0.0.1", "127.0.0.2"));
}

TEST("an IPv4 address is the same in its mapped form")
{
    CHECK(takes("127.0.0.1", "::ffff:127.0.0.1"));
    CHECK(takes("::ffff:10.0.0.0/104", "10.1.2.3"));
    CHECK(!takes("::ffff:10.0.0.0/104", "11.1.2.3"));
}

TEST("a list takes what one of its entries takes, spaces or not")
{
    CHECK(takes("::1, 10.0.0.0/8 ,127.0.0.1", "127.0.0.1"));
    CHECK(takes("::1, 10.0.0.0/8 ,127.0.0.1", "10.0.0.1"));
    CHECK(!takes("::1, 10.0.0.0/8 ,127.0.0.1", "192.0.2.1"));
}

TEST("a list with a fault in it is refused, and the fault is named")
{
    static const char *const rows[][2] = { { "127.0.0.1,", "" }, { "", "" }, { "a", "a" },
        { "::1,10.0.0.0/33", "10.0.0.0/33" }, { "10.0.0.1/8", "10.0.0.1/8" },
        { "::/129", "::/129" }, { "127.0.0.1/", "127.0.0.1/" },
        { "127.0.0.1/-1,::1", "127.0.0.1/-1" }, { "10.0.0.0/8/8", "10.0.0.0/8/8" },
        { "127.0.0.1 ::1", "127.0.0.1 ::1" } };
    struct address_list list;
    struct str bad;

    if (!arena)
        arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (address_list_parse(arena, str_from(rows[i][0]), &list, &bad))
            FAIL("\"%s\" is taken", rows[i][0]);
        CHECK_STR(bad, str_from(rows[i][1]));
    }
}

TEST("the addresses of one subscriber are one, those of two are not")
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        { "192.0.2.1", "192.0.2.1", true },
        { "192.0.2.1", "192.0.2.2", false },
        { "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true },
        { "2001:db8:1:2::1", "2001:db8:1:3::1", false },
        { "::ffff:192.0.2.1", "192.0.2.1", true },
        { "::ffff:192.0.2.1", "::ffff:192.0.2.2", false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct address a = address(rows[i].a), b = address(rows[i].b);
        if (str_eq(address_subscriber(&a), address_subscriber(&b)) != rows[i].same)
            FAIL("%s and %s", rows[i].a, rows[i].b);
    }
}

TEST("a socket's address is the same as the one that was written")
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(80) };
    struct sockaddr other = { .sa_family = AF_UNIX };
    struct address got, wanted = address("192.0.2.7");

    inet_pton(AF_INET, "192.0.2.7", &in.sin_addr);
    CHECK(address_of_socket((const struct sockaddr *)&in, &got));
    CHECK(memcmp(&got, &wanted, sizeof got) == 0);
    inet_pton(AF_INET6, "::ffff:192.0.2.7", &in6.sin6_addr);
    CHECK(address_of_socket((const struct sockaddr *)&in6, &got));
    CHECK(memcmp(&got, &wanted, sizeof got) == 0);
    CHECK(!address_of_socket(&other, &got));
    if (arena)
        arena_free(arena);
    arena = NULL;
}
