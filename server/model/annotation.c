#include "model/annotation.h"

static const char *const names[REACTIONS] = {
    [REACTION_AGREE] = "agree",
    [REACTION_DISAGREE] = "disagree",
    [REACTION_QUESTION] = "question",
    [REACTION_THANKS] = "thanks",
    [REACTION_WANT_ANSWER] = "want_answer",
};

const char *reaction_name(enum reaction reaction)
{
    return names[reaction];
}

enum reaction reaction_of_name(struct str name)
{
    enum reaction r = REACTION_AGREE;
    while (r < REACTIONS && !str_eq(name, str_from(names[r])))
        r++;
    return r;
}
