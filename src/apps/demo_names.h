/* demo_names - the race and the car of `pitboard demo`; of what there is not, what there is. */
#ifndef PITBOARD_APPS_DEMO_NAMES_H
#define PITBOARD_APPS_DEMO_NAMES_H

#include "pitboard/engine_sessions.h"

/* PB_E_USAGE names the races that ship. */
pb_status demo_find_race(const char *name, char *path, size_t cap, pb_error *error);
/* Of the session that plays, once its cars are known. PB_E_USAGE names them. */
pb_status demo_find_car(pb_sessions *sessions, const char *team, const char *id, const char *car, pb_error *error);

#endif
