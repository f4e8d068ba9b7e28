/* laps_tie: driven time to the clock of the points.
 *
 * Every sample was received at or after it was driven. The least of (received -
 * driven) within a minute of a crossing is what the quickest message took, and the
 * same for all crossings up to the changes of that least. */
#include <math.h>

#include "laps_work.h"

void pb__lap_arrival(pb__lap_car *c, int64_t at_us)
{
    int64_t second = (int64_t)floor(c->driven_s);
    double  lag    = (double)at_us * 1e-6 - c->driven_s;
    int     k      = (int)(second & (PB__TIE_BUCKETS - 1));
    if (c->bucket_of[k] != second) {
        c->bucket_of[k] = second;
        c->bucket[k]    = lag;
    } else if (lag < c->bucket[k]) {
        c->bucket[k] = lag;
    }
}

static double least_near(const pb_laps_options *options, const pb__lap_car *c, double driven_s)
{
    double least = NAN;
    for (int k = 0; k < PB__TIE_BUCKETS; k++) {
        double away = fabs((double)c->bucket_of[k] + 0.5 - driven_s);
        if (c->bucket_of[k] < 0 || away > options->tie_s) continue;
        if (isnan(least) || c->bucket[k] < least) least = c->bucket[k];
    }
    return least;
}

void pb__lap_tie(const pb_laps_options *options, pb__lap_car *c, bool all)
{
    for (; c->n_tied < c->n_crossings; c->n_tied++) {
        pb__crossing *x = &c->crossings[c->n_tied];
        if (!all && c->driven_s < x->driven_s + options->tie_s + 1) return;
        x->tied_s = least_near(options, c, x->driven_s);
    }
}
