/* score_rejoin: the place after the out-lap of a stop. */
#include <math.h>

#include "score_lookup.h"

/* Subsets: all, races in the dry, stops with nobody else's near. */
static const struct {
    const char *prefix;
    uint8_t     bits;
} subsets[] = {{"", 0}, {"dry_", PB__TRUTH_DRY}, {"quiet_", PB__TRUTH_QUIET}};

static double told(const pb__asked *a)
{
    return a->row ? a->row->value[PB__REJOIN_PLACE] : NAN;
}

/* How far the told place, rounded half to even, is from what came; infinite where nothing was told. */
static double off(const pb__asked *a)
{
    double p = told(a);
    return isnan(p) ? INFINITY : fabs(rint(p) - a->truth->y);
}

static void score_hits(pb_score *score, const pb__asked *asked, size_t n, const char *prefix, uint8_t bits)
{
    size_t exact  = pb__measure_new(score, prefix, "exact", pb__mean_of, 2);
    size_t within = pb__measure_new(score, prefix, "within1", pb__mean_of, 2);
    for (size_t i = 0; i < n; i++) {
        if ((asked[i].truth->bits & bits) != bits) continue;
        pb__measure_take(score, exact, asked[i].race, off(&asked[i]) < 0.5);
        pb__measure_take(score, within, asked[i].race, off(&asked[i]) < 1.5);
    }
}

static void score_errors(pb_score *score, const pb__asked *asked, size_t n)
{
    size_t mae = pb__measure_new(score, "", "mae", pb__mean_of, 2);
    for (size_t i = 0; i < n; i++) {
        if (isnan(told(&asked[i])))
            score->facts.missing++;
        else
            pb__measure_take(score, mae, asked[i].race, fabs(told(&asked[i]) - asked[i].truth->y));
    }
}

static void score_probability(pb_score *score, const pb__asked *asked, size_t n)
{
    size_t brier  = pb__measure_new(score, "", "brier_within1", pb__mean_of, 2);
    size_t series = pb__series_new(score, "p_within1", PB_CALIBRATION_EVENT);
    for (size_t i = 0; i < n; i++) {
        double p = asked[i].row ? asked[i].row->value[PB__REJOIN_WITHIN] : NAN, y = off(&asked[i]) < 1.5;
        if (isnan(told(&asked[i])) || isnan(p)) continue;
        pb__measure_take(score, brier, asked[i].race, (p - y) * (p - y));
        pb__series_add(score, series, asked[i].race, p, y);
    }
}

void pb__score_rejoin(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options)
{
    (void)options;
    for (size_t s = 0; s < sizeof subsets / sizeof *subsets; s++)
        score_hits(score, asked, n, subsets[s].prefix, subsets[s].bits);
    score_errors(score, asked, n);
    score_probability(score, asked, n);
}
