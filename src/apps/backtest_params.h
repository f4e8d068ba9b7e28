/* backtest_params.h - plays the 2016-2019 race files of the TUM simulator and
 * compares the finish with the results table.
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_PARAMS_H
#define PB_APPS_BACKTEST_PARAMS_H

#include "backtest_resim.h"

/* Every pars_*.ini of folder against DATA/racedata/results.csv. Prints the
 * report itself. */
pb_status backtest_params(const char *folder, const backtest_data_options *data, const backtest_run *run, bool json,
                          pb_error *error);

#endif
