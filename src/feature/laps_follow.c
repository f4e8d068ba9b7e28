/* laps_follow: the points of a car, to crossings of the line.
 *
 * A sample of the lap distance waits until the next one is there: one that lies
 * between two that fit, without fitting itself, is passed over.
 *
 *     3691 --> 1851 --> 12      an average over the line: passed over
 *     3687 --> 2 --> 3697       out of order: passed over
 *     3691 --> 12 --> 26        the line */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laps_work.h"

#define FALL_FRAC 0.5f  /* a fall by more of a lap is the line */
#define LEAST_M 500     /* no lap is shorter */
#define JITTER_M 5      /* samples of one burst may change places */
#define BEHIND_MAX 20   /* so many samples behind: the distance has begun anew */
#define BURST_MS 120.0f /* m/s that no car reaches */
#define SLOW_MS 3.0f    /* below, distance says nothing of time */

pb_laps_options pb_laps_options_default(void)
{
    return (pb_laps_options){.lo_s = 80, .hi_s = 200, .tie_s = 60};
}

pb_status pb_laps_create(const pb_laps_options *options, pb_laps **out, pb_error *error)
{
    pb_laps *laps = calloc(1, sizeof *laps);
    if (!laps) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    laps->options = options ? *options : pb_laps_options_default();
    PB_ASSERT(laps->options.tie_s > 0 && laps->options.tie_s <= 120 && laps->options.lap_m >= 0);
    *out = laps;
    return PB_OK;
}

void pb_laps_destroy(pb_laps *laps)
{
    if (!laps) return;
    for (uint32_t i = 0; i < laps->n; i++) free(laps->cars[i]);
    free(laps);
}

uint32_t pb_laps_cars(const pb_laps *laps)
{
    return laps->n;
}

void pb__lap_glitch_add(pb__lap_car *c, pb_lap_glitch_kind kind, int64_t at_us, int32_t from, int32_t to, float s_m)
{
    c->glitches_of[kind]++;
    if (c->n_glitches == PB_LAP_GLITCHES_MAX) return;
    c->glitches[c->n_glitches++] =
        (pb_lap_glitch){.kind = (uint8_t)kind, .at_us = at_us, .from = from, .to = to, .lapdist_m = s_m};
}

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Where laps end: the upper quartile of the last distances, since the last sample
 * before the line may be missing but hardly ever lies beyond it. */
static float length_of(const pb__lap_car *c)
{
    float    ends[PB_TELEMETRY_LAPS_MAX + 1];
    uint32_t n = c->n_crossings;
    if (n == 0) return LEAST_M;
    for (uint32_t i = 0; i < n; i++) ends[i] = c->crossings[i].a_m;
    qsort(ends, n, sizeof *ends, by_size);
    return ends[n * 3 / 4];
}

float pb__lap_length(const pb_laps_options *options, const pb__lap_car *c)
{
    if (options->lap_m > 0) return options->lap_m;
    if (c->n_crossings > 0) return c->length_m;
    return c->far_m > LEAST_M ? c->far_m : LEAST_M;
}

/* Metres over the speed at both ends, or the clock where that says nothing. */
static double driven_between(const pb__lap_sample *a, const pb__lap_sample *b, float metres)
{
    float v = a->v_ms < 0 ? b->v_ms : b->v_ms < 0 ? a->v_ms : 0.5f * (a->v_ms + b->v_ms);
    if (v < SLOW_MS) return (double)(b->at_us - a->at_us) * 1e-6;
    return (double)(metres / v);
}

static void cross(const pb_laps_options *options, pb__lap_car *c, const pb__lap_sample *b)
{
    const pb__lap_sample *a = &c->last;
    if (c->n_crossings > PB_TELEMETRY_LAPS_MAX) return;
    pb__crossing *x = &c->crossings[c->n_crossings++];
    *x              = (pb__crossing){.a_us = a->at_us, .b_us = b->at_us, .a_m = a->s_m, .b_m = b->s_m, .tied_s = NAN};
    c->length_m     = length_of(c);
    float  length = pb__lap_length(options, c), left = fmaxf(length - a->s_m, 0), over = left + fmaxf(b->s_m, 0);
    double driven = driven_between(a, b, over);
    x->driven_s   = c->driven_s + (over > 0 ? driven * (double)(left / over) : 0);
    c->driven_s += driven;
    c->gap_m = fmaxf(c->gap_m, over);
    x->gap_m = c->gap_m;
    x->gap_s = c->gap_s;
    c->gap_m = c->gap_s = 0;
    if (c->step_to > a->at_us && c->step_from < b->at_us) {
        x->step_from = c->step_from;
        x->step_to   = c->step_to;
    }
    pb__lap_counter_cross(c, x);
}

