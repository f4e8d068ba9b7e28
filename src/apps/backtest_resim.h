/* backtest_resim.h - the protocol "resim": can the simulator reproduce a race
 * from its grid, its own green pace, its stops and its neutralisations?
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_RESIM_H
#define PB_APPS_BACKTEST_RESIM_H

#include "backtest_report.h"
#include "pitboard/engine.h"

typedef struct backtest_run {
    uint32_t trials, threads;
    uint64_t seed;
    pb_isa   isa;
    int      until_season, until_round; /* nothing later is learned from; 0: no limit */
    bool     official;                  /* truth: the results table */
} backtest_run;

/* Plays every scored race with what is learned from earlier seasons. Release
 * with backtest_result_free. */
pb_status backtest_resim(const backtest_data *data, const backtest_run *run, backtest_result *out, pb_error *error);
void      backtest_result_free(backtest_result *result);

#endif
