#include "backtest_baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

#define PLACES 22
#define FEATURES 5     /* 1, grid, pace rank, green stops, neutralised stops */
#define LAP_CARS_MIN 5 /* cars with a clean lap n, for a field median of lap n */
#define CAR_LAPS_MIN 5 /* such laps, for a pace */
#define ROWS_MIN 100   /* finishers, for a regression */
#define PRIOR_ROWS 3.0
#define PRIOR_WIDTH 3.0
#define NEIGHBOUR 0.4

const char *const backtest_baseline_name[BASELINE_N] = {"grid", "grid_slot", "grid_plus_own_pace", "grid_pace_stops"};

/* What the regressions see of one race. */
typedef struct race_features {
    uint32_t n;
    double   x[PB_CARS_MAX][FEATURES];
} race_features;

struct backtest_features {
    race_features *race; /* one a race of the data */
    double        *x;    /* room for the regressions */
    double        *y;
};

/* Counts of places by slot. */
typedef struct slot_table {
    double n[PLACES + 2][PLACES];
} slot_table;

/* Median clean time of lap n over the field; NAN when few drove it. */
static double field_median(const pb_race_log *log, uint32_t lap)
{
    double   v[PB_CARS_MAX] = {0};
    uint32_t n              = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t row = pb_lap_row(&log->cars[c], lap);
        if (row >= 0 && pb_lap_is_clean(&log->cars[c].laps[row])) v[n++] = log->cars[c].laps[row].time_ms * 1e-3;
    }
    return n >= LAP_CARS_MIN ? pb_median(v, n) : NAN;
}

/* Mean of a car's clean laps against the field's; INFINITY without enough. */
static void own_pace(const backtest_race *race, double *pace)
{
    double   sum[PB_CARS_MAX] = {0};
    uint32_t n[PB_CARS_MAX]   = {0};
    for (uint32_t lap = 1; lap <= PB_LAPS_MAX && lap <= race->outcome.laps + 1u; lap++) {
        double median = field_median(&race->log, lap);
        for (uint32_t c = 0; c < race->log.n_cars && !isnan(median); c++) {
            int32_t row = pb_lap_row(&race->log.cars[c], lap);
            if (row < 0 || !pb_lap_is_clean(&race->log.cars[c].laps[row])) continue;
            sum[c] += race->log.cars[c].laps[row].time_ms * 1e-3 - median;
            n[c]++;
        }
    }
    for (uint32_t c = 0; c < race->log.n_cars; c++) pace[c] = n[c] >= CAR_LAPS_MIN ? sum[c] / n[c] : INFINITY;
}

/* Ranks from 1; equal values by driver code. */
static void rank(const backtest_race *race, const double *x, const bool *in, double *out)
{
    for (uint32_t a = 0; a < race->log.n_cars; a++) {
        out[a] = 1;
        for (uint32_t b = 0; b < race->log.n_cars; b++)
            out[a] += (!in || in[b]) &&
                      (x[b] < x[a] || (x[b] == x[a] && strcmp(race->log.cars[b].code, race->log.cars[a].code) < 0));
    }
}

static void count_stops(const backtest_race *race, uint32_t c, double *green, double *neutral)
{
    pb_tyre_stop stop[64];
    uint32_t     n = race->log.cars[c].n_laps > 0 ? pb_car_stops(&race->log, c, &race->outcome, false, stop, 64) : 0;
    *green = *neutral = 0;
    for (uint32_t i = 0; i < n && i < 64; i++) *(stop[i].neutral ? neutral : green) += 1;
}

/* Stops against the mean of the cars that went nine tenths of the distance; a
 * car that went less owes stops nobody can know. */
static void stop_features(const backtest_race *race, race_features *f)
{
    double   mean[2]            = {0};
    uint32_t full               = 0;
    bool     whole[PB_CARS_MAX] = {false};
    for (uint32_t c = 0; c < f->n; c++) {
        count_stops(race, c, &f->x[c][3], &f->x[c][4]);
        whole[c] = race->outcome.car[c].laps_done >= 0.9 * race->outcome.laps;
        if (!whole[c]) continue;
        full++;
        mean[0] += f->x[c][3];
        mean[1] += f->x[c][4];
    }
    for (uint32_t c = 0; c < f->n; c++)
        for (int k = 0; k < 2; k++) f->x[c][3 + k] = whole[c] && full > 0 ? f->x[c][3 + k] - mean[k] / full : 0;
}

