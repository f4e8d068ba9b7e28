/* profile_stint: what the residuals of a car's clear laps say of its tyres, its steadiness and its compounds.
 *
 * A residual is a lap less what car, lap number, compound and age ask for in that race
 * (pace_model.h), so that the field's wear of the same compound is off already: what is left
 * over age within a stint is the car's own. */
#include <math.h>
#include <string.h>

#include "pitboard/num.h"
#include "profile_parts.h"

#define STINT_LAPS 5     /* fewer show no trend */
#define AGE_SPREAD 400.0 /* sum of squares of age about stint means: two stints of some 13 laps */
#define STEADY_LAPS 20
#define COMPOUND_LAPS 6 /* on it, and off it */
#define CARS_LEAST 6

typedef struct sums {
    double   xx, xy;             /* age and residual, about the means of stints */
    double   off_s[PB_LAPS_MAX]; /* residuals about the trend of their stint */
    uint32_t n_off, n;
    double   on_s[PB_COMPOUND_N];
    uint32_t on_n[PB_COMPOUND_N];
} sums;

static bool counts(const pb__pace_lap *p, const pb_lap *lap)
{
    return p->used && !isnan(p->residual_s) && p->lapped_by == 0 && lap->tyre_age_laps >= 1;
}

/* Rows from .. to - 1 are one set. */
static void add_stint(const pb_log_car *car, const pb__pace_lap *p, uint32_t from, uint32_t to, sums *s)
{
    double m = 0, sx = 0, sy = 0, xx = 0, xy = 0;
    for (uint32_t i = from; i < to; i++) {
        if (!counts(&p[i], &car->laps[i])) continue;
        m++;
        sx += car->laps[i].tyre_age_laps;
        sy += (double)p[i].residual_s;
        s->on_s[car->laps[i].compound] += (double)p[i].residual_s;
        s->on_n[car->laps[i].compound]++;
    }
    if (m < STINT_LAPS) return;
    for (uint32_t i = from; i < to; i++) {
        if (!counts(&p[i], &car->laps[i])) continue;
        double dx = car->laps[i].tyre_age_laps - sx / m;
        xx += dx * dx;
        xy += dx * ((double)p[i].residual_s - sy / m);
    }
    for (uint32_t i = from; i < to && s->n_off < PB_LAPS_MAX; i++)
        if (counts(&p[i], &car->laps[i]))
            s->off_s[s->n_off++] = (double)p[i].residual_s - sy / m - xy / xx * (car->laps[i].tyre_age_laps - sx / m);
    s->xx += xx;
    s->xy += xy;
    s->n += (uint32_t)m;
}

static void sum_car(const pb__profiled *race, uint32_t c, sums *s)
{
    const pb_log_car *car = &race->log->cars[c];
    memset(s, 0, sizeof *s);
    for (uint32_t from = 0, to; from < car->n_laps; from = to) {
        for (to = from + 1; to < car->n_laps && pb_same_set(car, to - 1);) to++;
        add_stint(car, race->pace->lap[c], from, to, s);
    }
}

static void set_compounds(const pb__profiled *race, const sums *s, pb_profile_car *car)
{
    static const uint8_t of[3] = {PB_COMPOUND_SOFT, PB_COMPOUND_MEDIUM, PB_COMPOUND_HARD};
    double               all   = 0;
    uint32_t             n     = 0;
    for (int k = 0; k < PB_COMPOUND_N; k++) all += s->on_s[k], n += s->on_n[k];
    for (int k = 0; k < 3; k++) {
        uint32_t on = s->on_n[of[k]], off = n - on;
        if (on < COMPOUND_LAPS || off < COMPOUND_LAPS) continue;
        double less_s = s->on_s[of[k]] / on - (all - s->on_s[of[k]]) / off;
        pb__profile_set(car, (pb_profile_measure)(PB_PROFILE_SOFT + k), 100 * less_s / race->pace->best_s, on);
    }
}

/* Less the field's: the mean of its cars, those far out cut to three sigmas. */
static void against_field(pb_profile_race *out, pb_profile_measure m)
{
    double   of[PB_CARS_MAX], spare[PB_CARS_MAX], sum = 0;
    uint32_t n = 0;
    for (uint32_t c = 0; c < out->n_cars; c++) {
        double value = (double)out->cars[c].value[m];
        if (!isfinite(value)) continue;
        of[n]      = value;
        spare[n++] = value;
    }
    double middle = pb_median(of, n), reach = 3 * pb_mad_sigma(spare, n);
    for (uint32_t i = 0; i < n; i++) sum += fmin(fmax(of[i], middle - reach), middle + reach);
    double field = n >= CARS_LEAST ? sum / n : (double)NAN;
    for (uint32_t c = 0; c < out->n_cars; c++) out->cars[c].value[m] -= (float)field;
}

void pb__profile_stints(const pb__profiled *race, pb_profile_race *out)
{
    sums s;
    if (!race->dry) return;
    for (uint32_t c = 0; c < out->n_cars; c++) {
        if (!race->pace->lap[c]) continue;
        sum_car(race, c, &s);
        if (s.xx >= AGE_SPREAD) pb__profile_set(&out->cars[c], PB_PROFILE_TYRE, s.xy / s.xx, s.n);
        if (s.n_off >= STEADY_LAPS)
            pb__profile_set(&out->cars[c], PB_PROFILE_STEADY, pb_mad_sigma(s.off_s, s.n_off), s.n_off);
        set_compounds(race, &s, &out->cars[c]);
    }
    against_field(out, PB_PROFILE_TYRE);
    against_field(out, PB_PROFILE_STEADY);
}
