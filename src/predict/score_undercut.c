/* score_undercut: is the car behind ahead after both stops. */
#include <math.h>

#include "score_lookup.h"

#define LEAST 1e-4

typedef struct part {
    const char *prefix;
    bool        under, over;
    uint32_t    from, to; /* laps until the answer */
} part;

static double told_p(const pb__asked *a)
{
    double p = a->row ? a->row->value[PB__CUT_P] : NAN;
    return isnan(p) ? 0 : p;
}

static bool is_in(const part *in, const pb__truth *t)
{
    bool over = (t->bits & PB__TRUTH_OVERCUT) != 0;
    return (over ? in->over : in->under) && t->answer >= in->from && t->answer <= in->to;
}

static void score_part(pb_score *score, const part *in, const pb__asked *asked, size_t n)
{
    size_t log_loss = pb__measure_new(score, in->prefix, "log_loss", pb__mean_of, 2);
    size_t mean_p   = pb__measure_new(score, in->prefix, "mean_p", pb__mean_of, 2);
    size_t rate     = pb__measure_new(score, in->prefix, "base_rate", pb__mean_of, 2);
    for (size_t i = 0; i < n; i++) {
        double p = told_p(&asked[i]), y = asked[i].truth->y, e = fmin(fmax(p, LEAST), 1 - LEAST);
        if (!is_in(in, asked[i].truth)) continue;
        pb__measure_take(score, log_loss, asked[i].race, -(y * log(e) + (1 - y) * log(1 - e)));
        pb__measure_take(score, mean_p, asked[i].race, p);
        pb__measure_take(score, rate, asked[i].race, y);
    }
}

static void score_all(pb_score *score, const pb__asked *asked, size_t n)
{
    size_t brier = pb__measure_new(score, "", "brier", pb__mean_of, 2);
    size_t s     = pb__series_new(score, "p_success", PB_CALIBRATION_EVENT);
    for (size_t i = 0; i < n; i++) {
        double p = told_p(&asked[i]), y = asked[i].truth->y;
        pb__measure_take(score, brier, asked[i].race, (p - y) * (p - y));
        pb__series_add(score, s, asked[i].race, p, y);
        score->facts.missing += !asked[i].row || isnan(asked[i].row->value[PB__CUT_P]);
        score->facts.positives += y > 0;
    }
    pb__curves_new(score, "", s);
    pb__ece_new(score, "", s);
}

void pb__score_undercut(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options)
{
    static const part parts[] = {{"", true, true, 1, 6},    {"under_", true, false, 1, 6}, {"over_", false, true, 1, 6},
                                 {"d1_", true, true, 1, 1}, {"d2_3_", true, true, 2, 3},   {"d4_6_", true, true, 4, 6}};
    (void)options;
    score_part(score, &parts[0], asked, n);
    score_all(score, asked, n);
    for (size_t k = 1; k < sizeof parts / sizeof *parts; k++) score_part(score, &parts[k], asked, n);
}
