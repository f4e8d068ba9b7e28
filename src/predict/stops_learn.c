/* stops_learn: what the signs of a race say of its stops, and how much the last
 * edition is worth beside them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "stops_parts.h"

#define RACES_LEAST 8    /* fewer fit nothing: the last edition alone is used */
#define CARS_A_RACE 8.0  /* cars of a race share its fate: so many are one case */
#define RIDGE 1e-3       /* keeps the answer finite, no more */
#define NONE_PRIOR 0.005 /* share of cars without a stop, worth ... */
#define NONE_CARS 100.0  /* ... so many cars */

/* What a step of a sign is worth before any race was seen, in log-odds, and how
 * many cases say so: dear tyres, short stints and a place of many stops ask for
 * stops. The 14 races before 2019 cannot tell as much. */
static const double usual[PB__STOPS_SIGNS] = {0.45, -0.45, 0.45};
#define USUAL_CASES 24.0

/* The weight of the last edition: races of past seasons told in turn from the
 * seasons before them, older ones fading. */
#define SEASON_KEEP 0.6
#define CASES_A_RACE 1.5
#define WEIGHT_PRIOR 0.35
#define WEIGHT_PRIOR_CASES 4.0
#define GRID 21

/* One case a race. */
typedef struct sample {
    pb__stops_signs *signs;
    size_t          *race; /* in the book */
    size_t           n;
} sample;

static void sample_fini(sample *s)
{
    free(s->signs);
    free(s->race);
}

static pb_status sample_of(const pb__stops_book *book, sample *out)
{
    *out = (sample){.signs = calloc(book->n + 1, sizeof *out->signs), .race = calloc(book->n + 1, sizeof *out->race)};
    if (!out->signs || !out->race) return PB_E_NOMEM;
    for (size_t r = 0; r < book->n; r++) {
        const pb__stops_race *race   = &book->race[r];
        pb__stops_place       place  = {race->circuit, race->season, race->number};
        pb__stops_book        before = pb__stops_book_upto(book, r);
        if (!race->plain || !pb__stops_signs_of(&before, &place, &out->signs[out->n])) continue;
        out->race[out->n++] = r;
    }
    return PB_OK;
}

static void centre(const sample *s, size_t n, pb__stops_learned *out)
{
    for (int j = 0; j < PB__STOPS_SIGNS; j++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) sum += s->signs[i].x[j];
        out->mean[j] = sum / (double)n;
    }
}

/* Rows of a regression: n races and one for what each sign is usually worth. */
typedef struct rows {
    double *x, *y, *w;
    size_t  n;
} rows;

static void add_usual(rows *to, double cases)
{
    for (size_t j = 0; j < PB__STOPS_SIGNS; j++) {
        double *x = to->x + to->n * PB__STOPS_COEFFICIENTS;
        for (size_t i = 0; i < PB__STOPS_COEFFICIENTS; i++) x[i] = i == j + 1;
        to->y[to->n]   = pb_logistic(usual[j]);
        to->w[to->n++] = cases;
    }
}

static void add_case(rows *to, const pb__stops_learned *l, const pb__stops_signs *signs, double y, double w)
{
    double *x = to->x + to->n * PB__STOPS_COEFFICIENTS;
    x[0]      = 1;
    for (size_t j = 0; j < PB__STOPS_SIGNS; j++) x[j + 1] = (signs->x[j] - l->mean[j]) / pb__stops_step[j];
    to->y[to->n]   = fmin(y, 1);
    to->w[to->n++] = w;
}

/* Of two or more (three false), or of three or more given two. */
static bool regress(const pb__stops_book *book, const sample *s, size_t n, const pb__stops_learned *l, bool three,
                    rows *room, double b[PB__STOPS_COEFFICIENTS])
{
    const double ridge[PB__STOPS_COEFFICIENTS] = {RIDGE, RIDGE, RIDGE, RIDGE};
    room->n                                    = 0;
    for (size_t i = 0; i < n; i++) {
        const pb__stops_race *race = &book->race[s->race[i]];
        double                many = race->p[2] + race->p[3], w = race->n_cars / CARS_A_RACE;
        if (three && many > 0) add_case(room, l, &s->signs[i], race->p[3] / many, w * many);
        if (!three) add_case(room, l, &s->signs[i], many, w);
    }
    add_usual(room, three ? 2 * USUAL_CASES : USUAL_CASES);
    return pb_logit_fit(room->x, room->y, room->w, room->n, PB__STOPS_COEFFICIENTS, ridge, b, NULL) == PB_OK;
}

static double share_without(const pb__stops_book *book, const sample *s, size_t n)
{
    double none = NONE_PRIOR * NONE_CARS, all = NONE_CARS;
    for (size_t i = 0; i < n; i++) {
        none += book->race[s->race[i]].p[0] * book->race[s->race[i]].n_cars;
        all += book->race[s->race[i]].n_cars;
    }
    return none / all;
}

