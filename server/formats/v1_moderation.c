#include "formats/v1_moderation.h"

#include "formats/v1_parts.h"
#include "formats/v1_users.h"
#include "model/group.h"

static void read_note(const struct given *given, struct str *out)
{
    struct str note;

    if (given_is_null(given, "note") ||
        !given_text(given, "note", 0, MODERATION_NOTE_MAX_CHARS, &note))
        return;
    *out = str_trim(note).bytes > 0 ? note : STR_NONE;
}

bool v1_read_moderation(struct arena *arena, const json_t *json, const struct reader *reader,
    struct decision *out, struct invalid *why)
{
    const struct given given = { arena, why, json, "" };
    struct str group;

    *out = (struct decision){ 0 };
    given_only(&given, "state note group");
    if (v1_need(&given, "state"))
        given_word(&given, "state", "approved hidden denied spam", &out->state);
    read_note(&given, &out->note);
    if (given_text(&given, "group", 0, 100, &group) && !group_id_read(group, reader, &out->group))
        given_fault(&given, "group", "id", "`group` is a group's id (grp_…).");
    return why->count == 0;
}

bool v1_read_flag(struct arena *arena, const json_t *json, struct flag *out, struct invalid *why)
{
    const struct given given = { arena, why, json, "" };

    given_only(&given, "reason note");
    if (v1_need(&given, "reason"))
        given_word(&given, "reason", "spam abuse off_topic spoiler other", &out->reason);
    read_note(&given, &out->note);
    return why->count == 0;
}

static void write_id(
    struct writer *writer, struct arena *arena, const char *key, const char *prefix, struct uuid id)
{
    writer_key_text(writer, key, typeid_write(arena, prefix, id));
}

static void write_person(
    struct writer *writer, struct arena *arena, const char *key, const struct author *person)
{
    writer_key(writer, key);
    if (uuid_is_nil(person->id))
        writer_null(writer); /* has gone */
    else
        v1_write_author(writer, arena, person);
}

void v1_write_flag(struct writer *writer, struct arena *arena, const struct flag *flag)
{
    writer_object(writer);
    write_id(writer, arena, "annotation", "ann", flag->annotation);
    write_id(writer, arena, "document", "doc", flag->document);
    write_id(writer, arena, "group", "grp", flag->group);
    write_person(writer, arena, "by", &flag->by);
    writer_key_text(writer, "reason", flag->reason);
    writer_key_text(writer, "note", flag->note);
    v1_write_time(writer, "created_at", flag->created_us);
    v1_write_time(writer, "settled_at", flag->settled_us);
    writer_object_end(writer);
}

void v1_write_moderation_entry(
    struct writer *writer, struct arena *arena, const struct moderation_entry *entry)
{
    writer_object(writer);
    write_id(writer, arena, "annotation", "ann", entry->annotation);
    write_id(writer, arena, "document", "doc", entry->document);
    write_person(writer, arena, "author", &entry->author);
    write_person(writer, arena, "by", &entry->by);
    writer_key_text(writer, "deed", entry->deed);
    writer_key_text(writer, "note", entry->note);
    v1_write_time(writer, "created_at", entry->created_us);
    writer_object_end(writer);
}

void v1_write_mute(
    struct writer *writer, struct arena *arena, const struct author *muted, int64_t created_us)
{
    writer_object(writer);
    write_person(writer, arena, "user", muted);
    v1_write_time(writer, "created_at", created_us);
    writer_object_end(writer);
}
