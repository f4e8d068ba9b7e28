/* How our calls agree with the stops that were made. A call begins on the first of
 * a run of laps on which we said stop; a stop belongs to the call that stands on its
 * lap, or stood on one of the two before. A call without a stop is a false one. What
 * is said of the lap after a stop is passed over: at the leader's line the car has not
 * ended its in-lap yet, so nobody has seen the stop. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backtest_calls.h"
#include "pitboard/codec.h"

#define GRACE 2 /* laps a call is remembered */

enum { ALL, GREEN, SC, VSC, GROUPS };
static const char *const group_names[GROUPS] = {"", "green_", "sc_", "vsc_"};

/* What one race adds up to. */
typedef struct tally {
    double stops[GROUPS], called[GROUPS], within[GROUPS][3], error[GROUPS], sets;
    double cars, false_calls;
} tally;

static uint32_t group_of(const backtest_call *c)
{
    return c->flag == PB_NEUTRAL_SC ? SC : c->flag == PB_NEUTRAL_VSC ? VSC : GREEN;
}

static void add_stop(tally *t, const backtest_call *stop, const backtest_call *first, const backtest_call *last)
{
    uint32_t groups[2] = {ALL, group_of(stop)};
    for (int g = 0; g < 2; g++) {
        t->stops[groups[g]]++;
        if (!first) continue;
        int error = (int)first->lap - (int)stop->lap;
        t->called[groups[g]]++;
        t->error[groups[g]] += error;
        for (int w = 0; w < 3; w++) t->within[groups[g]][w] += abs(error) <= w;
    }
    if (first) t->sets += last->compound == stop->fitted;
}

/* Rows of one car, by lap. */
static void add_car(tally *t, const backtest_call *at, size_t n)
{
    const backtest_call *first = NULL, *last = NULL; /* of the call that stands or stood lately */
    int                  stopped = -9;
    t->cars++;
    for (size_t i = 0; i < n; i++) {
        bool box = at[i].box && at[i].lap != stopped + 1;
        if (first && !box && at[i].lap > last->lap + GRACE) {
            t->false_calls++;
            first = last = NULL;
        }
        if (box) {
            if (!first) first = &at[i];
            last = &at[i];
        }
        if (!at[i].stops) continue;
        add_stop(t, &at[i], first, last);
        first = last = NULL;
        stopped      = at[i].lap;
    }
    if (first) t->false_calls++;
}

static size_t run_of(const backtest_call *at, size_t n, size_t i, bool by_car)
{
    size_t k = i + 1;
    while (k < n && at[k].season == at[i].season && at[k].round == at[i].round &&
           (!by_car || strcmp(at[k].driver, at[i].driver) == 0))
        k++;
    return k;
}

static void add_tally(tally *to, const tally *from)
{
    double       *a = (double *)to;
    const double *b = (const double *)from;
    for (size_t i = 0; i < sizeof *to / sizeof *a; i++) a[i] += b[i];
}

static size_t values_of(const tally *t, pb_metric *out, double *x)
{
    size_t n = 0;
    for (uint32_t g = 0; g < GROUPS; g++) {
        const double v[] = {t->within[g][0] / t->stops[g], t->within[g][1] / t->stops[g], t->within[g][2] / t->stops[g],
                            t->error[g] / t->called[g], 1 - t->called[g] / t->stops[g]};
        static const char *const names[] = {"within0", "within1", "within2", "lap_error", "never"};
        for (size_t k = 0; k < sizeof v / sizeof *v; k++, n++) {
            x[n] = v[k];
            if (out) snprintf(out[n].name, sizeof out[n].name, "%s%s", group_names[g], names[k]);
        }
    }
    x[n] = t->false_calls / t->cars;
    if (out) snprintf(out[n].name, sizeof out[n].name, "false_calls");
    x[++n] = t->sets / t->called[ALL];
    if (out) snprintf(out[n].name, sizeof out[n].name, "compound");
    return n + 1;
}

size_t backtest_calls_score(const backtest_calls *calls, uint32_t resamples, pb_metric out[BACKTEST_CALLS_METRICS])
{
    tally *race = calloc(calls->races + 1, sizeof *race), all = {0};
    size_t n = 0, m = 0;
    double x[BACKTEST_CALLS_METRICS];
    for (size_t i = 0; race && i < calls->n && n < calls->races; n++) {
        size_t end = run_of(calls->at, calls->n, i, false);
        while (i < end) {
            size_t car = run_of(calls->at, end, i, true);
            add_car(&race[n], calls->at + i, car - i);
            i = car;
        }
        add_tally(&all, &race[n]);
    }
    double *draws = n > 0 ? malloc(resamples * BACKTEST_CALLS_METRICS * sizeof *draws) : NULL;
    if (draws) {
        m = values_of(&all, out, x);
        for (uint32_t b = 0; b < resamples; b++) {
            tally  sum = {0};
            double y[BACKTEST_CALLS_METRICS];
            for (size_t k = 0; k < n; k++)
                add_tally(&sum, &race[(size_t)(pb_uniform(pb_draw(7, b, (uint32_t)k, 0, 99).word[0]) * (double)n)]);
            (void)values_of(&sum, NULL, y);
            for (size_t k = 0; k < m; k++) draws[k * resamples + b] = y[k];
        }
        for (size_t k = 0; k < m; k++) {
            pb_sort_f64(draws + k * resamples, resamples);
            out[k].value = x[k];
            out[k].lo    = pb_quantile_sorted(draws + k * resamples, resamples, 0.05);
            out[k].hi    = pb_quantile_sorted(draws + k * resamples, resamples, 0.95);
        }
    }
    free(draws);
    free(race);
    return m;
}
