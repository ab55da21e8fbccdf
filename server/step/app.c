#include "step/app.h"

struct str app_url(struct arena *arena, const struct app *app, struct str path)
{
    return arena_printf(arena, "%.*s%.*s", STR_ARG(app->settings->base_url), STR_ARG(path));
}

void app_rights_changed(struct app *app)
{
    atomic_fetch_add(&app->shared->rights_epoch, 1);
}
