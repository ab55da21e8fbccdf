#include "db/params.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

/* PostgreSQL counts its timestamps from 2000-01-01. */
#define EPOCH_2000_US 946684800000000

enum { OID_INT4 = 23, OID_TEXT = 25, OID_UUID = 2950 };

static struct db_param small(const void *bytes, size_t count)
{
    struct db_param param = { .small_bytes = (unsigned char)count, .bytes = count, .binary = true };
    memcpy(param.small, bytes, count);
    return param;
}

struct str db_param_bytes(const struct db_param *param)
{
    return param->at             ? (struct str){ param->at, param->bytes }
        : param->small_bytes > 0 ? (struct str){ (const char *)param->small, param->small_bytes }
                                 : STR_NONE;
}

struct db_param db_null(void)
{
    return (struct db_param){ 0 };
}

struct db_param db_uuid(struct uuid id)
{
    return small(id.bytes, sizeof id.bytes);
}

struct db_param db_uuid_or_null(const struct uuid *id)
{
    return id ? db_uuid(*id) : db_null();
}

struct db_param db_text(struct str text)
{
    /* Text goes as text, so that it also fits json, timestamptz and the like; libpq wants a NUL
     * behind text but not behind binary, and the two are the same bytes for text types. */
    return (struct db_param){ .at = text.at, .bytes = text.bytes, .binary = true };
}

struct db_param db_cstr(const char *text)
{
    return db_text(str_from(text));
}

struct db_param db_bytes(struct str bytes)
{
    return (struct db_param){ .at = bytes.at, .bytes = bytes.bytes, .binary = true };
}

struct db_param db_int(int32_t number)
{
    uint32_t network = htonl((uint32_t)number);
    return small(&network, sizeof network);
}

struct db_param db_long(int64_t number)
{
    uint64_t network = htobe64((uint64_t)number);
    return small(&network, sizeof network);
}

struct db_param db_double(double number)
{
    int64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return db_long(bits);
}

struct db_param db_bool(bool value)
{
    return small(&value, 1);
}

struct db_param db_time(int64_t us)
{
    return db_long(us - EPOCH_2000_US);
}

struct db_param db_time_or_null(int64_t us)
{
    return us ? db_time(us) : db_null();
}

static char *put_u32(char *at, uint32_t number)
{
    uint32_t network = htonl(number);
    memcpy(at, &network, sizeof network);
    return at + sizeof network;
}

/* array_recv()'s form: dimensions, has-nulls, element type, then length and lower bound. */
static char *put_array_head(char *at, uint32_t element_type, size_t count)
{
    at = put_u32(at, count ? 1 : 0);
    at = put_u32(at, 0);
    at = put_u32(at, element_type);
    if (count) {
        at = put_u32(at, (uint32_t)count);
        at = put_u32(at, 1);
    }
    return at;
}

#define ARRAY_HEAD_BYTES 20

static struct db_param array_param(char *start, const char *end)
{
    return (struct db_param){ .at = start, .bytes = (size_t)(end - start), .binary = true };
}

struct db_param db_ints(struct arena *arena, const int32_t *numbers, size_t count)
{
    char *start = arena_alloc(arena, ARRAY_HEAD_BYTES + count * 8);
    char *at = put_array_head(start, OID_INT4, count);
    for (size_t i = 0; i < count; i++) {
        at = put_u32(at, 4);
        at = put_u32(at, (uint32_t)numbers[i]);
    }
    return array_param(start, at);
}

struct db_param db_texts(struct arena *arena, const struct str *texts, size_t count)
{
    size_t bytes = ARRAY_HEAD_BYTES;
    for (size_t i = 0; i < count; i++)
        bytes += 4 + texts[i].bytes;
    char *start = arena_alloc(arena, bytes);
    char *at = put_array_head(start, OID_TEXT, count);
    for (size_t i = 0; i < count; i++) {
        at = put_u32(at, (uint32_t)texts[i].bytes);
        if (texts[i].bytes)
            memcpy(at, texts[i].at, texts[i].bytes);
        at += texts[i].bytes;
    }
    return array_param(start, at);
}

struct db_param db_uuids(struct arena *arena, const struct uuid *ids, size_t count)
{
    char *start = arena_alloc(arena, ARRAY_HEAD_BYTES + count * 20);
    char *at = put_array_head(start, OID_UUID, count);
    for (size_t i = 0; i < count; i++) {
        at = put_u32(at, 16);
        memcpy(at, ids[i].bytes, 16);
        at += 16;
    }
    return array_param(start, at);
}
