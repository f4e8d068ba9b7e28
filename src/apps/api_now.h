/* api_now.h - the followed race of a body, {"session": ID, ...}, as it stood when it was asked about.
 *
 * It is copied once, before it is looked whether the answer is kept, so that the answer is of
 * the moment whose key it is kept under. A session of another team is none. */
#ifndef PB_APPS_API_NOW_H
#define PB_APPS_API_NOW_H

#include "pitboard/engine_sessions.h"

typedef struct api_now {
    pb_ask *ask; /* NULL: the body names no session */
    char    version[PB_SESSION_VERSION_MAX];
} api_now;

/* PB_E_NOENT with the pointer /session for none, or another team's. api_now_free in every case. */
pb_status api_now_take(pb_sessions *sessions, const char *team, pb_json body, api_now *out, pb_error *error);
void      api_now_free(api_now *now);

#endif
