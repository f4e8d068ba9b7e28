/* backtest_rows.h - predicted rows as text. What is scored is what was written:
 * numbers are rounded to the digits of the file first.
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_ROWS_H
#define PB_APPS_BACKTEST_ROWS_H

#include <stdio.h>

#include "pitboard/predict_model.h"

/* Numbers of rows from .. n - 1 as they will be read back; what is not finite
 * becomes NAN, an empty cell. */
void backtest_rows_round(pb_rows *rows, size_t from);

void backtest_rows_header(FILE *to, const pb_protocol *protocol);
void backtest_rows_put(FILE *to, const pb_protocol *protocol, const pb_row *row, const char *cutoff);

#endif
