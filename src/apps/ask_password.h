/* ask_password.h - a password from a person or a pipe, never from the command line. */
#ifndef PB_APPS_ASK_PASSWORD_H
#define PB_APPS_ASK_PASSWORD_H

#include "pitboard/base.h"

#define PB__PASSWORD_CAP 1026

/* On a terminal: asked twice, nothing shown. Else the first line of standard input.
 * Wipe it when it has done its duty. */
pb_status pb__ask_password(const char *whose, char out[PB__PASSWORD_CAP], pb_error *error);

#endif
