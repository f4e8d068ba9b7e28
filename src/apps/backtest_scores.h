/* backtest_scores.h - how good a learned model and its baselines were, as JSON
 * and as a table.
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_SCORES_H
#define PB_APPS_BACKTEST_SCORES_H

#include <stdio.h>

#include "backtest_learned.h"
#include "pitboard/predict_score.h"

#define BACKTEST_SEASONS_MAX 64

/* Races [first, first + n) of learned->scored: one season. */
typedef struct backtest_season {
    int       season;
    size_t    first, n;
    pb_score *score[BACKTEST_PREDICTORS_MAX]; /* NULL where nothing can be scored */
} backtest_season;

typedef struct backtest_scores {
    const backtest_learned *learned;
    pb_score               *score[BACKTEST_PREDICTORS_MAX]; /* as learned->said */
    backtest_season        *season;                         /* of several; one alone is the whole */
    size_t                  n_seasons;
    pb_calibration         *calibration; /* of the model */
    size_t                  n_calibrations;
    const char             *threshold_from; /* pitcall: which races it was chosen on; else NULL */
    bool                    per_race;
} backtest_scores;

/* learned must outlive the scores. Release with backtest_scores_free. */
pb_status backtest_scores_make(const backtest_learned *learned, bool per_race, backtest_scores *out, pb_error *error);
void      backtest_scores_free(backtest_scores *scores);
void      backtest_scores_json(const backtest_scores *scores, FILE *to);
void      backtest_scores_table(const backtest_scores *scores, FILE *to);

#endif
