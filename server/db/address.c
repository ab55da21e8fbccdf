#include "db/address.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { HOST, HOSTADDR, PORT, LISTS };

static const char *const list_keys[LISTS] = { "host", "hostaddr", "port" };

struct address {
    const char *conninfo, *options;
    char *lists[LISTS]; /* only those that name several */
    char *wants;        /* target_session_attrs, where it is not as the conninfo has it */
    int turns;
};

static int count_of(const char *list)
{
    int count = 1;

    for (; *list; list++)
        count += *list == ',';
    return count;
}

char *address_turned(const char *list, int places)
{
    const char *rest = list;
    size_t bytes = strlen(list);
    char *turned = mem_alloc(bytes + 1);

    for (places %= count_of(list); places > 0; places--)
        rest = strchr(rest, ',') + 1;
    size_t behind = strlen(rest), before = bytes - behind;
    memcpy(turned, rest, behind);
    if (before > 0) {
        turned[behind] = ',';
        memcpy(turned + behind + 1, list, before - 1);
    }
    turned[bytes] = '\0';
    return turned;
}

static char *copy_of(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(mem_alloc(bytes), text, bytes);
}

/* A session that may only read is not "read-write" to libpq, whatever its server is: then the
 * server has to be a primary, which is what was meant. */
static char *wants_instead(const char *wanted, bool read_only)
{
    return read_only && wanted && strcmp(wanted, "read-write") == 0 ? copy_of("primary") : NULL;
}

struct address *address_new(const char *conninfo, const char *options, bool read_only)
{
    struct address *address = mem_zero(1, sizeof *address);
    PQconninfoOption *given = PQconninfoParse(conninfo, NULL);
    const char *wanted = getenv("PGTARGETSESSIONATTRS");

    address->conninfo = conninfo;
    address->options = options;
    for (PQconninfoOption *one = given; one && one->keyword; one++) {
        if (!one->val)
            continue;
        for (int i = 0; i < LISTS; i++)
            if (strcmp(one->keyword, list_keys[i]) == 0 && strchr(one->val, ','))
                address->lists[i] = copy_of(one->val);
        if (strcmp(one->keyword, "target_session_attrs") == 0)
            wanted = one->val;
    }
    address->wants = wants_instead(wanted, read_only);
    PQconninfoFree(given);
    return address;
}

void address_free(struct address *address)
{
    for (int i = 0; i < LISTS; i++)
        free(address->lists[i]);
    free(address->wants);
    free(address);
}

/* What comes behind dbname wins over what the conninfo says. */
PGconn *address_connect(const struct address *address)
{
    const char *keys[7 + LISTS] = { "dbname", "options", "application_name", "client_encoding",
        "tcp_user_timeout" };
    const char *values[7 + LISTS] = { address->conninfo, address->options, "gloss", "UTF8",
        "5000" };
    char *turned[LISTS] = { NULL };
    int count = 5;

    for (int i = 0; i < LISTS; i++) {
        if (!address->lists[i])
            continue;
        turned[i] = address_turned(address->lists[i], address->turns);
        keys[count] = list_keys[i];
        values[count++] = turned[i];
    }
    if (address->wants) {
        keys[count] = "target_session_attrs";
        values[count++] = address->wants;
    }
    PGconn *connection = PQconnectStartParams(keys, values, 1);
    for (int i = 0; i < LISTS; i++)
        free(turned[i]);
    return connection;
}

void address_next(struct address *address)
{
    for (int i = 0; i < LISTS; i++)
        if (address->lists[i]) {
            address->turns = (address->turns + 1) % count_of(address->lists[i]);
            return;
        }
}
