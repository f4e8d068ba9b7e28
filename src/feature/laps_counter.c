/* laps_counter: the lap counter of a logger, and where it goes wrong.
 *
 *         0.1        0.9   line                 of a lap
 *     |----+----------+----|----+-----
 *       ok    mid-lap   ok: told early for the next */
#include <math.h>

#include "laps_work.h"

#define NEAR_FRAC 0.1f
#define FRESH_US 2000000 /* a lap distance so old says where the car is */
#define RUN_DENSE 10     /* told so often in a row, silence means something */
#define RUN_SPARSE 100   /* silent so long, it is told only when it changes */

/* Samples of one burst change places, and some are averages over the line: only so
 * many later is it certain that the car was far from it. */
#define SETTLE_SAMPLES 4

static void step_time(pb__lap_car *c, uint16_t value, int64_t before_us, int64_t at_us)
{
    uint16_t was = c->early ? c->early : c->counter;
    if (was == 0 || value != was + 1) return;
    c->step_from = before_us;
    c->step_to   = at_us;
}

/* Share of a lap at which the car is; NAN when nobody knows. */
static float share_of_lap(const pb_laps_options *options, const pb__lap_car *c, const pb_point *p)
{
    float length = pb__lap_length(options, c);
    if (pb_point_has(p, PB_CH_LAPDIST)) return p->ch[PB_CH_LAPDIST] / length;
    if (!c->has_held || p->time_us - c->held.at_us > FRESH_US) return NAN;
    return c->held.s_m / length;
}

/* A value that is not the one of this lap. */
static void changed(const pb_laps_options *options, pb__lap_car *c, const pb_point *p)
{
    float share = share_of_lap(options, c, p);
    bool  known = !isnan(share), mid = known && share > NEAR_FRAC && share < 1 - NEAR_FRAC;
    if (c->counter && mid) {
        c->suspect        = p->lap;
        c->suspect_us     = p->time_us;
        c->suspect_m      = share * pb__lap_length(options, c);
        c->suspect_sample = c->samples;
    } else if (c->counter == 0) {
        c->counter = p->lap;
        if (c->n_crossings) c->crossings[c->n_crossings - 1].counter = p->lap;
    } else {
        c->early = p->lap; /* the line lies ahead, or between the samples */
    }
}

static void told_again(const pb_laps_options *options, pb__lap_car *c, const pb_point *p)
{
    float share = share_of_lap(options, c, p);
    if (c->silent_run < RUN_SPARSE || isnan(share) || share < NEAR_FRAC || share > 1 - NEAR_FRAC) return;
    pb__lap_glitch_add(c, PB_GLITCH_TOLD_AGAIN, p->time_us, p->lap, p->lap, share * pb__lap_length(options, c));
}

void pb__lap_counter_take(const pb_laps_options *options, pb__lap_car *c, const pb_point *p, int64_t before_us)
{
    if (p->lap == 0) {
        if (c->told_run >= RUN_DENSE) pb__lap_glitch_add(c, PB_GLITCH_SILENT, p->time_us, c->counter, 0, c->held.s_m);
        c->told_run = 0;
        c->silent_run++;
        return;
    }
    step_time(c, p->lap, before_us, p->time_us);
    if (c->told_once && p->lap == c->counter && !c->early)
        told_again(options, c, p);
    else if (p->lap != c->counter && p->lap != c->early && p->lap != c->suspect)
        changed(options, c, p);
    c->told_once  = true;
    c->silent_run = 0;
    c->told_run++;
}

void pb__lap_counter_settle(pb__lap_car *c)
{
    if (c->suspect == 0 || c->samples - c->suspect_sample < SETTLE_SAMPLES) return;
    pb__lap_glitch_add(c, PB_GLITCH_MID_LAP, c->suspect_us, c->counter, c->suspect, c->suspect_m);
    c->counter = c->suspect;
    c->suspect = 0;
}

void pb__lap_counter_cross(pb__lap_car *c, pb__crossing *x)
{
    if (c->suspect && !c->early) c->early = c->suspect;
    c->suspect = 0;
    x->counter = c->early;
    c->counter = c->early;
    c->early   = 0;
}
