/* backtest_regret.h - the protocol "regret": at every stop under green, SC or VSC,
 * our call against what the team did and against the plan before the start; and
 * what happened to pairs of cars that chose differently.
 *
 * Nothing is fitted on the season that is judged: the prior and every model are
 * learned from earlier seasons. A gain by our own simulator is reported; the claim
 * is what was observed (predict_pairs.h).
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_REGRET_H
#define PB_APPS_BACKTEST_REGRET_H

#include <stdio.h>

#include "backtest_history.h"
#include "backtest_resim.h"
#include "pitboard/predict_pairs.h"
#include "review_race.h"

/* What is done on one in-lap. */
typedef struct regret_deed {
    bool     box;      /* stop at its end */
    uint16_t lap;      /* else the in-lap of the next stop; 0 none */
    uint8_t  compound; /* pb_compound to fit; UNKNOWN: no stop */
} regret_deed;

/* One stop of one car. */
typedef struct regret_row {
    int16_t         season, round;
    char            driver[8];
    uint16_t        lap;  /* in-lap */
    pb_neutral_kind flag; /* before the pit entry; 0 green */
    bool            asked, clear;
    regret_deed     ours, team, plan;
    bool            has_plan; /* the plan before the start is known */
    bool            has_gain, has_plan_gain;
    pb_gain         gain;      /* ours less the team's, points, by our own simulator */
    pb_gain         plan_gain; /* ours less the plan's */
    double          confidence;
    uint32_t        block; /* race of the run, 0 .. */
    char            cutoff[16];
    char            why[160]; /* not asked */
} regret_row;

typedef struct regret_result {
    size_t        races;
    regret_row   *row;
    size_t        rows;
    pb_pair_case *pair;
    size_t        pairs;
    uint32_t      trials;
    uint64_t      seed;
    size_t        skipped;
    char (*why)[PB_ERROR_TEXT_MAX]; /* of each race that was asked for and could not be judged */
} regret_result;

/* Judges every scored race. Release with regret_free. */
pb_status regret_run(const backtest_data *data, const backtest_run *run, regret_result *out, pb_error *error);
void      regret_free(regret_result *result);

/* ---- backtest_regret_season.c ---- */

/* What may be known in a season. Release with regret_season_free in every case. */
typedef struct regret_season {
    int           season;
    pb_prior     *prior;
    decide_models models;
    char          cutoff[16];
} regret_season;

pb_status regret_season_learn(const backtest_history *history, const backtest_run *run, int season, regret_season *out,
                              pb_error *error);
void      regret_season_free(regret_season *season);

/* ---- backtest_regret_value.c ---- */

/* A row's gains, by the decider of its call. A review_also: the question's tag is
 * a regret_row, or NULL for nothing to do. */
pb_status   regret_value(void *user, const review_moment *moment, pb_decider *decider, review_question *question,
                         pb_error *error);
regret_deed regret_deed_of(const pb_call *call);
bool        regret_same(const regret_deed *a, const regret_deed *b);

/* ---- backtest_regret_report.c ---- */

pb_status regret_rows(const regret_result *result, const char *path, pb_error *error);
pb_status regret_json(const regret_result *result, FILE *to, pb_error *error);
pb_status regret_table(const regret_result *result, FILE *to, pb_error *error);

#endif
