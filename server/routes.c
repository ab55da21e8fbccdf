/* Every route: method, path, operation (the same as in api/openapi.yaml), who may, and its code. */
#include "http/router.h"
#include "meta/meta.h"
#include "reader/reader.h"

const struct route routes[] = {
    { "GET", "/api/v1", "getIndex", ANYONE, SCOPE_NONE, meta_index, NULL, NULL, false },
    { "GET", "/api/v1/openapi.json", "getContract", UNASKED, SCOPE_NONE, meta_contract, NULL, NULL,
        false },
    { "GET", "/api/v1/problems", "listProblems", UNASKED, SCOPE_NONE, meta_problems, NULL, NULL,
        false },
    { "GET", "/api/v1/problems/{slug}", "getProblem", UNASKED, SCOPE_NONE, meta_problem, NULL, NULL,
        false },

    { "GET", "/healthz", "getHealth", UNASKED, SCOPE_NONE, meta_health, NULL, NULL, false },
    { "GET", "/readyz", "getReadiness", UNASKED, SCOPE_NONE, meta_ready, NULL, NULL, false },

    { "GET", "/", "pageTexts", ANYONE, SCOPE_NONE, page_texts, NULL, NULL, true },
    { "GET", "/signin", "pageSignIn", ANYONE, SCOPE_NONE, page_sign_in, "next", NULL, true },
    { "GET", "/signout", "pageSignOut", ANYONE, SCOPE_NONE, page_sign_out, NULL, NULL, true },
    { "GET", "/new", "pageNew", ANYONE, SCOPE_NONE, page_new, "group", NULL, true },
    { "GET", "/account", "pageAccount", ANYONE, SCOPE_NONE, page_account, NULL, NULL, true },
    { "GET", "/join/{code}", "pageJoin", ANYONE, SCOPE_NONE, page_join, NULL, NULL, true },
    { "GET", "/setup/{code}", "pageSetup", ANYONE, SCOPE_NONE, page_setup, NULL, NULL, true },
    { "GET", "/g/{group}", "pageGroup", ANYONE, SCOPE_NONE, page_group, NULL, NULL, true },
    { "GET", "/d/{document}", "pageReader", ANYONE, SCOPE_NONE, page_reader, NULL, NULL, true },
    { "GET", "/n/{annotation}", "pageAnnotation", ANYONE, SCOPE_NONE, page_annotation, NULL, NULL,
        true },
    { "GET", "/assets/{version}/{file}", "getAsset", UNASKED, SCOPE_NONE, asset_get, NULL, NULL,
        true },
};
const size_t route_count = sizeof routes / sizeof *routes;
