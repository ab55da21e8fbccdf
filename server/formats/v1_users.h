/* Accounts, sessions and tokens, to and from the native API's JSON. Scopes travel by name. */
#ifndef GLOSS_FORMATS_V1_USERS_H
#define GLOSS_FORMATS_V1_USERS_H

#include "base/invalid.h"
#include "base/writer.h"
#include "model/user.h"

#include <jansson.h>

struct names {
    const struct str *at;
    size_t count;
};

struct sign_up {
    struct str name, display_name, password;
    struct str invitation, setup; /* codes */
    bool session;
};

struct new_password {
    struct str current, new;
};

struct new_token {
    struct str name;
    struct names scopes;
    bool has_scopes;
    int64_t expires_us; /* 0: never */
};

/* False: *why says what is wrong. Texts are borrowed from the JSON value. */
bool v1_read_sign_up(
    struct arena *arena, const json_t *json, struct sign_up *out, struct invalid *why);
bool v1_read_session(struct arena *arena, const json_t *json, struct str *name,
    struct str *password, struct invalid *why);
bool v1_read_new_password(
    struct arena *arena, const json_t *json, struct new_password *out, struct invalid *why);
/* known: the scopes that there are. */
bool v1_read_new_token(struct arena *arena, const json_t *json, int64_t now_us, struct names known,
    struct new_token *out, struct invalid *why);
/* Merge patches: what is not in them stays STR_NONE. */
bool v1_read_me_patch(
    struct arena *arena, const json_t *json, struct str *display_name, struct invalid *why);
/* The body of POST /me/erase. */
bool v1_read_erasure(
    struct arena *arena, const json_t *json, struct str *password, struct invalid *why);
bool v1_read_token_patch(
    struct arena *arena, const json_t *json, struct str *name, struct invalid *why);

/* {"id","name","display_name"}; NULL is null. */
void v1_write_user(struct writer *writer, struct arena *arena, const struct user *user);
/* The same, with `masked` and `mask` where there is one to tell of. */
void v1_write_author(struct writer *writer, struct arena *arena, const struct author *author);
struct str v1_write_me(
    struct arena *arena, const struct account *account, struct names scopes, struct uuid everyone);
struct str v1_write_session(struct arena *arena, const struct session *session);
/* text: the token itself, shown only when it is made; else STR_NONE. */
void v1_write_token(struct writer *writer, struct arena *arena, const struct token *token,
    struct names scopes, struct str text);

#endif
