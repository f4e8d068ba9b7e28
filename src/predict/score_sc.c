/* score_sc: will a safety car come out within three laps; will the field change
 * to or from wet tyres within five. */
#include <math.h>
#include <string.h>

#include "score_lookup.h"

#define LEAST 1e-4
#define WINDOW 3.0 /* laps a row speaks of */

typedef struct measures {
    size_t brier, log_loss, mean_p, base_rate;
} measures;

static double told_p(const pb__asked *a)
{
    return a->row ? a->row->value[PB__SC_P] : NAN;
}

static void take(pb_score *score, const measures *m, size_t race, double p, double y)
{
    double e = fmin(fmax(p, LEAST), 1 - LEAST);
    pb__measure_take(score, m->brier, race, (p - y) * (p - y));
    pb__measure_take(score, m->log_loss, race, -(y * log(e) + (1 - y) * log(1 - e)));
    pb__measure_take(score, m->mean_p, race, p);
    pb__measure_take(score, m->base_rate, race, y);
}

/* From this lap on. A missing row counts as none. */
static void score_from(pb_score *score, const char *prefix, const char *name, const pb__asked *asked, size_t n,
                       uint16_t from)
{
    measures m        = {.brier     = pb__measure_new(score, prefix, "brier", pb__mean_of, 2),
                         .log_loss  = pb__measure_new(score, prefix, "log_loss", pb__mean_of, 2),
                         .mean_p    = pb__measure_new(score, prefix, "mean_p", pb__mean_of, 2),
                         .base_rate = pb__measure_new(score, prefix, "base_rate", pb__mean_of, 2)};
    size_t   s        = pb__series_new(score, name, from < 4 ? (uint32_t)PB_CALIBRATION_EVENT : PB__NOT_CALIBRATED);
    bool     sc       = strncmp(name, "p_sc_3", 6) == 0;
    double   expected = 0, counted = 0;
    for (size_t i = 0; i < n && !score->broken; i++) {
        double p = told_p(&asked[i]), y = asked[i].truth->y;
        if (asked[i].truth->lap < from) continue;
        if (isnan(p)) p = 0;
        take(score, &m, asked[i].race, p, y);
        pb__series_add(score, s, asked[i].race, p, y);
        expected += asked[i].truth->lap == from ? p : p / WINDOW;
        counted += asked[i].truth->lap == from ? y : y / WINDOW;
    }
    if (score->broken) return;
    if (sc) score->series[s].expected = expected;
    if (sc) score->series[s].counted = counted;
    pb__curves_new(score, prefix, s);
    pb__ece_new(score, prefix, s);
}

static void count(pb_score *score, const pb__asked *asked, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        score->facts.missing += isnan(told_p(&asked[i])) != 0;
        score->facts.positives += asked[i].truth->y > 0;
    }
}

void pb__score_sc(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options)
{
    (void)options;
    count(score, asked, n);
    score_from(score, "", "p_sc_3", asked, n, 0);
    score_from(score, "from1_", "p_sc_3, from lap 1", asked, n, 1);
    score_from(score, "from4_", "p_sc_3, from lap 4", asked, n, 4);
}

/* The same measures of another event within some laps. */
void pb__score_rain(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options)
{
    (void)options;
    count(score, asked, n);
    score_from(score, "", "p_switch_5", asked, n, 0);
}
