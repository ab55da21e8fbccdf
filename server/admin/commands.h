/* The commands but `serve`. Each returns the exit status: 0, or 1 after saying on stderr what went
 * wrong and what to do. */
#ifndef GLOSS_ADMIN_COMMANDS_H
#define GLOSS_ADMIN_COMMANDS_H

#include "admin/config.h"

int command_migrate(const struct config *config);
int command_doctor(const struct config *config);
int command_routes(const struct config *config);
int command_permissions(const struct config *config);
int command_version(const struct config *config);
int command_user_add(const struct config *config);
int command_user_list(const struct config *config);
int command_user_disable(const struct config *config);
int command_user_erase(const struct config *config);
int command_user_passwd(const struct config *config);
int command_token_create(const struct config *config);

#endif
