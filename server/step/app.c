#include "step/app.h"

struct str app_url(struct arena *arena, const struct app *app, struct str path)
{
    return arena_printf(arena, "%.*s%.*s", STR_ARG(app->settings->base_url), STR_ARG(path));
}
