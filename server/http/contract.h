/* api/openapi.yaml as JSON, built into the program (server/tools/embed.c). */
#ifndef GLOSS_HTTP_CONTRACT_H
#define GLOSS_HTTP_CONTRACT_H

#include "base/str.h"

extern const struct str contract_json;
extern const char contract_hash[]; /* first 16 hexadecimal digits of its SHA-256 */

#endif
