/* stops_wear: what a lap of tyre age costs, from the clean laps of one race.
 *
 * A robust regression within cars on lap number, age by compound and new-set
 * offset by compound, held to the values of effects.md section 1 where the race
 * tells little. Where hardly anyone ran a compound its wear is thus the usual
 * one, which keeps the mean of the three comparable between races. */
#include <float.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "stops_parts.h"

enum { LAP, AGE, OFF_SOFT = AGE + PB__STOPS_SETS, OFF_HARD, TERMS };

#define LAPS_LEAST 100
#define FIRST_LAP 4
#define SLOW 1.07 /* of the best lap */
#define HUBER 1.5

/* effects.md section 1: s per lap of the race, s per lap of age; offsets around 0. */
static const double usual[TERMS] = {-0.055, 0.068, 0.059, 0.041, 0, 0};
/* Precision of those against a lap's: lap noise of 0.45 s against a spread between
 * races of 0.010 s, 0.007 s and 0.1 s. */
static const double ridge[TERMS] = {2000, 4000, 4000, 4000, 20, 20};

typedef struct laps {
    double *x, *y;
    size_t  n;
} laps;

static int32_t best_lap(const pb_race_log *log)
{
    int32_t best = INT32_MAX;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            int32_t ms = log->cars[c].laps[i].time_ms;
            if (ms != PB_MS_NONE && ms < best) best = ms;
        }
    return best;
}

static bool tells(const pb_lap *lap, int32_t best)
{
    return pb_lap_is_clean(lap) && lap->number >= FIRST_LAP && lap->time_ms < SLOW * best && lap->tyre_age_laps >= 0 &&
           lap->compound >= PB_COMPOUND_SOFT && lap->compound <= PB_COMPOUND_HARD;
}

/* Appends a car's laps, what is usual taken off, each column less its mean: what
 * is left knows nothing of how fast the car is. */
static void add_car(const pb_log_car *car, int32_t best, laps *to)
{
    double mean[TERMS + 1] = {0};
    size_t from            = to->n;
    for (uint32_t i = 0; i < car->n_laps; i++) {
        const pb_lap *lap = &car->laps[i];
        double       *x = to->x + to->n * TERMS, y = lap->time_ms / 1000.0;
        if (!tells(lap, best)) continue;
        for (int j = 0; j < TERMS; j++) x[j] = 0;
        x[LAP]                                    = lap->number;
        x[AGE + lap->compound - PB_COMPOUND_SOFT] = lap->tyre_age_laps;
        if (lap->compound == PB_COMPOUND_SOFT) x[OFF_SOFT] = 1;
        if (lap->compound == PB_COMPOUND_HARD) x[OFF_HARD] = 1;
        for (int j = 0; j < TERMS; j++) y -= usual[j] * x[j];
        for (int j = 0; j < TERMS; j++) mean[j] += x[j];
        mean[TERMS] += y;
        to->y[to->n++] = y;
    }
    double n = to->n > from ? (double)(to->n - from) : 1;
    for (size_t i = from; i < to->n; i++) {
        for (int j = 0; j < TERMS; j++) to->x[i * TERMS + (size_t)j] -= mean[j] / n;
        to->y[i] -= mean[TERMS] / n;
    }
}

bool pb__stops_wear(const pb_race_log *log, double *wear_s)
{
    double b[TERMS];
    size_t all = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) all += log->cars[c].n_laps;
    laps    l    = {.x = malloc((all + 1) * TERMS * sizeof(double)), .y = malloc((all + 1) * sizeof(double))};
    int32_t best = best_lap(log);
    bool    ok   = l.x && l.y;
    for (uint32_t c = 0; c < log->n_cars && ok; c++) add_car(&log->cars[c], best, &l);
    ok = ok && l.n >= LAPS_LEAST && pb_robust_squares(l.x, l.y, NULL, l.n, TERMS, ridge, HUBER, b, NULL, NULL) == PB_OK;
    if (ok) {
        *wear_s = 0;
        for (int s = 0; s < PB__STOPS_SETS; s++) *wear_s += (usual[AGE + s] + b[AGE + s]) / PB__STOPS_SETS;
    }
    free(l.x);
    free(l.y);
    return ok;
}
