/* undercut_learn: four numbers from past pairs.
 *
 * They are those under which what happened was likeliest: who was ahead, and, at
 * less weight, by how much. Each is held near what the closed form says; settings
 * were found walking forward through 2019-2022 (docs/models/undercut.md). */
#include <math.h>
#include <string.h>

#include "form_minimise.h"
#include "learn_sample.h"
#include "pitboard/num.h"
#include "tyre_parts.h"
#include "undercut.h"

#define PAIRS_MIN 60
#define STOPS_MIN 100
#define GAIN_WEIGHT 0.25
#define LEAST 1e-4
#define LEAST_DENSITY 1e-9
#define SMALL 1e-3
#define ROUNDS 60
#define LANE_MIN_MS 5000
#define LANE_MAX_MS 60000
#define ANSWER_PRIOR 10.0 /* pairs that the constants count for */

/* first_s, share, log lap_sd_s, log odd_prob: where they are held and how much (a
 * square costs that many nats). */
enum { FIRST, SHARE, LOG_SD, LOG_ODD, NUMBERS };
static const double start[NUMBERS] = {0.7, 1, 0.4, -3.912023005428146};
static const double hold[NUMBERS]  = {1, 10, 2, 1};

typedef struct fitting {
    const pb__undercut_cases *cases;
    pb__undercut_fit         *fit;
} fitting;

static void take(const double *x, pb__undercut_fit *fit)
{
    fit->first_s  = x[FIRST];
    fit->share    = x[SHARE];
    fit->lap_sd_s = pb_exp(x[LOG_SD]);
    fit->odd_prob = fmin(pb_exp(x[LOG_ODD]), 0.2);
}

static double surprise(const double *x, void *arg)
{
    fitting *f   = arg;
    double   sum = 0;
    take(x, f->fit);
    for (size_t i = 0; i < f->cases->n; i++) {
        const pb__undercut_case *c = &f->cases->at[i];
        double                   p = fmin(fmax(pb__undercut_chance(f->fit, c), LEAST), 1 - LEAST);
        sum -= pb_log(c->y > 0 ? p : 1 - p);
        sum -= GAIN_WEIGHT * pb_log(fmax(pb__undercut_density(f->fit, c), LEAST_DENSITY));
    }
    for (int j = 0; j < NUMBERS; j++) sum += hold[j] * (x[j] - start[j]) * (x[j] - start[j]);
    return sum;
}

/* ---- stops ---- */

/* Lane times of green tyre stops of a race, less their median. */
static void add_stops(const pb_history_race *race, pb__sample *out)
{
    double x[1024];
    size_t n = 0;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        pb_tyre_stop stop[64];
        uint32_t     stops = pb_car_stops(race->log, c, race->outcome, false, stop, 64);
        for (uint32_t i = 0; i < stops && i < 64 && n < sizeof x / sizeof *x; i++)
            if (!stop[i].neutral && stop[i].lane_ms > LANE_MIN_MS && stop[i].lane_ms < LANE_MAX_MS)
                x[n++] = 1e-3 * stop[i].lane_ms;
    }
    double median = pb_median(x, n);
    for (size_t i = 0; i < n; i++) pb__sample_add(out, x[i] - median, 1);
}

static pb_status learn_stops(const pb_history *past, pb__undercut_fit *fit, pb_error *error)
{
    pb__sample all = {0};
    double     one[PB__CUT_STOPS];
    for (size_t r = 0; r < past->n; r++)
        if (past->races[r].usable && !past->races[r].log->sprint) add_stops(&past->races[r], &all);
    bool failed = all.failed;
    if (!failed && all.n >= STOPS_MIN) {
        for (int i = 0; i < PB__CUT_STOPS; i++) one[i] = pb__sample_quantile(&all, (i + 0.5) / PB__CUT_STOPS);
        pb__undercut_stops(one, fit->stop_s);
    }
    pb__sample_fini(&all);
    return failed ? pb_error_set(error, PB_E_NOMEM, "undercut: no memory for the stops of %zu races", past->n) : PB_OK;
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
        if (pb_model_view(prior, "tyre.pool", NULL)) status = pb__undercut_cases_add(prior, past, i, fits, cases, error);
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

static void fit_cases(const pb__undercut_cases *cases, pb__undercut_fit *fit)
{
    double  x[NUMBERS];
    fitting f = {cases, fit};
    if (cases->n < PAIRS_MIN) return;
    memcpy(x, start, sizeof x);
    (void)pb__minimise(surprise, &f, x, NUMBERS, SMALL, ROUNDS);
    take(x, fit);
    fit->prior = false;
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
    if (status == PB_OK) fit_cases(&cases, &fit);
    pb__undercut_cases_fini(&cases);
    return status == PB_OK ? pb__undercut_fit_put(&fit, model, error) : status;
}
