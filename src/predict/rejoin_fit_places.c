/* rejoin_fit_places: what spreads the places, by the likelihood of the places that
 * came; then the chance to be within one of the told place, held against stops that
 * were not learned from. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "rejoin_learn.h"

#define STOPS_MIN 150 /* fewer say nothing */
#define LEAST 1e-4    /* probability that a surprise counts as */
#define HELD_OUT 3    /* one stop in so many, the newest, is not learned from when the chance is recalibrated */

/* ---- spread and moods, by the places that came ---- */

typedef struct search {
    const pb__rejoin_past  *past;
    const pb__rejoin_calls *calls;
} search;

static double cost(const search *s, const pb__rejoin_params *p)
{
    double            sum = 0;
    pb__rejoin_places places;
    for (size_t i = 0; i < s->past->n; i++) {
        pb__rejoin_places_of(&s->past->at[i], p, &s->calls[i], &places);
        sum -= pb_log(fmax(places.p[(size_t)s->past->place[i] - 1], LEAST));
    }
    return sum;
}

/* The best of a few values of one number of p. */
static void choose(const search *s, pb__rejoin_params *p, double *number, const double *values, size_t n)
{
    double least = INFINITY, best = *number;
    for (size_t k = 0; k < n; k++) {
        *number    = values[k];
        double now = cost(s, p);
        if (now >= least) continue;
        least = now;
        best  = values[k];
    }
    *number = best;
}

/* ---- the chance to be within one ---- */

/* Whether the told place was, and by which chances. */
typedef struct hits {
    pb__rejoin_places *places;
    uint32_t          *best;
    double            *x, *y; /* for the regression: 1, log-odds; and hit */
    size_t             n;
} hits;

static double surprise_cost(const hits *h, double surprises)
{
    double sum = 0;
    for (size_t i = 0; i < h->n; i++) {
        double p = pb__sigmoid(pb__rejoin_within_odds(h->places[i].p, h->best[i], surprises));
        sum -= pb_log(h->y[i] > 0 ? p : 1 - p);
    }
    return sum;
}

/* The share of surprises that the past likes best, then a straight line. */
static void recalibrate(const hits *h, pb__rejoin_params *p)
{
    static const double shares[] = {0.002, 0.005, 0.01, 0.015, 0.02, 0.03};
    const double        ridge[2] = {1e-3, 1e-3};
    double              least    = INFINITY;
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
        double now = surprise_cost(h, shares[k]);
        if (now >= least) continue;
        least        = now;
        p->within[0] = shares[k];
    }
    for (size_t i = 0; i < h->n; i++) {
        h->x[2 * i]     = 1;
        h->x[2 * i + 1] = pb__rejoin_within_odds(h->places[i].p, h->best[i], p->within[0]);
    }
    (void)pb_logit_fit(h->x, h->y, NULL, h->n, 2, ridge, p->within + 1, NULL);
}

static pb_status fit_within(const search *s, pb__rejoin_params *p)
{
    size_t    n      = s->past->n;
    hits      h      = {.places = malloc((n + 1) * sizeof *h.places),
                        .best   = malloc((n + 1) * sizeof *h.best),
                        .x      = malloc(2 * (n + 1) * sizeof *h.x),
                        .y      = malloc((n + 1) * sizeof *h.y),
                        .n      = n};
    pb_status status = h.places && h.best && h.x && h.y ? PB_OK : PB_E_NOMEM;
    for (size_t i = 0; i < n && status == PB_OK; i++) {
        pb__rejoin_places_of(&s->past->at[i], p, &s->calls[i], &h.places[i]);
        h.best[i] = pb__rejoin_best(h.places[i].p);
        h.y[i]    = fabs(h.best[i] - s->past->place[i]) < 1.5;
    }
    if (status == PB_OK) recalibrate(&h, p);
    free(h.places);
    free(h.best);
    free(h.x);
    free(h.y);
    return status;
}

/* ---- both ---- */

static pb_status calls_of(const pb__rejoin_past *past, const pb__rejoin_params *p, pb__rejoin_calls **out)
{
    *out = malloc((past->n + 1) * sizeof **out);
    for (size_t i = 0; *out && i < past->n; i++) pb__rejoin_calls_of(&past->at[i], p, &(*out)[i]);
    return *out ? PB_OK : PB_E_NOMEM;
}

static pb_status fit_spread(const pb__rejoin_past *past, pb__rejoin_params *p)
{
    static const double spreads[] = {0.7, 0.85, 1}, dry[] = {0.25, 0.5, 0.75, 1}, rain[] = {0.5, 1, 1.5, 2};
    pb__rejoin_calls   *calls;
    PB_TRY(calls_of(past, p, &calls));
    search s = {.past = past, .calls = calls};
    choose(&s, p, &p->mood[0], dry, sizeof dry / sizeof *dry);
    choose(&s, p, &p->mood[1], rain, sizeof rain / sizeof *rain);
    choose(&s, p, &p->spread, spreads, sizeof spreads / sizeof *spreads);
    free(calls);
    return PB_OK;
}

static pb__rejoin_past part(const pb__rejoin_past *past, size_t from, size_t n)
{
    return (pb__rejoin_past){.at    = past->at + from,
                             .act   = past->act + from,
                             .ahead = past->ahead + from,
                             .place = past->place + from,
                             .off_s = past->off_s + from,
                             .n     = n};
}

/* Learned from the older stops, held against the newer ones. */
static pb_status fit_chance(const pb__rejoin_past *past, pb__rejoin_params *p)
{
    size_t            held  = past->n / HELD_OUT;
    pb__rejoin_past   older = part(past, 0, past->n - held), newer = part(past, past->n - held, held);
    pb__rejoin_params q = *p;
    pb__rejoin_calls *calls;
    PB_TRY(pb__rejoin_fit_rivals(&older, &q));
    PB_TRY(fit_spread(&older, &q));
    PB_TRY(calls_of(&newer, &q, &calls));
    search    s      = {.past = &newer, .calls = calls};
    pb_status status = fit_within(&s, &q);
    for (int k = 0; k < 3; k++) p->within[k] = q.within[k];
    free(calls);
    return status;
}

pb_status pb__rejoin_fit(const pb__rejoin_past *past, bool quick, pb__rejoin_params *p)
{
    if (past->n >= STOPS_MIN * HELD_OUT) PB_TRY(fit_chance(past, p));
    PB_TRY(pb__rejoin_fit_rivals(past, p));
    return past->n >= STOPS_MIN && !quick ? fit_spread(past, p) : PB_OK;
}
