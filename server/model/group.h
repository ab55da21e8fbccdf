/* Groups: who reads together. */
#ifndef GLOSS_MODEL_GROUP_H
#define GLOSS_MODEL_GROUP_H

#include "model/reader.h"
#include "model/user.h"

#define GROUP_IDS_MAX 100

/* Roles of members, as the database spells them. Everyone above MEMBER leads. */
enum role { ROLE_NONE, ROLE_MEMBER, ROLE_MODERATOR, ROLE_ADMIN, ROLE_OWNER, ROLES };

const char *role_name(enum role role);
/* ROLE_NONE for anything else. */
enum role role_of_name(struct str name);

enum group_kind { GROUP_ORDINARY, GROUP_EVERYONE, GROUP_OWN, GROUP_PAIR };

enum group_kind group_kind_of_name(struct str name);
/* As the native API spells it. */
const char *group_kind_shown(enum group_kind kind);

/* The name under which a member writes in one group. */
struct mask {
    struct uuid id; /* nil: there is none */
    struct str name;
    bool worn;
};

/* Names of deeds (groups/permissions.h). */
struct may {
    const char *const *names;
    size_t count;
};

struct group {
    struct uuid id;
    struct str name, description; /* a description that was not given is none */
    enum group_kind kind;
    struct str access; /* private, restricted, open */
    bool anonymous, leaders_see_through, premoderated;
    enum role role;   /* the reader's; ROLE_NONE outside */
    bool by_nobody;   /* the reader has not signed in */
    int32_t members;  /* -1: not the reader's to know */
    struct mask mask; /* the reader's */
    struct may may;   /* what the reader may do in it */
    int64_t created_us, updated_us;
    int32_t version;
};

struct member {
    struct author user; /* as another member sees them */
    enum role role;
    int64_t joined_us; /* 0: not the reader's to know */
};

struct invitation {
    struct uuid id, group;
    struct str code;
    enum role role;
    int32_t uses_left;         /* -1: any number */
    int64_t expires_us;        /* 0: never */
    const struct user *author; /* NULL: gone */
    int64_t created_us;
};

/* Somebody asks to be let into a group. */
struct join_request {
    struct uuid id, group;
    struct str group_name; /* STR_NONE: not the reader's to know */
    struct user user;
    struct str message, state, reason; /* message and reason: STR_NONE where there is none */
    int64_t created_us, decided_us;
};

/* The group that all users belong to; its id is the same on every server. */
extern const struct uuid group_everyone;

/* A group as a client names it: `grp_…`, `everyone`, or `mine` (of who has signed in). False: no
 * such name. Whether there is such a group, and whether the reader may see it, is not asked. */
bool group_id_read(struct str text, const struct reader *reader, struct uuid *out);

/* Several of them with commas between, as lists take them. */
struct group_ids {
    struct uuid at[GROUP_IDS_MAX];
    size_t count;
};
bool group_ids_read(struct str text, const struct reader *reader, struct group_ids *out);

#endif
