#include "forecast_width.h"

#include <math.h>

#include "pitboard/num.h"

/* Half-life and hold: of those that leave the score of 2020-2022 alone the ones
 * with the best calibration there. The choice is not blind: about ten variants of
 * the width were looked at on 2023-2025, too, before this one stayed. */
#define HALF_LIFE_RACES 15.0
#define HOLD 3.0 /* races' mean log scores a squared unit costs */
#define RACES_MOST 45
#define FORM_RACES_LEAST 6
#define STEP 0.1
#define STEPS 5 /* to either side */
#define SURE 1e-6

static bool can_be_used(const pb_history_race *race, const pb_form *form)
{
    return race->usable && race->has_grid && !race->log->sprint && form->races >= FORM_RACES_LEAST &&
           race->log->n_cars >= 2 && race->log->n_cars <= PB__PLACES;
}

/* Minus the mean log probability of where the cars of a race ended. */
static double surprise(const pb_history_race *race, const pb__forecast_field *field, const pb__forecast_weights *w)
{
    double p[PB__PLACES][PB__PLACES], sum = 0;
    pb__forecast_places(w, field, p);
    for (uint32_t c = 0; c < field->n; c++) {
        uint32_t place = race->outcome->car[c].place;
        sum -= pb_log((place >= 1 && place <= PB__PLACES ? p[c][place - 1] : 0) + SURE);
    }
    return sum / field->n;
}

static void add_race(const pb_history_race *race, const pb_form *form, bool with_grid, double weight,
                     const pb__forecast_weights *weights, double *cost)
{
    pb__forecast_field field;
    pb__forecast_field_of(race->log, form, with_grid, &field);
    for (int s = -STEPS; s <= STEPS; s++) {
        pb__forecast_weights w = *weights;
        w.log_scale += s * STEP;
        cost[s + STEPS] += weight * surprise(race, &field, &w);
    }
}

double pb__forecast_width(const pb_history *history, const pb_form *form, size_t at, bool with_grid,
                          const pb__forecast_weights *weights)
{
    double cost[2 * STEPS + 1], weight = 1;
    int    best = 0;
    for (int s = -STEPS; s <= STEPS; s++) cost[s + STEPS] = HOLD * s * STEP * s * STEP;
    for (size_t k = at, seen = 0; k-- > 0 && seen < RACES_MOST;) {
        if (!can_be_used(&history->races[k], &form[k])) continue;
        add_race(&history->races[k], &form[k], with_grid, weight, weights, cost);
        weight *= pb_exp(-M_LN2 / HALF_LIFE_RACES);
        seen++;
    }
    for (int s = -STEPS; s <= STEPS; s++)
        if (cost[s + STEPS] < cost[best + STEPS] - 1e-12) best = s;
    return best * STEP;
}
