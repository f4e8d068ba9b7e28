#include "forecast_baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "place_dist.h"

#define FORM_RACES 6
#define TERMS 4         /* 1, slot, driver, team */
#define CASES_LEAST 150 /* for the regression */

static bool has_places(const pb_history_race *race)
{
    return race->usable && !race->log->sprint;
}

static bool has_slots(const pb_history_race *race)
{
    return has_places(race) && race->has_grid && race->log->n_cars <= PB__PLACES;
}

static pb_status add_row(const pb_history_race *race, uint32_t c, const double *p, pb_rows *rows, pb_error *error)
{
    pb_row row = {.season = race->log->season, .round = race->log->round};
    memcpy(row.driver, race->log->cars[c].code, sizeof row.driver);
    pb__place_values(p, row.value);
    return pb_rows_add(rows, &row) == PB_OK ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for rows");
}

/* Slot k of each car through its table. */
static pb_status add_rows(const pb_history_race *race, const pb__slot_table *table, const uint32_t *slot, pb_rows *rows,
                          pb_error *error)
{
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        double p[PB__PLACES];
        pb__slot_dist(table, slot[c], race->log->n_cars, p);
        PB_TRY(add_row(race, c, p, rows, error));
    }
    return PB_OK;
}

pb_status pb__forecast_grid_slot_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                         pb_error *error)
{
    pb__slot_table table = {0};
    uint32_t       slot[PB_CARS_MAX];
    (void)model;
    if (!has_slots(&history->races[at])) return PB_OK;
    for (size_t k = 0; k < at; k++) {
        const pb_history_race *race = &history->races[k];
        for (uint32_t c = 0; c < race->log->n_cars && has_slots(race); c++)
            pb__slot_add(&table, race->log->cars[c].grid, race->outcome->car[c].place, 1);
    }
    for (uint32_t c = 0; c < history->races[at].log->n_cars; c++) slot[c] = history->races[at].log->cars[c].grid;
    return add_rows(&history->races[at], &table, slot, rows, error);
}

/* ---- with form ---- */

typedef struct mean {
    double sum, n;
} mean;

static void add_past(const pb_history_race *past, const pb_log_car *of, int16_t season, mean *driver, mean *team)
{
    for (uint32_t c = 0; c < past->log->n_cars; c++) {
        const pb_log_car *car   = &past->log->cars[c];
        double            place = past->outcome->car[c].place;
        if (strcmp(car->code, of->code) == 0) {
            driver->sum += place;
            driver->n++;
        }
        if (past->log->season == season && car->n_laps > 0 && of->n_laps > 0 && strcmp(car->team, of->team) == 0) {
            team->sum += place;
            team->n++;
        }
    }
}

/* 1, slot, mean place of the driver and of the team in the last races before `at`. */
static void terms_of(const pb_history *history, size_t at, uint32_t c, double *x)
{
    const pb_log_car *car = &history->races[at].log->cars[c];
    mean              d = {0}, t = {0};
    int               seen = 0;
    for (size_t k = at; k-- > 0 && seen < FORM_RACES;) {
        if (!has_places(&history->races[k])) continue;
        add_past(&history->races[k], car, history->races[at].log->season, &d, &t);
        seen++;
    }
    double none = 0.5 * car->grid + 5.5;
    x[0]        = 1;
    x[1]        = car->grid;
    x[2]        = d.n > 0 ? d.sum / d.n : t.n > 0 ? t.sum / t.n : none;
    x[3]        = t.n > 0 ? t.sum / t.n : x[2];
}

/* 1 + cars of a lower value, or the same and an earlier code. */
static void ranks_of(const pb_race_log *log, const double *value, uint32_t *rank)
{
    for (uint32_t c = 0; c < log->n_cars; c++) {
        rank[c] = 1;
        for (uint32_t j = 0; j < log->n_cars; j++)
            rank[c] +=
                value[j] < value[c] || (value[j] == value[c] && strcmp(log->cars[j].code, log->cars[c].code) < 0);
    }
}

typedef struct cases {
    double (*x)[TERMS]; /* of all cars of all races before, in order */
    double *y;
    size_t  n;
} cases;

static void gather(const pb_history *history, size_t at, cases *all)
{
    for (size_t k = 0; k < at; k++) {
        const pb_history_race *race = &history->races[k];
        for (uint32_t c = 0; c < race->log->n_cars && has_slots(race); c++) {
            terms_of(history, k, c, all->x[all->n]);
            all->y[all->n++] = race->outcome->car[c].place;
        }
    }
}

static double value_of(const double *b, const double *x)
{
    return b[0] * x[0] + b[1] * x[1] + b[2] * x[2] + b[3] * x[3];
}

/* Places against ranks of the regression, over the same cases. */
static void fill_table(const pb_history *history, size_t at, const cases *all, const double *b, pb__slot_table *table)
{
    size_t i = 0;
    for (size_t k = 0; k < at; k++) {
        const pb_history_race *race = &history->races[k];
        double                 value[PB_CARS_MAX];
        uint32_t               rank[PB_CARS_MAX];
        if (!has_slots(race)) continue;
        for (uint32_t c = 0; c < race->log->n_cars; c++) value[c] = value_of(b, all->x[i++]);
        ranks_of(race->log, value, rank);
        for (uint32_t c = 0; c < race->log->n_cars; c++) pb__slot_add(table, rank[c], race->outcome->car[c].place, 1);
    }
}

static pb_status regress(const cases *all, double *b, pb_error *error)
{
    const double rough[TERMS] = {0, 0.5, 0.25, 0.25};
    memcpy(b, rough, sizeof rough);
    if (all->n <= CASES_LEAST) return PB_OK;
    pb_status status = pb_least_squares(all->x[0], all->y, NULL, all->n, TERMS, NULL, b, NULL);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "grid_plus_form: no regression over %zu cars", all->n);
}

static pb_status predict_with(const pb_history *history, size_t at, cases *all, pb_rows *rows, pb_error *error)
{
    pb__slot_table     table = {0};
    double             b[TERMS], value[PB_CARS_MAX];
    uint32_t           rank[PB_CARS_MAX];
    const pb_race_log *log = history->races[at].log;
    gather(history, at, all);
    PB_TRY(regress(all, b, error));
    fill_table(history, at, all, b, &table);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        double x[TERMS];
        terms_of(history, at, c, x);
        value[c] = value_of(b, x);
    }
    ranks_of(log, value, rank);
    return add_rows(&history->races[at], &table, rank, rows, error);
}

pb_status pb__forecast_grid_form_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                         pb_error *error)
{
    (void)model;
    if (!has_slots(&history->races[at])) return PB_OK;
    size_t    most   = (at + 1) * PB_CARS_MAX;
    cases     all    = {.x = calloc(most, sizeof *all.x), .y = calloc(most, sizeof *all.y)};
    pb_status status = all.x && all.y ? predict_with(history, at, &all, rows, error)
                                      : pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", at);
    free(all.x);
    free(all.y);
    return status;
}
