/* Several hosts, and which comes first. */
#include "db/address.h"

#include "test.h"

#include <stdlib.h>
#include <string.h>

static void turned(const char *list, int places, const char *expected)
{
    char *got = address_turned(list, places);
    CHECK_STR(str_from(got), str_from(expected));
    free(got);
}

TEST("the list of hosts turns")
{
    turned("a", 0, "a");
    turned("a", 3, "a");
    turned("a,b", 0, "a,b");
    turned("a,b", 1, "b,a");
    turned("a,b", 2, "a,b");
    turned("one,two,three", 1, "two,three,one");
    turned("one,two,three", 2, "three,one,two");
    turned(",,", 1, ",,");
    turned(",b,", 1, "b,,");
}

/* Nobody listens there: what is asked is only where it begins. */
static void begins_at(struct address *address, const char *host, const char *port)
{
    PGconn *connection = address_connect(address);
    CHECK_STR(str_from(PQhost(connection)), str_from(host));
    CHECK_STR(str_from(PQport(connection)), str_from(port));
    PQfinish(connection);
}

TEST("the next host has its own port")
{
    struct address *address =
        address_new("host=/nowhere/a,/nowhere/b port=1,2 dbname=x", "-c jit=off", true);
    PGconn *first = address_connect(address);

    CHECK(strstr(PQerrorMessage(first), "/nowhere/a/.s.PGSQL.1") != NULL);
    PQfinish(first);
    address_next(address);
    begins_at(address, "/nowhere/a", "1"); /* both have failed: the last one tried */
    address_next(address);
    begins_at(address, "/nowhere/b", "2");
    address_free(address);
}

TEST("one host, and what is no conninfo, stay as they are")
{
    static const char *const infos[] = { "host=/nowhere dbname=x", "", "this is none",
        "postgresql://" };
    for (size_t i = 0; i < sizeof infos / sizeof *infos; i++) {
        struct address *address = address_new(infos[i], "", false);
        address_next(address);
        PQfinish(address_connect(address));
        address_free(address);
    }
}

static const char *wanted_by(const char *conninfo, bool read_only, char *into, size_t bytes)
{
    struct address *address = address_new(conninfo, "", read_only);
    PGconn *connection = address_connect(address);
    PQconninfoOption *used = PQconninfo(connection);

    *into = '\0';
    for (PQconninfoOption *one = used; one && one->keyword; one++)
        if (strcmp(one->keyword, "target_session_attrs") == 0 && one->val)
            snprintf(into, bytes, "%s", one->val);
    PQconninfoFree(used);
    PQfinish(connection);
    address_free(address);
    return into;
}

TEST("a reading session wants a primary where others want to write")
{
    char got[32];
    const char *info = "host=/nowhere target_session_attrs=read-write";

    CHECK_STR(str_from(wanted_by(info, false, got, sizeof got)), STR("read-write"));
    CHECK_STR(str_from(wanted_by(info, true, got, sizeof got)), STR("primary"));
    CHECK_STR(str_from(wanted_by("host=/nowhere target_session_attrs=any", true, got, sizeof got)),
        STR("any"));
    CHECK_STR(str_from(wanted_by("host=/nowhere", true, got, sizeof got)), STR("any"));
    setenv("PGTARGETSESSIONATTRS", "read-write", 1);
    CHECK_STR(str_from(wanted_by("host=/nowhere", true, got, sizeof got)), STR("primary"));
    unsetenv("PGTARGETSESSIONATTRS");
}
