/* The table of permissions, for programs and people to read. */
#include "groups/groups.h"

/* Members of a list whose words have a space between. */
static void write_words(struct writer *writer, const char *key, struct str words)
{
    struct str word, rest = words;

    writer_key(writer, key);
    writer_array(writer);
    while (rest.bytes > 0) {
        str_cut(rest, ' ', &word, &rest);
        writer_text(writer, word);
    }
    writer_array_end(writer);
}

/* GET /api/v1/permissions (listPermissions) */
enum step permission_list(struct request *req)
{
    struct writer writer;

    writer_start(&writer);
    writer_object(&writer);
    writer_key(&writer, "data");
    writer_array(&writer);
    for (int deed = 0; deed < DEEDS; deed++) {
        struct deed_row row = deed_row(req->arena, (enum deed)deed);
        writer_object(&writer);
        writer_key_cstr(&writer, "deed", row.name);
        writer_key_cstr(&writer, "summary", row.summary);
        write_words(&writer, "roles", row.roles);
        write_words(&writer, "others", row.others);
        write_words(&writer, "kinds", row.kinds);
        writer_object_end(&writer);
    }
    writer_array_end(&writer);
    writer_key_null(&writer, "next");
    writer_object_end(&writer);
    return respond_json(req, 200, writer_finish(&writer, req->arena));
}
