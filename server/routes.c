/* Every route: method, path, operation (the same as in api/openapi.yaml), who may, and its code. */
#include "http/router.h"
#include "meta/meta.h"

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
};
const size_t route_count = sizeof routes / sizeof *routes;
