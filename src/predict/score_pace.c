/* score_pace: lap times in seconds, by horizon, in dry races, and on clean laps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "score_lookup.h"

#define Z90 1.2815515655 /* of the standard normal, as the independent scorer has it */
#define SQRT_2PI 2.5066282746310002
#define SQRT_PI 1.7724538509055159

/* Subsets in the order of their names. */
typedef struct subset {
    const char *name;
    uint8_t     bit;
    bool        calibrated;
} subset;
static const subset subsets[] = {{"", 0, true}, {"clean_", PB__TRUTH_CLEAN, true}, {"dry_", PB__TRUTH_DRY, false}};

typedef struct measures {
    size_t mae, rmse, bias, crps, coverage, width, covered;
} measures;

static int by_size(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

double pb__median_size(double *x, size_t n)
{
    if (n == 0) return NAN;
    qsort(x, n, sizeof *x, by_size);
    return (fabs(x[(n - 1) / 2]) + fabs(x[n / 2])) / 2;
}

/* Continuous ranked probability score of the normal with these 10 and 90 % points
 * around the prediction (Gneiting and Raftery 2007, eq. 21). */
static double normal_crps(double error, double lo, double hi)
{
    double s = fmax((hi - lo) / (2 * Z90), 1e-6), w = -error / s;
    double cdf = 0.5 * erfc(-w / sqrt(2));
    return s * (w * (2 * cdf - 1) + 2 * exp(-w * w / 2) / SQRT_2PI - 1 / SQRT_PI);
}

static measures make(pb_score *score, const char *prefix, bool calibrated)
{
    char name[40];
    snprintf(name, sizeof name, "%sq10..q90", prefix);
    measures m = {.mae      = pb__measure_new(score, prefix, "mae", pb__mean_of, 2),
                  .rmse     = pb__measure_new(score, prefix, "rmse", pb__root_of, 2),
                  .bias     = pb__measure_new(score, prefix, "bias", pb__mean_of, 2),
                  .crps     = pb__measure_new(score, prefix, "crps", pb__mean_of, 2),
                  .coverage = pb__measure_new(score, prefix, "coverage80", pb__mean_of, 2),
                  .width    = pb__measure_new(score, prefix, "width80", pb__mean_of, 2),
                  .covered  = SIZE_MAX};
    if (calibrated) m.covered = pb__series_new(score, name, PB_CALIBRATION_INTERVAL);
    if (calibrated && !score->broken) score->series[m.covered].nominal = 0.8;
    return m;
}

static void take(pb_score *score, const measures *m, const pb__asked *a)
{
    double error = a->row->value[PB__PACE_S] - a->truth->y;
    double lo = a->row->value[PB__PACE_Q10], hi = a->row->value[PB__PACE_Q90];
    pb__measure_take(score, m->mae, a->race, fabs(error));
    pb__measure_take(score, m->rmse, a->race, error);
    pb__measure_take(score, m->bias, a->race, error);
    if (isnan(lo) || isnan(hi)) return;
    bool inside = lo <= a->truth->y && a->truth->y <= hi;
    pb__measure_take(score, m->crps, a->race, normal_crps(error, lo, hi));
    pb__measure_take(score, m->coverage, a->race, inside);
    pb__measure_take(score, m->width, a->race, hi - lo);
    if (m->covered != SIZE_MAX) pb__series_add(score, m->covered, a->race, 0, inside);
}

static bool told(const pb__asked *a)
{
    return a->row && !isnan(a->row->value[PB__PACE_S]);
}

static void score_subset(pb_score *score, const pb__asked *asked, size_t n, int horizon, const subset *of, double *room)
{
    char   prefix[20];
    size_t k = 0;
    snprintf(prefix, sizeof prefix, "h%d_%s", horizon, of->name);
    measures m = make(score, prefix, of->calibrated);
    for (size_t i = 0; i < n; i++) {
        if (asked[i].truth->horizon != horizon || (asked[i].truth->bits & of->bit) != of->bit || !told(&asked[i]))
            continue;
        take(score, &m, &asked[i]);
        room[k++] = asked[i].row->value[PB__PACE_S] - asked[i].truth->y;
    }
    pb__measure_fixed(score, prefix, "median_ae", pb__median_size(room, k), k);
}

void pb__score_pace(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options)
{
    double *room = malloc((n + 1) * sizeof *room);
    (void)options;
    if (!room) score->broken = true;
    for (size_t i = 0; i < n; i++) score->facts.missing += !told(&asked[i]);
    for (int h = 1; h <= 5 && room; h += 4)
        for (size_t s = 0; s < sizeof subsets / sizeof *subsets; s++)
            score_subset(score, asked, n, h, &subsets[s], room);
    free(room);
}
