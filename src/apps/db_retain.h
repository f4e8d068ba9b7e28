/* db_retain.h - `pitboard db retain`: what is old goes, or is told that it would. */
#ifndef PB_APPS_DB_RETAIN_H
#define PB_APPS_DB_RETAIN_H

#include "pitboard/store_live.h"

typedef struct pb__retain_args {
    const char     *store, *shown;
    bool            now, json;
    pb_store_policy policy;
} pb__retain_args;

pb_status pb__db_retain(const pb__retain_args *a, pb_error *error);

#endif
