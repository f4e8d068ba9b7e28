#include "forecast_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "form_minimise.h"
#include "pitboard/num.h"

#define FORM_RACES_LEAST 6
#define RACES_LEAST 8
#define RACES_QUICK 40
#define ROUNDS 16
#define ROUNDS_QUICK 5
#define SMALL 1e-3
/* Chosen by the score of 2020-2022, each fitted on the seasons before. */
#define RETIRE_SHARE 0.01 /* of the retirements' log score in what is least */
#define HOLD_INPUT 0.06   /* ridge a race: weights of inputs towards 0 */
#define HOLD_SCALE 1.2    /* of the slope of the scale */
#define HOLD_RATE 0.05    /* of level and rate of retirement towards 0 and RATE */
#define HOLD_SLOPE 0.3    /* of their slope */
#define RATE 0.5

typedef struct past_race {
    pb__forecast_field field;
    uint8_t            place[PB__PLACES];
    bool               took_flag[PB__PLACES];
} past_race;

typedef struct problem {
    past_race *race;
    size_t     n, cars;
} problem;

pb__forecast_weights pb__forecast_weights_default(void)
{
    return (pb__forecast_weights){.input = {0.4, 0.25, 0.25}, .log_scale = -0.7, .retire_rate = RATE};
}

static void to_numbers(const pb__forecast_weights *w, double *x)
{
    const double rest[] = {w->log_scale, w->scale_slope, w->retire_level, w->retire_rate, w->retire_slope};
    memcpy(x, w->input, sizeof w->input);
    memcpy(x + PB__FORECAST_INPUTS, rest, sizeof rest);
}

static pb__forecast_weights from_numbers(const double *x)
{
    pb__forecast_weights w;
    const double        *rest = x + PB__FORECAST_INPUTS;
    memcpy(w.input, x, sizeof w.input);
    w.log_scale    = rest[0];
    w.scale_slope  = rest[1];
    w.retire_level = rest[2];
    w.retire_rate  = rest[3];
    w.retire_slope = rest[4];
    return w;
}

/* Ranked probability score of one car. */
static double rps(const double *p, uint32_t place, uint32_t n)
{
    double within = 0, sum = 0;
    for (uint32_t k = 1; k < n; k++) {
        within += p[k - 1];
        double miss = within - (k >= place);
        sum += miss * miss;
    }
    return sum / (n - 1);
}

static void race_cost(const pb__forecast_weights *w, const past_race *race, double *places, double *retirements)
{
    double p[PB__PLACES][PB__PLACES];
    pb__forecast_places(w, &race->field, p);
    for (uint32_t c = 0; c < race->field.n; c++) {
        double q = pb__forecast_retire_prob(w, &race->field.car[c]);
        *places += rps(p[c], race->place[c], race->field.n);
        *retirements -= pb_log((race->took_flag[c] ? 1 - q : q) + 1e-9);
    }
}

static double cost(const double *x, void *arg)
{
    const problem       *all    = arg;
    pb__forecast_weights w      = from_numbers(x);
    double               places = 0, retirements = 0, held = 0;
    for (size_t k = 0; k < all->n; k++) race_cost(&w, &all->race[k], &places, &retirements);
    for (int k = 0; k < PB__FORECAST_INPUTS; k++) held += HOLD_INPUT * w.input[k] * w.input[k];
    held += HOLD_SCALE * w.scale_slope * w.scale_slope + HOLD_SLOPE * w.retire_slope * w.retire_slope;
    held += HOLD_RATE * (w.retire_level * w.retire_level + (w.retire_rate - RATE) * (w.retire_rate - RATE));
    return (places + RETIRE_SHARE * retirements) / (double)all->cars + held / (double)all->n;
}

static bool can_be_used(const pb_history_race *race, const pb_form *form)
{
    return race->usable && race->has_grid && !race->log->sprint && form->races >= FORM_RACES_LEAST &&
           race->log->n_cars >= 2 && race->log->n_cars <= PB__PLACES;
}

static void take_race(const pb_history_race *race, const pb_form *form, bool with_grid, problem *p)
{
    past_race *to = &p->race[p->n++];
    pb__forecast_field_of(race->log, form, with_grid, &to->field);
    for (uint32_t c = 0; c < to->field.n; c++) {
        to->place[c]     = race->outcome->car[c].place;
        to->took_flag[c] = race->outcome->car[c].took_flag;
    }
    p->cars += to->field.n;
}

size_t pb__forecast_fit(const pb_history *past, const pb_form *form, bool with_grid, bool quick,
                        pb__forecast_weights *weights)
{
    double  x[PB__FORECAST_NUMBERS];
    size_t  n = 0, left_out = 0;
    problem p = {.race = calloc(past->n + 1, sizeof *p.race)};
    *weights  = pb__forecast_weights_default();
    if (!p.race) return 0;
    for (size_t k = 0; k < past->n; k++) n += can_be_used(&past->races[k], &form[k]);
    left_out = quick && n > RACES_QUICK ? n - RACES_QUICK : 0;
    for (size_t k = 0, i = 0; k < past->n; k++)
        if (can_be_used(&past->races[k], &form[k]) && i++ >= left_out)
            take_race(&past->races[k], &form[k], with_grid, &p);
    if (p.n >= RACES_LEAST) {
        to_numbers(weights, x);
        pb__minimise(cost, &p, x, PB__FORECAST_NUMBERS, SMALL, quick ? ROUNDS_QUICK : ROUNDS);
        *weights = from_numbers(x);
    }
    free(p.race);
    return p.n;
}
