/* retire_curve: when in a race cars retire. */
#include <math.h>

#include "pitboard/predict_form.h"

#define HOLD 20.0 /* retirements an even spread counts as */

/* Ends of the parts after lap 1, in the distance. */
static const double until[PB_RETIRE_PARTS] = {0, 0.10, 0.25, 0.50, 0.75, 1.00};

/* Share of the laps after the first that lie before `part` of the distance ends. */
static double width_of(int part)
{
    return part == 0 ? 0.05 : 0.95 * (until[part] - until[part - 1]);
}

static int part_of(uint32_t lap, uint32_t laps)
{
    if (lap <= 1) return 0;
    double done = (double)lap / laps;
    for (int k = 1; k < PB_RETIRE_PARTS; k++)
        if (done <= until[k]) return k;
    return PB_RETIRE_PARTS - 1;
}

pb_retire_curve pb_retire_learn(const pb_history *past)
{
    pb_retire_curve curve = {0};
    for (int k = 0; k < PB_RETIRE_PARTS; k++) curve.share[k] = HOLD * width_of(k);
    for (size_t r = 0; r < past->n; r++) {
        const pb_history_race *race = &past->races[r];
        for (uint32_t c = 0; c < race->log->n_cars && race->usable && !race->log->sprint; c++) {
            const pb_car_result *car = &race->outcome->car[c];
            if (car->took_flag) continue;
            curve.share[part_of(car->laps_done + 1u, race->outcome->laps)]++;
            curve.seen++;
        }
    }
    for (int k = 0; k < PB_RETIRE_PARTS; k++) curve.share[k] /= curve.seen + HOLD;
    return curve;
}

/* Share of the retirements that come after `lap` laps. */
static double share_left(const pb_retire_curve *curve, uint32_t lap, uint32_t laps)
{
    double left = 0, done = (double)lap / laps;
    if (lap == 0) return 1;
    for (int k = 1; k < PB_RETIRE_PARTS; k++) {
        double open = fmin(fmax((until[k] - done) / (until[k] - until[k - 1]), 0), 1);
        left += curve->share[k] * open;
    }
    return left;
}

double pb_retire_prob_left(const pb_retire_curve *curve, double prob, uint32_t lap, uint32_t laps)
{
    if (lap >= laps) return 0;
    double left = share_left(curve, lap, laps);
    return prob * left / (1 - prob * (1 - left));
}
