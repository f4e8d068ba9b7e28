/* decide_past.h - what --data adds to a call: the races before this one, and the
 * weather and messages recorded beside it.
 *
 * Used by the commands that call. */
#ifndef PB_APPS_DECIDE_PAST_H
#define PB_APPS_DECIDE_PAST_H

#include "backtest_history.h"
#include "options.h"

typedef struct decide_past {
    backtest_data          data;
    backtest_history       history;
    pb_history             races;  /* before this one */
    const pb_history_race *beside; /* this one, whole; NULL: not in the data */
} decide_past;

/* Empty data: nothing is read. Release in every case. */
pb_status decide_past_read(const pb__list *data, const char *grids, const pb_race_log *log, decide_past *out,
                           pb_error *error);
void      decide_past_free(decide_past *past);

#endif
