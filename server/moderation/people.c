#include "moderation/people.h"

static const char *column(struct arena *arena, const char *role, const char *what)
{
    return arena_printf(arena, "%s_%s", role, what).at;
}

struct author person_of(struct arena *arena, const struct db_result *res, int row, const char *role)
{
    return (struct author){
        .id = db_get_uuid(res, row, column(arena, role, "id")),
        .name = db_get_text(res, row, column(arena, role, "name")),
        .display_name = db_get_text(res, row, column(arena, role, "display_name")),
        .is_masked = db_get_bool(res, row, column(arena, role, "masked")),
        .mask = db_get_text(res, row, column(arena, role, "mask")),
    };
}

struct flag flag_of(struct arena *arena, const struct db_result *res, int row, struct uuid group)
{
    return (struct flag){
        .annotation = db_get_uuid(res, row, "annotation_id"),
        .document = db_get_uuid(res, row, "document_id"),
        .group = group,
        .by = person_of(arena, res, row, "by"),
        .reason = db_get_text(res, row, "reason"),
        .note = db_get_text(res, row, "note"),
        .created_us = db_get_time(res, row, "created_at"),
        .settled_us = db_get_time(res, row, "settled_at"),
    };
}
