/* serve_home.h - the folder where a server keeps what is its own: the secret of its
 * tokens, backups, and a store when none is named. */
#ifndef PB_APPS_SERVE_HOME_H
#define PB_APPS_SERVE_HOME_H

#include "pitboard/base.h"

#define SERVE_PATH_MAX 2048

/* given, or XDG_DATA_HOME/pitboard, or ~/.local/share/pitboard; made (0700) when it is
 * not there. */
pb_status serve_home(const char *given, char out[SERVE_PATH_MAX], pb_error *error);
/* One inside of it; made (0700) when it is not there. */
pb_status serve_home_folder(const char *path, pb_error *error);
/* One server at a time: two would play each other's sessions again. PB_E_IO names who is there.
 * *lock is for serve_home_unlock; a process that is killed leaves none. */
pb_status serve_home_lock(const char *home, int *lock, pb_error *error);
void      serve_home_unlock(int lock); /* -1 is harmless */
/* "sqlite:HOME/serve.db". */
pb_status serve_home_store(const char *home, char out[SERVE_PATH_MAX], pb_error *error);
/* A store in a file that is not there yet is made so that nobody else can read it: it
 * will hold password hashes. One that is there stays as it is. */
void serve_home_private(const char *store_url);

#endif
