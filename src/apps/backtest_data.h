/* backtest_data.h - the recorded races a back-test works on, with grids, starters
 * that never completed a lap, exact status times where there are any, and the
 * truth.
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_DATA_H
#define PB_APPS_BACKTEST_DATA_H

#include "pitboard/predict.h"
#include "pitboard/race_records.h"

#define BACKTEST_PHASES_MAX 32

typedef struct backtest_race {
    char             path[512];
    pb_race_log      log; /* starters only; grid set */
    pb_race_outcome  outcome;
    bool             has_grid;
    bool             usable;                 /* can be played and scored */
    char             why[PB_ERROR_TEXT_MAX]; /* it cannot */
    bool             scored;                 /* asked for */
    uint8_t          official[PB_CARS_MAX];  /* place in the results table, 0 not in it */
    uint32_t         n_starters;             /* cars on the grid stand first; those after them have no place */
    pb_neutral_phase phases[BACKTEST_PHASES_MAX];
    uint32_t         n_phases;
    bool             exact;   /* phases come from the status feed */
    pb_weather_row  *weather; /* by time; of the log's arena */
    uint32_t         n_weather;
    pb_control_row  *control;
    uint32_t         n_control;
} backtest_race;

typedef struct backtest_data {
    backtest_race *races; /* by season and round, a sprint before its race */
    size_t         n;
} backtest_data;

typedef struct backtest_data_options {
    const char *const *data; /* folders or lap files */
    size_t             n_data;
    const char        *grids; /* NULL: grids.csv of the folders */
    const char        *races; /* file of season,round to score; NULL: all */
    int                season_from, season_to;
    bool               unplaced; /* keep cars that completed laps and are not on the grid */
    bool               sprints;  /* also armchair-strategist/sprints, as history; never scored */
} backtest_data_options;

/* Reads everything; a race that cannot be used is kept with the reason. Release
 * with backtest_data_free. */
pb_status backtest_data_read(const backtest_data_options *options, backtest_data *out, pb_error *error);
void      backtest_data_free(backtest_data *data);

#endif
