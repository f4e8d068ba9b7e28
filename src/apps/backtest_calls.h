/* backtest_calls.h - our own calls, lap by lap, held against what the pit walls did.
 *
 * For every lap of every car of a scored race the call is made as `recommend` makes
 * it: from the leader's end of the lap before, with a flag that comes out before the
 * car's own pit entry known. Prior and pit call are learned from earlier seasons.
 *
 * Agreement is no proof of being right; it is reported beside what happened
 * (docs/decisions.md).
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_CALLS_H
#define PB_APPS_BACKTEST_CALLS_H

#include <stdio.h>

#include "backtest_data.h"
#include "pitboard/num.h"

typedef struct backtest_call {
    int16_t  season, round;
    uint16_t lap; /* in-lap that is called */
    char     driver[8];
    bool     box;      /* we said so */
    uint8_t  compound; /* to fit; UNKNOWN without a stop */
    double   gain;     /* of stopping on this lap against not, points */
    double   score;    /* of the call, above 0: stop */
    double   hazard;   /* of pit walls, NAN unknown */
    uint8_t  flag;     /* pb_neutral_kind known before the entry, 0 green */
    bool     stops;    /* the car did */
    uint8_t  fitted;
    char     cutoff[16]; /* newest race that was learned from, "2022-22" */
} backtest_call;

typedef struct backtest_calls_options {
    uint32_t trials, threads;
    uint64_t seed;
    pb_isa   isa;
    int      until_season, until_round;
} backtest_calls_options;

typedef struct backtest_calls {
    backtest_call *at; /* by race, car, lap */
    size_t         n, races, skipped;
    char (*why)[PB_ERROR_TEXT_MAX]; /* of each race that was left out */
} backtest_calls;

/* Release with backtest_calls_free. */
pb_status backtest_calls_run(const backtest_data *data, const backtest_calls_options *options, backtest_calls *out,
                             pb_error *error);
void      backtest_calls_free(backtest_calls *calls);

/* ---- how they agree ---- */

#define BACKTEST_CALLS_METRICS 24

/* All stops, and green, SC and VSC ones apart: within0, within1, within2 (share of
 * stops whose call began so near), lap_error (signed mean, negative: we called
 * earlier), never (share of stops without a call), false_calls (per car and race),
 * compound (share of called stops with our set); 90 % block bootstrap over races. */
size_t backtest_calls_score(const backtest_calls *calls, uint32_t resamples, pb_metric out[BACKTEST_CALLS_METRICS]);

pb_status backtest_calls_rows(const backtest_calls *calls, const char *path, pb_error *error);
void      backtest_calls_json(const backtest_calls *calls, const pb_metric *metric, size_t n, FILE *to);
void      backtest_calls_table(const backtest_calls *calls, const pb_metric *metric, size_t n, FILE *to);

#endif
