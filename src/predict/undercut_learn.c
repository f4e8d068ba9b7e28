/* undercut_learn: two laws of four numbers from past pairs.
 *
 * One makes likeliest who was ahead, the other by how much. Each number is held
 * near a value; how near, and how fast seasons fade, was found walking forward
 * through 2019-2022 (docs/models/undercut.md). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "form_minimise.h"
#include "learn_sample.h"
#include "penalty.h"
#include "pitboard/num.h"
#include "tyre_parts.h"
#include "undercut.h"

#define PAIRS_MIN 60
#define STOPS_MIN 100
#define STOPS_MAX 512         /* of a race */
#define HALF_LIFE_SEASONS 2.0 /* cars change: what pairs of old seasons count */
#define LEAST 1e-4
#define LEAST_DENSITY 1e-9
#define SMALL 1e-3
#define ROUNDS 60
#define LANE_MIN_MS 5000
#define LANE_MAX_MS 60000
#define ANSWER_PRIOR 10.0 /* pairs that the constants count for */

enum { FIRST, SHARE, LOG_SD, LOG_ODD, NUMBERS };

/* Where a law is held, and how much: a difference of one costs so many nats. */
typedef struct held {
    double at[NUMBERS], by[NUMBERS];
} held;

static const held ahead_held = {{0.3, 1, 0.2, -3.506557897319982}, {3, 20, 4, 3}};
static const held gain_held  = {{0.7, 1, 0.4, -3.912023005428146}, {1, 10, 2, 1}};

typedef struct fitting {
    const pb__undercut_cases *cases;
    const double             *weight;
    const held               *held;
    pb__undercut_law         *law;
    pb__undercut_fit         *fit;
} fitting;

static void take(const double *x, pb__undercut_law *law)
{
    law->first_s  = x[FIRST];
    law->share    = x[SHARE];
    law->lap_sd_s = pb_exp(x[LOG_SD]);
    law->odd_prob = fmin(pb_exp(x[LOG_ODD]), 0.2);
}

/* Of what came of one pair, nats. */
static double surprise_of(const fitting *f, const pb__undercut_case *c)
{
    if (f->law == &f->fit->gain) return -pb_log(fmax(pb__undercut_density(f->fit, c), LEAST_DENSITY));
    double p = fmin(fmax(pb__undercut_chance(f->fit, c), LEAST), 1 - LEAST);
    return -pb_log(c->y > 0 ? p : 1 - p);
}

static double surprise(const double *x, void *arg)
{
    const fitting *f   = arg;
    double         sum = 0;
    take(x, f->law);
    for (size_t i = 0; i < f->cases->n; i++) sum += f->weight[i] * surprise_of(f, &f->cases->at[i]);
    for (int j = 0; j < NUMBERS; j++) sum += f->held->by[j] * (x[j] - f->held->at[j]) * (x[j] - f->held->at[j]);
    return sum;
}

static void fit_law(const fitting *f)
{
    double x[NUMBERS];
    memcpy(x, f->held->at, sizeof x);
    (void)pb__minimise(surprise, (void *)f, x, NUMBERS, SMALL, ROUNDS);
    take(x, f->law);
}

/* ---- stops ---- */

static double weight_of(int newest, int season)
{
    return pb_exp(-0.6931471805599453 * (newest - season) / HALF_LIFE_SEASONS);
}

/* A green tyre stop of a race, and whether one of a pair made it. */
typedef struct stop {
    double lane_s;
    bool   paired;
} stop;

static bool is_paired(const pb__truths *truths, uint32_t car, uint32_t lap)
{
    for (size_t i = 0; i < truths->n; i++) {
        const pb__truth *t     = &truths->at[i];
        bool             over  = (t->bits & PB__TRUTH_OVERCUT) != 0;
        uint32_t         first = over ? t->rival : (uint32_t)t->car, second = over ? (uint32_t)t->car : t->rival;
        if ((car == first && lap == t->lap) || (car == second && lap == (uint32_t)t->lap + t->answer)) return true;
    }
    return false;
}

/* Without the penalties that were known. */
static size_t list_stops(const pb_history_race *race, const pb__truths *truths, stop *out, size_t cap)
{
    size_t n = 0;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        pb_tyre_stop at[64];
        uint32_t     stops = pb_car_stops(race->log, c, race->outcome, false, at, 64);
        for (uint32_t i = 0; i < stops && i < 64 && n < cap; i++)
            if (!at[i].neutral && at[i].lane_ms > LANE_MIN_MS && at[i].lane_ms < LANE_MAX_MS)
                out[n++] = (stop){1e-3 * at[i].lane_ms - pb__penalty_pending_s(race, c, at[i].in_lap),
                                  is_paired(truths, c, at[i].in_lap)};
    }
    return n;
}

/* Lane times of stops of pairs, less the median of all green stops of the race: a
 * car that limps in for a new wing fights for no place. */
