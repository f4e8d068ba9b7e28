/* live_retain.h - inside store only: a run of retention. */
#ifndef PITBOARD_STORE_LIVE_RETAIN_H
#define PITBOARD_STORE_LIVE_RETAIN_H

#include "store_internal.h"

typedef struct pb__retain {
    pb_store              *store;
    const pb_store_policy *policy;
    bool                   dry_run;
    pb_store_retained     *out;
    pb_error              *error;
    char                   session[PB__WHERE_MAX]; /* at hand */
} pb__retain;

typedef struct pb__chunk_key {
    int64_t car, seq;
} pb__chunk_key;

pb_status pb__retain_windows(pb__retain *r);

#endif
