/* score_pitcall: does this car stop at the end of this lap. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "score_lookup.h"

#define LEAST 1e-6
#define WINDOW 2 /* laps a call may be early */

/* Right calls, wrong calls, missed stops. */
enum { RIGHT, WRONG, MISSED, CALLS_COLS };
/* Calls a stop follows, calls, stops that were called, stops. */
enum { GOOD_CALLS, CALLS, FOUND, STOPS, WINDOW_COLS };

static double told_p(const pb__asked *a)
{
    double p = a->row ? a->row->value[PB__CALL_P] : NAN;
    return isnan(p) ? 0 : p;
}

static double precision_of(const double *s, uint32_t cols)
{
    (void)cols;
    return s[RIGHT] + s[WRONG] > 0 ? s[RIGHT] / (s[RIGHT] + s[WRONG]) : NAN;
}

static double recall_of(const double *s, uint32_t cols)
{
    (void)cols;
    return s[RIGHT] + s[MISSED] > 0 ? s[RIGHT] / (s[RIGHT] + s[MISSED]) : NAN;
}

static double window_precision_of(const double *s, uint32_t cols)
{
    (void)cols;
    return s[CALLS] > 0 ? s[GOOD_CALLS] / s[CALLS] : NAN;
}

static double window_recall_of(const double *s, uint32_t cols)
{
    (void)cols;
    return s[STOPS] > 0 ? s[FOUND] / s[STOPS] : NAN;
}

