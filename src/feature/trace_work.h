/* trace_work.h - the parts of a trace: rows onto a line of metres, its jitter, and that line onto a grid. */
#ifndef PB_FEATURE_TRACE_WORK_H
#define PB_FEATURE_TRACE_WORK_H

#include <math.h>

#include "pitboard/feature_trace.h"

#define PB__RADIANS 0.017453292519943295
#define PB__DEGREE_M 111195.08 /* of latitude, on a sphere with the mean radius of the earth (IUGG: 6,371,008.8 m) */

typedef struct pb__line {
    uint32_t         n; /* rows of the lap, distance not falling */
    const pb_point **row;
    double          *d_m, *t_s;
    bool            *anchor;
    double           length_m, time_s;
    uint8_t          way;
    uint32_t         anchors;
    bool             jitters;
    bool             sure; /* the way from row to row is well known */
} pb__line;

static inline bool pb__has_degrees(const pb_point *p)
{
    return isfinite(p->lat_deg) && isfinite(p->lon_deg) && (p->lat_deg != 0 || p->lon_deg != 0);
}

/* Everything in it is one block, from malloc, at line->row. */
pb_status pb__line_make(const pb_trace_ask *ask, const pb_point *rows, uint32_t n, pb__line *line, pb_error *error);
/* Of a line with anchors whose way from row to row (sum: from the line to each row) is sure: says whether they jitter. */
void pb__smooth_anchors(pb__line *line, const double *sum);
/* room: of line->n, its own. */
void      pb__smooth_rows(const pb_trace_ask *ask, pb__line *line, double *room);
pb_status pb__grid_make(const pb_trace_ask *ask, const pb__line *line, pb_trace *out, pb_error *error);

#endif
