/* backtest_baseline.h - the simple predictors a simulator has to beat: the grid,
 * grid and own green pace, and those with the numbers of green and of
 * neutralised stops. Regressions on earlier races, places spread as they were
 * spread before. No simulation anywhere.
 *
 * The same as resim.grid, resim.grid_slot, resim.grid_plus_own_pace and
 * resim.grid_pace_stops of the public baselines (docs/accuracy.md).
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_BASELINE_H
#define PB_APPS_BACKTEST_BASELINE_H

#include "backtest_data.h"

typedef enum backtest_baseline {
    BASELINE_GRID,
    BASELINE_GRID_SLOT,
    BASELINE_GRID_PACE,
    BASELINE_GRID_PACE_STOPS,
    BASELINE_N
} backtest_baseline;

extern const char *const backtest_baseline_name[BASELINE_N];

/* What the regressions see of every race; made once. */
typedef struct backtest_features backtest_features;

pb_status backtest_features_create(const backtest_data *data, backtest_features **out, pb_error *error);
void      backtest_features_destroy(backtest_features *features);

/* Predicts race `at` of data from the races before it. rows has one entry a car,
 * in the order of the log. */
void backtest_baseline_predict(const backtest_data *data, const backtest_features *features, size_t at,
                               backtest_baseline which, pb_forecast_row *rows);

#endif