static double window_f1_of(const double *s, uint32_t cols)
{
    if (!(s[CALLS] > 0) || !(s[STOPS] > 0)) return NAN;
    double p = window_precision_of(s, cols), r = window_recall_of(s, cols);
    return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

/* The same sums under three names. */
static void score_threshold(pb_score *score, const char *prefix, const pb__asked *asked, size_t n, double threshold)
{
    static const struct {
        const char  *name;
        pb__of_sums *of;
    } kinds[] = {{"f1", pb__f1_of}, {"precision", precision_of}, {"recall", recall_of}};
    for (int k = 0; k < 3; k++) {
        size_t m = pb__measure_new(score, prefix, kinds[k].name, kinds[k].of, CALLS_COLS);
        for (size_t i = 0; i < n; i++) {
            bool call = told_p(&asked[i]) >= threshold, stop = asked[i].truth->y > 0;
            pb__measure_row(score, m);
            if (call || stop) pb__measure_add(score, m, asked[i].race, call ? (stop ? RIGHT : WRONG) : MISSED, 1);
        }
    }
}

static bool same_car(const pb__asked *a, const pb__asked *b)
{
    return a->race == b->race && a->truth->car == b->truth->car;
}

/* A stop on this lap or within the window after it; truths of a car stand in the
 * order of its laps. */
static bool stop_follows(const pb__asked *asked, size_t n, size_t i)
{
    for (size_t k = i; k < n && same_car(&asked[k], &asked[i]) && asked[k].truth->lap <= asked[i].truth->lap + WINDOW;
         k++)
        if (asked[k].truth->y > 0) return true;
    return false;
}

/* A call on this lap or within the window before it. */
static bool call_precedes(const pb__asked *asked, size_t i, double threshold)
{
    for (size_t k = i + 1; k-- > 0;) {
        if (!same_car(&asked[k], &asked[i]) || asked[k].truth->lap + WINDOW < asked[i].truth->lap) return false;
        if (told_p(&asked[k]) >= threshold) return true;
    }
    return false;
}

static void score_window(pb_score *score, const pb__asked *asked, size_t n, double threshold)
{
    static const struct {
        const char  *name;
        pb__of_sums *of;
    } kinds[] = {
        {"window3_f1", window_f1_of}, {"window3_precision", window_precision_of}, {"window3_recall", window_recall_of}};
    for (int k = 0; k < 3; k++) {
        size_t m = pb__measure_new(score, "", kinds[k].name, kinds[k].of, WINDOW_COLS);
        for (size_t i = 0; i < n; i++) {
            bool call = told_p(&asked[i]) >= threshold, stop = asked[i].truth->y > 0;
            pb__measure_row(score, m);
            if (call) pb__measure_add(score, m, asked[i].race, CALLS, 1);
            if (call && stop_follows(asked, n, i)) pb__measure_add(score, m, asked[i].race, GOOD_CALLS, 1);
            if (stop) pb__measure_add(score, m, asked[i].race, STOPS, 1);
            if (stop && call_precedes(asked, i, threshold)) pb__measure_add(score, m, asked[i].race, FOUND, 1);
        }
    }
}

static void score_probabilities(pb_score *score, const pb__asked *asked, size_t n)
{
    size_t s = pb__series_new(score, "p_stop", PB_CALIBRATION_EVENT);
    for (size_t i = 0; i < n; i++) pb__series_add(score, s, asked[i].race, told_p(&asked[i]), asked[i].truth->y);
    pb__curves_new(score, "", s);
    size_t brier    = pb__measure_new(score, "", "brier", pb__mean_of, 2);
    size_t log_loss = pb__measure_new(score, "", "log_loss", pb__mean_of, 2);
    for (size_t i = 0; i < n; i++) {
        double p = told_p(&asked[i]), y = asked[i].truth->y, e = fmin(fmax(p, LEAST), 1 - LEAST);
        pb__measure_take(score, brier, asked[i].race, (p - y) * (p - y));
        pb__measure_take(score, log_loss, asked[i].race, -(y * log(e) + (1 - y) * log(1 - e)));
    }
    pb__ece_new(score, "", s);
}

static void score_compounds(pb_score *score, const pb__asked *asked, size_t n)
{
    size_t m = pb__measure_new(score, "", "compound_acc", pb__mean_of, 2);
    for (size_t i = 0; i < n; i++) {
        if (asked[i].truth->y == 0) continue;
        const char *want = pb_compound_name((pb_compound)asked[i].truth->compound);
        pb__measure_take(score, m, asked[i].race, asked[i].row && strcasecmp(asked[i].row->text[0], want) == 0);
    }
}

/* ---- the best threshold ---- */

typedef struct call {
    double p, y;
} call;

static int falling(const void *a, const void *b)
{
    const call *x = a, *y = b;
    return (x->p < y->p) - (x->p > y->p);
}

/* Half way between the last probability that is called and the next. */
double pb__best_threshold(const pb__asked *asked, size_t n)
{
    call  *calls = malloc((n + 1) * sizeof *calls);
    double stops = 0, right = 0, best = -1, threshold = NAN;
    if (!calls) return NAN;
    for (size_t i = 0; i < n; i++) {
        calls[i] = (call){.p = told_p(&asked[i]), .y = asked[i].truth->y};
        stops += calls[i].y;
    }
    qsort(calls, n, sizeof *calls, falling);
    for (size_t i = 0; i < n; i++) {
        right += calls[i].y;
        if (i + 1 < n && calls[i + 1].p == calls[i].p) continue;
        double f1 = 2 * right / ((double)(i + 1) + stops);
        if (f1 <= best) continue;
        best      = f1;
        threshold = (calls[i].p + (i + 1 < n ? calls[i + 1].p : 0)) / 2;
    }
    free(calls);
    return threshold;
}

void pb__score_pitcall(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options)
{
    double threshold = isnan(options->threshold) ? pb__best_threshold(asked, n) : options->threshold;
    for (size_t i = 0; i < n; i++) {
        score->facts.missing += !asked[i].row || isnan(asked[i].row->value[PB__CALL_P]);
        score->facts.positives += asked[i].truth->y > 0;
    }
    score->facts.threshold = threshold;
    score_threshold(score, "", asked, n, threshold);
    score_threshold(score, "at05_", asked, n, 0.5);
    score_window(score, asked, n, threshold);
    score_probabilities(score, asked, n);
    score_compounds(score, asked, n);
}