static void make_features(const backtest_race *race, race_features *f)
{
    double pace[PB_CARS_MAX] = {0}, pace_rank[PB_CARS_MAX] = {0};
    f->n = race->log.n_cars;
    own_pace(race, pace);
    rank(race, pace, NULL, pace_rank);
    stop_features(race, f);
    for (uint32_t c = 0; c < f->n; c++) {
        f->x[c][0] = 1;
        f->x[c][1] = race->log.cars[c].grid;
        f->x[c][2] = isinf(pace[c]) ? race->log.cars[c].grid : pace_rank[c];
    }
}

static bool history(const backtest_data *data, size_t i, size_t at)
{
    const backtest_race *a = &data->races[i], *b = &data->races[at];
    bool before = a->log.season < b->log.season || (a->log.season == b->log.season && a->log.round < b->log.round);
    return before && a->has_grid && a->usable;
}

/* Rows of one race for the regression: with stops, finishers and ranks among
 * them only; without, everybody. */
static size_t take_rows(const backtest_race *race, const race_features *f, bool stops, double *x, double *y)
{
    bool   in[PB_CARS_MAX]   = {false};
    double grid[PB_CARS_MAX] = {0}, pace[PB_CARS_MAX] = {0}, place[PB_CARS_MAX] = {0};
    double g[PB_CARS_MAX] = {0}, p[PB_CARS_MAX] = {0}, t[PB_CARS_MAX] = {0};
    size_t n = 0;
    for (uint32_t c = 0; c < f->n; c++) {
        in[c]    = !stops || race->outcome.car[c].took_flag;
        grid[c]  = f->x[c][1];
        pace[c]  = f->x[c][2];
        place[c] = race->outcome.car[c].place;
    }
    rank(race, grid, in, g);
    rank(race, pace, in, p);
    rank(race, place, in, t);
    for (uint32_t c = 0; c < f->n; c++) {
        if (!in[c]) continue;
        double row[FEATURES] = {1, stops ? g[c] : grid[c], stops ? p[c] : pace[c], f->x[c][3], f->x[c][4]};
        int    k             = stops ? FEATURES : 3;
        memcpy(x + n * (size_t)k, row, (size_t)k * sizeof *x);
        y[n++] = stops ? t[c] : place[c];
    }
    return n;
}

static void regress(const backtest_data *data, size_t at, const backtest_features *f, bool stops, double b[FEATURES])
{
    static const double without[2][FEATURES] = {{0, 0.4, 0.6, 0, 0}, {0, 0.4, 0.6, 1, 0.5}};
    size_t              n = 0, k = stops ? FEATURES : 3;
    double              ridge[FEATURES] = {1e-9, 1e-9, 1e-9, 1e-9, 1e-9};
    memcpy(b, without[stops], FEATURES * sizeof *b);
    for (size_t i = 0; i < data->n; i++)
        if (history(data, i, at)) n += take_rows(&data->races[i], &f->race[i], stops, f->x + n * k, f->y + n);
    if (n > ROWS_MIN) pb_least_squares(f->x, f->y, NULL, n, k, ridge, b, NULL);
}

/* The slot a car is expected to finish in, from 1. */
static void slots(const backtest_race *race, const race_features *f, backtest_baseline which, const double b[FEATURES],
                  double *slot)
{
    double score[PB_CARS_MAX] = {0};
    int    k                  = which == BASELINE_GRID_PACE_STOPS ? FEATURES : 3;
    for (uint32_t c = 0; c < f->n; c++) {
        score[c] = 0;
        for (int j = 0; j < k; j++) score[c] += b[j] * f->x[c][j];
        if (which == BASELINE_GRID || which == BASELINE_GRID_SLOT) slot[c] = race->log.cars[c].grid;
    }
    if (which == BASELINE_GRID_PACE || which == BASELINE_GRID_PACE_STOPS) rank(race, score, NULL, slot);
}

