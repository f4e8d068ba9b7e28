/* score_pitstop: seconds in the pit lane. */
#include <math.h>
#include <stdlib.h>

#include "score_lookup.h"

#define NEAR_S 5.0
#define OUTSIDE_COST 20.0 /* 2 / alpha of a 90 % interval */

static bool told(const pb__asked *a)
{
    return a->row && !isnan(a->row->value[PB__LANE_S]);
}

static void score_errors(pb_score *score, const pb__asked *asked, size_t n, double *room)
{
    size_t mae  = pb__measure_new(score, "", "mae", pb__mean_of, 2);
    size_t rmse = pb__measure_new(score, "", "rmse", pb__root_of, 2);
    size_t bias = pb__measure_new(score, "", "bias", pb__mean_of, 2);
    size_t near = pb__measure_new(score, "", "mae_within5", pb__mean_of, 2), k = 0;
    for (size_t i = 0; i < n; i++) {
        if (!told(&asked[i])) {
            score->facts.missing++;
            continue;
        }
        double error = asked[i].row->value[PB__LANE_S] - asked[i].truth->y;
        pb__measure_take(score, mae, asked[i].race, fabs(error));
        pb__measure_take(score, rmse, asked[i].race, error);
        pb__measure_take(score, bias, asked[i].race, error);
        if (fabs(error) <= NEAR_S) pb__measure_take(score, near, asked[i].race, fabs(error));
        room[k++] = error;
    }
    pb__measure_fixed(score, "", "median_ae", pb__median_size(room, k), k);
}

static void score_intervals(pb_score *score, const pb__asked *asked, size_t n)
{
    size_t coverage = pb__measure_new(score, "", "coverage90", pb__mean_of, 2);
    size_t width    = pb__measure_new(score, "", "width90", pb__mean_of, 2);
    size_t interval = pb__measure_new(score, "", "interval_score90", pb__mean_of, 2);
    size_t covered  = pb__series_new(score, "q05..q95", PB_CALIBRATION_INTERVAL);
    if (!score->broken) score->series[covered].nominal = 0.9;
    for (size_t i = 0; i < n; i++) {
        if (!told(&asked[i])) continue;
        double lo = asked[i].row->value[PB__LANE_Q05], hi = asked[i].row->value[PB__LANE_Q95], y = asked[i].truth->y;
        if (isnan(lo) || isnan(hi)) continue;
        bool inside = lo <= y && y <= hi;
        pb__measure_take(score, coverage, asked[i].race, inside);
        pb__measure_take(score, width, asked[i].race, hi - lo);
        pb__measure_take(score, interval, asked[i].race,
                         hi - lo + OUTSIDE_COST * fmax(lo - y, 0) + OUTSIDE_COST * fmax(y - hi, 0));
        pb__series_add(score, covered, asked[i].race, 0, inside);
    }
}

void pb__score_pitstop(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options)
{
    double *room = malloc((n + 1) * sizeof *room);
    (void)options;
    if (!room) {
        score->broken = true;
        return;
    }
    score_errors(score, asked, n, room);
    score_intervals(score, asked, n);
    free(room);
}