/* On the first n cases. Leaves out->fitted false when they are too few or too alike. */
static pb_status fit(const pb__stops_book *book, const sample *s, size_t n, pb__stops_learned *out)
{
    *out = (pb__stops_learned){.last_weight = WEIGHT_PRIOR, .none = share_without(book, s, n)};
    if (n < RACES_LEAST) return PB_OK;
    size_t  most = n + PB__STOPS_SIGNS;
    double *x    = malloc(most * (PB__STOPS_COEFFICIENTS + 2) * sizeof *x);
    if (!x) return PB_E_NOMEM;
    rows room = {.x = x, .y = x + most * PB__STOPS_COEFFICIENTS, .w = x + most * (PB__STOPS_COEFFICIENTS + 1)};
    centre(s, n, out);
    out->fitted = regress(book, s, n, out, false, &room, out->two) && regress(book, s, n, out, true, &room, out->three);
    free(x);
    return PB_OK;
}

/* ---- the last edition beside the signs ---- */

/* Adds the log likelihood of one race under every weight of the grid. */
static void add_race(const pb__stops_race *race, const pb__stops_learned *l, const pb__stops_signs *signs, double times,
                     double gain[GRID])
{
    double p[PB_STOPS_MAX + 1];
    pb__stops_count_signs(l, signs, p);
    for (int g = 0; g < GRID; g++) {
        double weight = g / (GRID - 1.0);
        for (int k = 0; k <= PB_STOPS_MAX; k++)
            gain[g] += times * race->p[k] * pb_log(weight * signs->last[k] + (1 - weight) * p[k] + 1e-9);
    }
}

static double best_weight(const double gain[GRID])
{
    int    best = 0;
    double most = -INFINITY;
    for (int g = 0; g < GRID; g++) {
        double weight = g / (GRID - 1.0);
        double all    = gain[g] + WEIGHT_PRIOR_CASES * (WEIGHT_PRIOR * pb_log(fmax(weight, 1e-3)) +
                                                     (1 - WEIGHT_PRIOR) * pb_log(fmax(1 - weight, 1e-3)));
        if (all > most) {
            most = all;
            best = g;
        }
    }
    return best / (GRID - 1.0);
}

static pb_status weigh_last(const pb__stops_book *book, const sample *s, double *weight)
{
    double            gain[GRID] = {0};
    pb__stops_learned l          = {.fitted = false};
    size_t            first      = 0; /* case of the season that is told */
    int               newest     = s->n > 0 ? book->race[s->race[s->n - 1]].season : 0;
    for (size_t i = 0; i < s->n; i++) {
        const pb__stops_race *race = &book->race[s->race[i]];
        if (i == 0 || race->season != book->race[s->race[i - 1]].season) {
            first = i;
            PB_TRY(fit(book, s, first, &l));
        }
        if (l.fitted)
            add_race(race, &l, &s->signs[i], CASES_A_RACE * pb__stops_power(SEASON_KEEP, newest - race->season), gain);
    }
    *weight = best_weight(gain);
    return PB_OK;
}

pb_status pb__stops_learn(const pb__stops_book *book, pb__stops_learned *out)
{
    sample    s;
    pb_status status = sample_of(book, &s);
    if (status == PB_OK) status = fit(book, &s, s.n, out);
    if (status == PB_OK) status = weigh_last(book, &s, &out->last_weight);
    sample_fini(&s);
    return status;
}

/* ---- in a model ---- */

pb_status pb__stops_learned_put(const pb__stops_learned *l, pb_model *model, pb_error *error)
{
    PB_TRY(pb_model_put(model, "none", &l->none, 1, error));
    if (!l->fitted) return PB_OK;
    PB_TRY(pb_model_put(model, "two_or_more", l->two, PB__STOPS_COEFFICIENTS, error));
    PB_TRY(pb_model_put(model, "three_or_more", l->three, PB__STOPS_COEFFICIENTS, error));
    PB_TRY(pb_model_put(model, "sign_mean", l->mean, PB__STOPS_SIGNS, error));
    return pb_model_put(model, "last_edition", &l->last_weight, 1, error);
}

pb_status pb__stops_learned_get(const pb_model *model, pb__stops_learned *l, pb_error *error)
{
    size_t n;
    *l = (pb__stops_learned){.last_weight = 1};
    PB_TRY(pb_model_get(model, "none", &l->none, 1, error));
    if (!pb_model_view(model, "two_or_more", &n)) return PB_OK;
    PB_TRY(pb_model_get(model, "two_or_more", l->two, PB__STOPS_COEFFICIENTS, error));
    PB_TRY(pb_model_get(model, "three_or_more", l->three, PB__STOPS_COEFFICIENTS, error));
    PB_TRY(pb_model_get(model, "sign_mean", l->mean, PB__STOPS_SIGNS, error));
    PB_TRY(pb_model_get(model, "last_edition", &l->last_weight, 1, error));
    if (!(l->last_weight >= 0 && l->last_weight <= 1) || !(l->none >= 0 && l->none <= 1))
        return pb_error_set(error, PB_E_RANGE, "stops: none and last_edition must be in [0, 1]");
    l->fitted = true;
    return PB_OK;
}
