/* laps_report: crossings to laps, numbered. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laps_work.h"

#define BURST_FRAC 0.2f
#define STEP_GAP_US 1000000 /* the counter helps where the distance was away for longer */
#define HOLE_M 400.0f       /* of lap distance, where times come in bursts */
#define HOLE_S 3.0f
#define DOUBT_US 1000000

static const char *const names[PB_GLITCH_N] = {"silent",  "skipped",    "back",    "stuck",
                                               "mid_lap", "told_again", "distance"};

const char *pb_lap_glitch_name(pb_lap_glitch_kind kind)
{
    return (unsigned)kind < PB_GLITCH_N ? names[kind] : "?";
}

/* When the line was crossed, by the clock of the points. */
typedef struct instant {
    int64_t at_us, doubt_us;
} instant;

static bool step_helps(const pb__crossing *x)
{
    return x->step_to && x->b_us - x->a_us > STEP_GAP_US && x->step_to - x->step_from < x->b_us - x->a_us;
}

/* Between the samples on both sides, in proportion to the distance; within the
 * step of the counter where they are far apart. */
static instant by_clock(const pb__crossing *x, float length)
{
    double  left = fmax((double)(length - x->a_m), 0), over = left + fmax((double)x->b_m, 0);
    int64_t at = x->a_us + (over > 0 ? (int64_t)((double)(x->b_us - x->a_us) * left / over) : 0);
    if (!step_helps(x)) return (instant){at, x->b_us - x->a_us};
    if (at < x->step_from) at = x->step_from;
    if (at > x->step_to) at = x->step_to;
    return (instant){at, x->step_to - x->step_from};
}

static instant by_distance(const pb__crossing *x)
{
    return (instant){(int64_t)((x->driven_s + x->tied_s) * 1e6), 0};
}

static instant instant_of(const pb_lap_report *r, const pb__crossing *x)
{
    return r->bursts && !isnan(x->tied_s) ? by_distance(x) : by_clock(x, r->lap_m);
}

static pb_telemetry_lap lap_between(const pb_laps_options *o, const pb_lap_report *r, const pb__crossing *from,
                                    const pb__crossing *to)
{
    instant          a = instant_of(r, from), b = instant_of(r, to);
    pb_telemetry_lap lap = {.counter = from->counter, .start_us = a.at_us, .end_us = b.at_us};
    lap.time_s           = (double)(b.at_us - a.at_us) * 1e-6;
    lap.plausible        = lap.time_s >= o->lo_s && lap.time_s <= o->hi_s;
    lap.unbroken         = r->bursts ? to->gap_m <= HOLE_M && from->b_m + r->lap_m - from->a_m <= HOLE_M
                                     : to->gap_s <= HOLE_S && a.doubt_us <= DOUBT_US && b.doubt_us <= DOUBT_US;
    if (r->bursts) lap.late_s = (float)((double)(to->b_us - b.at_us) * 1e-6);
    return lap;
}

static void note(pb_lap_report *r, pb_lap_glitch_kind kind, const pb_telemetry_lap *lap, int32_t from, int32_t to)
{
    r->glitches_of[kind]++;
    if (r->n_glitches == PB_LAP_GLITCHES_MAX) return;
    r->glitches[r->n_glitches++] =
        (pb_lap_glitch){.kind = (uint8_t)kind, .at_us = lap->start_us, .from = from, .to = to, .lapdist_m = 0};
}

/* The counter goes on by one at every line; where it does not, laps are numbered
 * on from the last good one. What it says is believed only across a hole in which
 * laps may have passed unseen. */
static void number_laps(pb_lap_report *r)
{
    uint16_t before = 0, told = 0; /* the number before; what the counter should say now, 0 unknown */
    for (uint32_t i = 0; i < r->n_laps; i++) {
        pb_telemetry_lap *lap  = &r->laps[i];
        uint16_t          want = before ? (uint16_t)(before + 1) : lap->counter;
        bool              hole = i > 0 && !r->laps[i - 1].plausible && lap->counter > want;
        if (told && lap->counter && lap->counter != told && !hole)
            note(r,
                 lap->counter > told        ? PB_GLITCH_SKIPPED
                 : lap->counter == told - 1 ? PB_GLITCH_STUCK
                                            : PB_GLITCH_BACK,
                 lap, told - 1, lap->counter);
        lap->number = hole ? lap->counter : want;
        before      = lap->number;
        told        = lap->counter ? (uint16_t)(lap->counter + 1) : told ? (uint16_t)(told + 1) : 0;
    }
    for (uint32_t i = r->n_laps; i-- > 1;) /* before the first that was told */
        if (r->laps[i - 1].number == 0 && r->laps[i].number > 1)
            r->laps[i - 1].number = (uint16_t)(r->laps[i].number - 1);
}

static void fill(const pb_laps_options *o, const pb__lap_car *c, pb_lap_report *r)
{
    r->car         = c->car;
    r->points      = c->points;
    r->late_points = c->late_points;
    r->burst_frac  = c->steps ? (float)c->burst_steps / (float)c->steps : 0;
    r->bursts      = r->burst_frac > BURST_FRAC;
    r->lap_m       = c->n_crossings ? pb__lap_length(o, c) : 0;
    r->n_glitches  = c->n_glitches;
    memcpy(r->glitches_of, c->glitches_of, sizeof r->glitches_of);
    memcpy(r->glitches, c->glitches, sizeof r->glitches);
    for (uint32_t i = 0; i + 1 < c->n_crossings && r->n_laps < PB_TELEMETRY_LAPS_MAX; i++)
        r->laps[r->n_laps++] = lap_between(o, r, &c->crossings[i], &c->crossings[i + 1]);
    number_laps(r);
}

void pb_laps_report_of(const pb_laps *laps, uint32_t car, pb_lap_report *out)
{
    PB_ASSERT(car < laps->n);
    memset(out, 0, sizeof *out);
    const pb__lap_car *c = laps->cars[car];
    pb__lap_car *copy    = malloc(sizeof *copy); /* its last crossings are tied as at the end, the car itself goes on */
    if (!copy) {
        fill(&laps->options, c, out);
        return;
    }
    *copy = *c;
    pb__lap_tie(&laps->options, copy, true);
    fill(&laps->options, copy, out);
    free(copy);
}
