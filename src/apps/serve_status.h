/* serve_status.h - how a live goes, as one JSON object or one line for people.
 *
 * Used by the serve command only. */
#ifndef PB_APPS_SERVE_STATUS_H
#define PB_APPS_SERVE_STATUS_H

#include <stdio.h>

#include "pitboard/engine_live.h"

typedef struct serve_status {
    pb_live_status now, before; /* rates are between the two */
    double         cpu_frac;    /* of one core since the one before */
    double         cpu_total;   /* seconds */
    int64_t        rss_kb;
} serve_status;

/* Takes a new one; what was now is before. */
void serve_status_take(serve_status *s, pb_live *live);
/* One line, keys as in docs/engine.md. */
void serve_status_json(const serve_status *s, pb_live *live, FILE *to);
void serve_status_line(const serve_status *s, pb_live *live, FILE *to);

#endif
