/* backtest_report.h - what a back-test predicted, as a rows file, JSON and a table.
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_REPORT_H
#define PB_APPS_BACKTEST_REPORT_H

#include <stdio.h>

#include "backtest_baseline.h"
#include "pitboard/codec.h"
#include "pitboard/sim.h"

#define BACKTEST_METRICS_MAX 16

typedef struct backtest_score {
    pb_metric metric[BACKTEST_METRICS_MAX];
    size_t    n;
} backtest_score;

/* Everything a finished run has to say. Arrays are parallel: one entry a car. */
typedef struct backtest_result {
    const char        *protocol;
    const char        *truth_name; /* "road", "official" */
    size_t             races, rows;
    pb_forecast_row   *row;
    pb_forecast_row   *baseline[BASELINE_N];
    pb_forecast_truth *truth;
    char (*cutoff)[16]; /* newest race that was used, "2022-22" */
    uint32_t trials;
    uint64_t seed;
    size_t   skipped;               /* races that were asked for and could not be scored */
    char (*why)[PB_ERROR_TEXT_MAX]; /* of each of these, file first */
    backtest_score score, base[BASELINE_N], paired[BASELINE_N];
} backtest_result;

/* "KEY": {NAME: {value, lo, hi}, ...}; without intervals {NAME: value, ...} */
void backtest_score_put(pb_json_writer *w, const char *key, const backtest_score *score, bool intervals);
/* What the played races say of one car; season, round and driver are left empty. */
void backtest_row_of(const pb_sim_result *sim, uint32_t car, pb_forecast_row *row);

void      backtest_result_score(backtest_result *result);
pb_status backtest_result_rows(const backtest_result *result, const char *path, pb_error *error);
void      backtest_result_json(const backtest_result *result, FILE *to);
void      backtest_result_table(const backtest_result *result, FILE *to);

#endif