static void count_places(const backtest_race *race, const double *slot, slot_table *t)
{
    for (uint32_t c = 0; c < race->log.n_cars; c++) {
        int s = (int)slot[c], p = race->outcome.car[c].place;
        if (s >= 1 && s <= PLACES && p >= 1 && p <= PLACES) t->n[s][p - 1] += 1;
    }
}

/* Places after a slot: its own count and, shifted, its neighbours'; smoothed; a
 * bell around the slot where there is little. */
static void spread(const slot_table *t, int slot, uint32_t n_cars, double p[PLACES])
{
    double w[PLACES + 2] = {0}, prior[PLACES], sum = 0, total = 0;
    for (int d = -1; d <= 1; d++)
        for (int k = 0; k < PLACES && slot + d >= 1 && slot + d <= PLACES; k++)
            w[1 + (k - d + PLACES) % PLACES] += (d ? NEIGHBOUR : 1) * t->n[slot + d][k];
    for (int k = 0; k < PLACES; k++) {
        prior[k] = exp(-abs(k + 1 - slot) / PRIOR_WIDTH);
        sum += (uint32_t)k < n_cars ? prior[k] : 0;
    }
    for (int k = 0; k < PLACES; k++) {
        p[k] = (uint32_t)k < n_cars ? 0.15 * w[k] + 0.7 * w[k + 1] + 0.15 * w[k + 2] + PRIOR_ROWS * prior[k] / sum : 0;
        total += p[k];
    }
    for (int k = 0; k < PLACES; k++) p[k] /= total;
}

static void write_row(const backtest_race *race, uint32_t c, const double p[PLACES], pb_forecast_row *row)
{
    memset(row, 0, sizeof *row);
    row->season = race->log.season;
    row->round  = race->log.round;
    memcpy(row->driver, race->log.cars[c].code, sizeof row->driver);
    for (int k = 0; k < PLACES; k++) {
        row->p[k] = p[k];
        row->mean_position += (k + 1) * p[k];
        row->p_podium += k < 3 ? p[k] : 0;
        row->p_points += k < 10 ? p[k] : 0;
    }
    row->p_win = p[0];
}

pb_status backtest_features_create(const backtest_data *data, backtest_features **out, pb_error *error)
{
    backtest_features *f = calloc(1, sizeof *f);
    size_t             n = data->n * PB_CARS_MAX;
    if (f) {
        f->race = calloc(data->n, sizeof *f->race);
        f->x    = calloc(n * FEATURES + 1, sizeof *f->x);
        f->y    = calloc(n + 1, sizeof *f->y);
    }
    if (!f || !f->race || !f->x || !f->y) {
        backtest_features_destroy(f);
        return pb_error_set(error, PB_E_NOMEM, "out of memory in the baselines");
    }
    for (size_t i = 0; i < data->n; i++)
        if (data->races[i].usable && data->races[i].has_grid) make_features(&data->races[i], &f->race[i]);
    *out = f;
    return PB_OK;
}

void backtest_features_destroy(backtest_features *features)
{
    if (!features) return;
    free(features->race);
    free(features->x);
    free(features->y);
    free(features);
}

void backtest_baseline_predict(const backtest_data *data, const backtest_features *features, size_t at,
                               backtest_baseline which, pb_forecast_row *rows)
{
    slot_table           table       = {0};
    double               b[FEATURES] = {0}, slot[PB_CARS_MAX] = {0}, p[PLACES] = {0};
    const backtest_race *race = &data->races[at];

    regress(data, at, features, which == BASELINE_GRID_PACE_STOPS, b);
    for (size_t i = 0; i < data->n; i++) {
        if (!history(data, i, at)) continue;
        slots(&data->races[i], &features->race[i], which, b, slot);
        count_places(&data->races[i], slot, &table);
    }
    slots(race, &features->race[at], which, b, slot);
    for (uint32_t c = 0; c < race->log.n_cars; c++) {
        if (which == BASELINE_GRID) {
            memset(p, 0, sizeof p);
            p[(int)slot[c] < PLACES ? (int)slot[c] - 1 : PLACES - 1] = 1;
        } else {
            spread(&table, (int)slot[c], race->log.n_cars, p);
        }
        write_row(race, c, p, &rows[c]);
    }
}
