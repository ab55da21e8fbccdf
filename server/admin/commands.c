#include "admin/commands.h"

#include "admin/database.h"
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

int command_version(const struct config *config)
{
    (void)config;
    puts("gloss " GLOSS_VERSION);
    return 0;
}
