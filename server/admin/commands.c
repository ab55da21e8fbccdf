#include "admin/commands.h"

#include "admin/database.h"
#include "groups/permissions.h"
#include "http/router.h"

#include <stdio.h>

int command_migrate(const struct config *config)
{
    struct arena *arena = arena_make();
    struct database database;
    struct str why = STR_NONE;
    int applied = 0;
    bool done = database_open(arena, config, &database, &why);

    if (done) {
        done = database_migrate(arena, &database, &applied, &why);
        database_close(&database);
    }
    if (done && applied)
        printf("%d step%s applied; the schema is current\n", applied, applied == 1 ? "" : "s");
    else if (done)
        puts("the schema is current");
    else
        fprintf(stderr, "gloss: %.*s\n", STR_ARG(why));
    arena_free(arena);
    return done ? 0 : 1;
}

int command_routes(const struct config *config)
{
    (void)config;
    for (size_t i = 0; i < route_count; i++)
        printf("%s %s %s\n", routes[i].method, routes[i].pattern, routes[i].operation);
    return 0;
}

/* The table in Markdown, as the README has it. */
int command_permissions(const struct config *config)
{
    struct arena *arena = arena_make();

    (void)config;
    puts("| deed | owner | admin | moderator | member | others | in | |\n"
         "| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (int deed = 0; deed < DEEDS; deed++) {
        struct deed_row row = deed_row(arena, (enum deed)deed);
        printf("| `%s` ", row.name);
        for (int role = ROLE_OWNER; role > ROLE_NONE; role--)
            printf("| %s ",
                str_find(row.roles, str_from(role_name((enum role)role)), 0) != SIZE_MAX ? "yes"
                                                                                         : "-");
        printf("| %.*s | %.*s | %s |\n", STR_ARG(row.others.bytes ? row.others : STR("-")),
            STR_ARG(row.kinds), row.summary);
    }
    arena_free(arena);
    return 0;
}

int command_version(const struct config *config)
{
    (void)config;
    puts("gloss " GLOSS_VERSION);
    return 0;
}
