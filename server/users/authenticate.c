#include "users/users.h"

#include "base/arena.h"
#include "model/reader.h"

#include <stdlib.h>

struct identities {
    int none;
};

struct identities *identities_new(void)
{
    return mem_zero(1, sizeof(struct identities));
}

void identities_free(struct identities *identities)
{
    free(identities);
}

enum step authenticate(struct request *req, step_fn *next)
{
    static const struct reader nobody = { 0 };
    req->reader = &nobody;
    return next(req);
}

bool limit_rate(struct request *req)
{
    (void)req;
    return true;
}