static pb_status add_stops(const pb_history_race *race, double weight, pb__sample *out)
{
    stop       all[STOPS_MAX];
    double     lane_s[STOPS_MAX];
    pb__truths truths = {0};
    PB_TRY(pb__truth_undercut(race, &truths));
    size_t n = list_stops(race, &truths, all, STOPS_MAX);
    for (size_t i = 0; i < n; i++) lane_s[i] = all[i].lane_s;
    double median = pb_median(lane_s, n);
    for (size_t i = 0; i < n; i++)
        if (all[i].paired) pb__sample_add(out, all[i].lane_s - median, weight);
    pb__truths_fini(&truths);
    return out->failed ? PB_E_NOMEM : PB_OK;
}

static pb_status learn_stops(const pb_history *past, pb__undercut_fit *fit, pb_error *error)
{
    pb__sample all    = {0};
    pb_status  status = PB_OK;
    double     one[PB__CUT_STOPS];
    for (size_t r = 0; r < past->n && status == PB_OK; r++)
        status = add_stops(&past->races[r], weight_of(past->races[past->n - 1].log->season, past->races[r].log->season),
                           &all);
    if (status == PB_OK && all.n >= STOPS_MIN) {
        for (int i = 0; i < PB__CUT_STOPS; i++) one[i] = pb__sample_quantile(&all, (i + 0.5) / PB__CUT_STOPS);
        pb__undercut_stops(one, fit->stop_s);
    }
    pb__sample_fini(&all);
    if (status == PB_OK) return PB_OK;
    return pb_error_set(error, status, "undercut: no memory for the stops of %zu races", past->n);
}

static void learn_answers(const pb_history *past, pb__undercut_fit *fit)
{
    double counts[2][PB__CUT_ANSWERS];
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < PB__CUT_ANSWERS; i++) counts[k][i] = ANSWER_PRIOR * fit->answer[k][i];
    for (size_t r = 0; r < past->n; r++) pb__undercut_answers(&past->races[r], counts);
    for (int k = 0; k < 2; k++) {
        double sum = 0;
        for (int i = 0; i < PB__CUT_ANSWERS; i++) sum += counts[k][i];
        for (int i = 0; i < PB__CUT_ANSWERS; i++) fit->answer[k][i] = counts[k][i] / sum;
    }
}

/* ---- pairs ---- */

/* Tyres as they were known before that season, so that pairs are seen as they will
 * have to be; the first season knows itself. */
static pb_status add_season(const pb_model *model, const pb_history *past, size_t first, size_t end, pb__fits *fits,
                            pb__undercut_cases *cases, pb_error *error)
{
    pb_history before = {past->races, first > 0 ? first : end};
    pb_model  *prior  = NULL;
    PB_TRY(pb_model_create("undercut", &prior, error));
    pb_status status = pb__tyre_learn_like(&before, model, prior, error);
    if (status == PB_E_EMPTY) status = pb_model_put_text(prior, "note", "no dry race before", error);
    for (size_t i = first; i < end && status == PB_OK; i++)
        if (pb_model_view(prior, "tyre.pool", NULL))
            status = pb__undercut_cases_add(prior, past, i, fits, cases, error);
    pb_model_destroy(prior);
    return status;
}

static pb_status gather(const pb_model *model, const pb_history *past, pb__undercut_cases *cases, pb_error *error)
{
    pb__fits  fits;
    pb_status status = pb__fits_init(&fits, past->n, error);
    for (size_t i = 0, j; i < past->n && status == PB_OK; i = j) {
        for (j = i; j < past->n && past->races[j].log->season == past->races[i].log->season; j++) continue;
        status = add_season(model, past, i, j, &fits, cases, error);
    }
    pb__fits_fini(&fits);
    return status;
}

/* Fewer pairs leave the constants as they are. */
static pb_status fit_cases(const pb__undercut_cases *cases, int newest, pb__undercut_fit *fit, pb_error *error)
{
    if (cases->n < PAIRS_MIN) return PB_OK;
    double *weight = malloc(cases->n * sizeof *weight);
    if (!weight) return pb_error_set(error, PB_E_NOMEM, "undercut: no memory for %zu pairs", cases->n);
    for (size_t i = 0; i < cases->n; i++) weight[i] = weight_of(newest, cases->at[i].season);
    fit_law(&(fitting){cases, weight, &ahead_held, &fit->ahead, fit});
    fit_law(&(fitting){cases, weight, &gain_held, &fit->gain, fit});
    free(weight);
    fit->prior = false;
    return PB_OK;
}

pb_status pb__undercut_train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    pb__undercut_cases cases = {0};
    pb__undercut_fit   fit;
    PB_TRY(pb__undercut_fit_of(NULL, &fit, error));
    PB_TRY(pb_tyre_prior_learn(past, options, model, error));
    PB_TRY(learn_stops(past, &fit, error));
    learn_answers(past, &fit);
    pb_status status = gather(model, past, &cases, error);
    if (status == PB_OK) status = fit_cases(&cases, past->races[past->n - 1].log->season, &fit, error);
    pb__undercut_cases_fini(&cases);
    return status == PB_OK ? pb__undercut_fit_put(&fit, model, error) : status;
}
