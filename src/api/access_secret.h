/* access_secret.h - inside api only: 32 random bytes in a file that only its owner reads. */
#ifndef PB_API_ACCESS_SECRET_H
#define PB_API_ACCESS_SECRET_H

#include "pitboard/base.h"

#define PB__SECRET 32

/* Reads it; makes it when it is missing, whole or not at all. PB_E_IO when others can
 * read it. */
pb_status pb__secret_load(const char *path, uint8_t out[PB__SECRET], pb_error *error);

#endif
