#include "formats/v1_readings.h"

#include "formats/given.h"
#include "formats/v1_parts.h"
#include "formats/v1_users.h"

#define OWN_COUNT_MAX 1000
#define EXACT_CHARS 300

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
        v1_write_author(writer, arena, &it->user);
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

/* -- the comparison ---------------------------------------------------------------------------- */

static void write_compared_reader(
    struct writer *writer, struct arena *arena, const struct compared_reader *reader)
{
    writer_object(writer);
    writer_key(writer, "user");
    v1_write_author(writer, arena, &reader->author);
    writer_key_int(writer, "annotations", (int64_t)reader->annotations);
    writer_key_int(writer, "alike", (int64_t)reader->alike);
    writer_key_int(writer, "alone", (int64_t)reader->alone);
    writer_object_end(writer);
}

static int64_t position(const struct comparison *it, int32_t chars)
{
    return it->is_utf16 ? (int64_t)text_utf16_of_char(it->text, (size_t)chars) : chars;
}

static struct str exact_of(const struct comparison *it, const struct passage *passage)
{
    size_t start = (size_t)passage->start, end = (size_t)passage->end;

    return text_between(it->text, start, end - start > EXACT_CHARS ? start + EXACT_CHARS : end);
}

static void write_passage(struct writer *writer, struct arena *arena, const struct comparison *it,
    const struct passage *passage)
{
    writer_object(writer);
    writer_key_int(writer, "start", position(it, passage->start));
    writer_key_int(writer, "end", position(it, passage->end));
    writer_key_text(writer, "exact", exact_of(it, passage));
    writer_key(writer, "readers");
    writer_array(writer);
    for (size_t i = 0; i < passage->reader_count; i++)
        writer_text(writer, typeid_write(arena, "usr", it->readers[passage->readers[i]].author.id));
    writer_array_end(writer);
    writer_key(writer, "annotations");
    writer_array(writer);
    for (size_t i = 0; i < passage->mark_count; i++)
        writer_text(writer, typeid_write(arena, "ann", it->annotations[passage->marks[i]]));
    writer_array_end(writer);
    writer_object_end(writer);
}

struct str v1_write_comparison(struct arena *arena, const struct comparison *it)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key_text(&writer, "revision", typeid_write(arena, "rev", it->revision));
    writer_key(&writer, "readers");
    writer_array(&writer);
    for (size_t i = 0; i < it->reader_count; i++)
        write_compared_reader(&writer, arena, &it->readers[i]);
    writer_array_end(&writer);
    writer_key_int(&writer, "alike", (int64_t)it->passages.alike);
    writer_key_int(&writer, "alone", (int64_t)it->passages.alone);
    writer_key(&writer, "passages");
    writer_array(&writer);
    for (size_t i = 0; i < it->passages.count; i++)
        write_passage(&writer, arena, it, &it->passages.at[i]);
    writer_array_end(&writer);
    writer_key_bool(&writer, "complete", it->complete);
    writer_object_end(&writer);
    return writer_finish(&writer, arena);
}
