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

/* Reads the data, for any race; empty data: nothing is read. Release in every case. */
pb_status decide_past_open(const pb__list *data, const char *grids, decide_past *out, pb_error *error);
/* Which of it lies before this race, and which is this race (NULL: none of it). What was
 * read is not changed: many calls may choose at once. */
void decide_past_choose(const decide_past *past, const pb_race_log *log, pb_history *races,
                        const pb_history_race **beside);
/* Both. */
pb_status decide_past_read(const pb__list *data, const char *grids, const pb_race_log *log, decide_past *out,
                           pb_error *error);
void      decide_past_free(decide_past *past);

#endif
