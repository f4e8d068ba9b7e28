/* form_pace: the pace of a race car by car, without a model: laps against the
 * field's median of the same lap number, so that fuel, rain and the track fall
 * out. (effects.md: tyre plans are alike enough; a regression did no better.) */
#include <math.h>
#include <stdlib.h>

#include "form_seen.h"
#include "pitboard/num.h"
#include "truth.h"

#define FIRST_LAP 4
#define LAPS_LEAST 5 /* of a car, and cars of a lap */
#define SLOW_FRAC 1.07
#define SLOW_WET_FRAC 1.6
#define FAST_PCT (-2.5) /* further off the field than this is no pace */
#define SLOW_PCT 4.0

typedef struct laps {
    double  s[PB_CARS_MAX][PB_LAPS_MAX + 1]; /* 0: none */
    double  best_s;
    int32_t most;
} laps;

static double best_s(const pb_race_log *log)
{
    double best = INFINITY;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++)
            if (log->cars[c].laps[i].time_ms > 0) best = fmin(best, log->cars[c].laps[i].time_ms * 1e-3);
    return best;
}

static void gather(const pb_race_log *log, laps *all)
{
    double slow = pb__race_is_dry(log) ? SLOW_FRAC : SLOW_WET_FRAC;
    all->best_s = best_s(log);
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb_lap *lap = &log->cars[c].laps[i];
            if (lap->number < FIRST_LAP || lap->number > PB_LAPS_MAX || !pb_lap_is_clean(lap)) continue;
            double s = lap->time_ms * 1e-3;
            if (s > slow * all->best_s) continue;
            all->s[c][lap->number] = s;
            if (lap->number > all->most) all->most = lap->number;
        }
}

/* Times become distances to the field's median of that lap, NAN where there is none. */
static void against_field(laps *all, uint32_t n_cars)
{
    for (int32_t l = 0; l <= all->most; l++) {
        double   of[PB_CARS_MAX];
        uint32_t n = 0;
        for (uint32_t c = 0; c < n_cars; c++)
            if (all->s[c][l] > 0) of[n++] = all->s[c][l];
        double middle = n >= LAPS_LEAST ? pb_median(of, n) : (double)NAN;
        for (uint32_t c = 0; c < n_cars; c++) all->s[c][l] = all->s[c][l] > 0 ? all->s[c][l] - middle : (double)NAN;
    }
}

static double median_of(const double *s, int32_t most)
{
    double   of[PB_LAPS_MAX + 1];
    uint32_t n = 0;
    for (int32_t l = 0; l <= most; l++)
        if (isfinite(s[l])) of[n++] = s[l];
    return n >= LAPS_LEAST ? pb_median(of, n) : (double)NAN;
}

void pb__form_pace(const pb_history_race *race, double pace_pct[PB_CARS_MAX])
{
    uint32_t n_cars = race->log->n_cars, n = 0;
    double   of[PB_CARS_MAX];
    laps    *all = calloc(1, sizeof *all);
    for (uint32_t c = 0; c < PB_CARS_MAX; c++) pace_pct[c] = NAN;
    if (!all) return;
    gather(race->log, all);
    against_field(all, n_cars);
    for (uint32_t c = 0; c < n_cars; c++) {
        pace_pct[c] = 100 * median_of(all->s[c], all->most) / all->best_s;
        if (isfinite(pace_pct[c])) of[n++] = pace_pct[c];
    }
    double middle = n >= LAPS_LEAST ? pb_median(of, n) : (double)NAN;
    for (uint32_t c = 0; c < n_cars; c++)
        if (isfinite(pace_pct[c])) pace_pct[c] = fmin(fmax(pace_pct[c] - middle, FAST_PCT), SLOW_PCT);
    free(all);
}