static void count_step(pb__lap_car *c, const pb__lap_sample *b, float metres)
{
    double seconds = (double)(b->at_us - c->last.at_us) * 1e-6;
    if (metres <= 0) return;
    c->steps++;
    c->burst_steps += (double)metres > (double)BURST_MS * seconds;
}

/* A sample that is believed. */
static void accept(const pb_laps_options *options, pb__lap_car *c, const pb__lap_sample *b)
{
    float step = b->s_m - c->last.s_m, length = pb__lap_length(options, c);
    if (!c->has_last) {
        c->has_last = true;
    } else if (step < -FALL_FRAC * length) {
        cross(options, c, b);
    } else if (step < 0 && ++c->behind < BEHIND_MAX) {
        return;
    } else if (step >= 0) {
        count_step(c, b, step);
        c->gap_m = fmaxf(c->gap_m, step);
        c->driven_s += driven_between(&c->last, b, step);
    }
    c->behind = 0;
    c->last   = *b;
    c->samples++;
    pb__lap_counter_settle(c);
    c->far_m = fmaxf(c->far_m, b->s_m);
    pb__lap_arrival(c, b->at_us);
    pb__lap_tie(options, c, false);
}

/* It falls, but the next one says that this was not the line. */
static bool is_odd(const pb_laps_options *options, const pb__lap_car *c, const pb__lap_sample *next)
{
    float length = pb__lap_length(options, c);
    if (!c->has_last || c->held.s_m >= c->last.s_m - JITTER_M) return false;
    return next->s_m < c->held.s_m || next->s_m - c->held.s_m > FALL_FRAC * length;
}

static void take_sample(const pb_laps_options *options, pb__lap_car *c, const pb__lap_sample *next)
{
    if (c->has_held && is_odd(options, c, next))
        pb__lap_glitch_add(c, PB_GLITCH_DISTANCE, c->held.at_us, (int32_t)c->last.s_m, (int32_t)c->held.s_m,
                           c->held.s_m);
    else if (c->has_held)
        accept(options, c, &c->held);
    c->held     = *next;
    c->has_held = true;
}

static pb__lap_car *car_of(pb_laps *laps, int32_t car)
{
    for (uint32_t i = 0; i < laps->n; i++)
        if (laps->cars[i]->car == car) return laps->cars[i];
    if (laps->n == PB_TELEMETRY_CARS_MAX) return NULL;
    pb__lap_car *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->car      = car;
    c->last_us  = INT64_MIN;
    c->speed_ms = -1;
    for (int k = 0; k < PB__TIE_BUCKETS; k++) c->bucket_of[k] = -1;
    laps->cars[laps->n++] = c;
    return c;
}

bool pb_laps_add(pb_laps *laps, const pb_point *p)
{
    pb__lap_car *c = car_of(laps, p->car);
    if (!c) return false;
    c->points++;
    if (p->time_us < c->last_us) {
        c->late_points++;
        return true;
    }
    int64_t before = c->last_us;
    if (before != INT64_MIN) c->gap_s = fmaxf(c->gap_s, (float)(p->time_us - before) * 1e-6f);
    c->last_us = p->time_us;
    if (pb_point_has(p, PB_CH_SPEED)) c->speed_ms = p->ch[PB_CH_SPEED] / 3.6f;
    pb__lap_counter_take(&laps->options, c, p, before);
    if (pb_point_has(p, PB_CH_LAPDIST)) {
        pb__lap_sample s = {p->time_us, p->ch[PB_CH_LAPDIST], c->speed_ms};
        take_sample(&laps->options, c, &s);
    }
    return true;
}
