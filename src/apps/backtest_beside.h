/* backtest_beside.h - what folders of --data hold beside the laps: weather and
 * the messages of race control, put on the races they belong to.
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_BESIDE_H
#define PB_APPS_BACKTEST_BESIDE_H

#include "backtest_data.h"

/* Each race takes the rows of the first file that has any of it: live timing
 * before the tables of whole seasons. Files that are not there are no error; one
 * that is broken is. */
pb_status backtest_beside_read(const char *folder, backtest_data *data, pb_error *error);

#endif
