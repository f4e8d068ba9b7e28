/* backtest_history.h - recorded races in the form that models learn from.
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_HISTORY_H
#define PB_APPS_BACKTEST_HISTORY_H

#include "backtest_data.h"
#include "pitboard/predict_model.h"

typedef struct backtest_history {
    pb_history_race      *races; /* the usable ones, oldest first, a sprint before its race */
    const backtest_race **of;    /* where each comes from */
    size_t                n;
    int                   until_season, until_round; /* nothing later is learned from; 0: no limit */
} backtest_history;

/* Borrows from data. Release with backtest_history_free. */
pb_status backtest_history_make(const backtest_data *data, int until_season, int until_round, backtest_history *out,
                                pb_error *error);
void      backtest_history_free(backtest_history *history);

/* What a season's models may learn from: earlier seasons, not after `until`.
 * *past borrows from the history. */
void backtest_history_past(const backtest_history *history, int season, pb_history *past);
/* Race k with everything that came before it and may be known; race k is the
 * last. room has history->n entries. */
void backtest_history_upto(const backtest_history *history, size_t k, pb_history_race *room, pb_history *upto);
/* "2022-22", the newest race a season's models learned from; "" none. */
void backtest_history_cutoff(const backtest_history *history, int season, char out[16]);

#endif
