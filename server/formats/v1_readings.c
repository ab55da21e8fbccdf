#include "formats/v1_readings.h"

#include "formats/given.h"
#include "formats/v1_parts.h"
#include "formats/v1_users.h"

#define OWN_COUNT_MAX 1000

bool v1_read_reading_rule(struct arena *arena, const json_t *json, int64_t now_us,
    struct reading_rule *out, struct invalid *why)
{
    struct given given = { arena, why, json, "" };
    int64_t own_count = 0;

    *out = (struct reading_rule){ 0 };
    given_only(&given, "own_count by_reader due_at");
    if (!given_is_null(&given, "own_count"))
        given_int(&given, "own_count", 1, OWN_COUNT_MAX, &own_count);
    out->own_count = (int32_t)own_count;
    if (!given_is_null(&given, "by_reader"))
        given_bool(&given, "by_reader", &out->by_reader);
    v1_read_time_to_come(&given, "due_at", now_us, &out->due_us);
    return why->count == 0;
}

static void write_count(struct writer *writer, const char *key, bool is_there, int32_t count)
{
    if (is_there)
        writer_key_int(writer, key, count);
    else
        writer_key_null(writer, key);
}

static void write_rule(struct writer *writer, const struct reading_rule *rule)
{
    writer_key(writer, "rule");
    writer_object(writer);
    write_count(writer, "own_count", rule->own_count > 0, rule->own_count);
    writer_key_bool(writer, "by_reader", rule->by_reader);
    v1_write_time(writer, "due_at", rule->due_us);
    writer_object_end(writer);
}

static void write_me(struct writer *writer, const struct reading *reading)
{
    int32_t missing = reading->rule.own_count - reading->own;
    bool is_needed = reading->is_counted && !reading->is_revealed && reading->rule.own_count > 0;

    writer_key(writer, "me");
    writer_object(writer);
    writer_key_bool(writer, "revealed", reading->is_revealed);
    writer_key_int(writer, "own", reading->own);
    write_count(writer, "needed", is_needed, missing > 0 ? missing : 0);
    writer_object_end(writer);
}

static void write_ready(struct writer *writer, struct arena *arena, const struct ready_list *ready)
{
    writer_key(writer, "ready");
    writer_array(writer);
    for (size_t i = 0; i < ready->count; i++) {
        const struct ready *it = &ready->at[i];
        writer_object(writer);
        writer_key(writer, "user");
        v1_write_user(writer, arena, &it->user);
        writer_key_bool(writer, "revealed", it->is_revealed);
        writer_key_int(writer, "own", it->own);
        writer_object_end(writer);
    }
    writer_array_end(writer);
}

struct str v1_write_reading(
    struct arena *arena, const struct reading *reading, const struct ready_list *ready)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    write_rule(&writer, &reading->rule);
    writer_key_bool(&writer, "sealed", reading->revealed_us == 0);
    v1_write_time(&writer, "revealed_at", reading->revealed_us);
    write_me(&writer, reading);
    if (ready)
        write_ready(&writer, arena, ready);
    else
        writer_key_null(&writer, "ready");
    writer_object_end(&writer);
    return writer_finish(&writer, arena);
}
