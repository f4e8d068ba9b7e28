/* live_form: means over earlier races. */
#include "live_form.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

/* Chosen on 2019-2022, walk-forward. */
#define FORM_RACES 24    /* further back nothing is read */
#define FORM_FADE 0.90   /* a race */
#define SEASON_FADE 0.60 /* a winter */
#define PLACE_PRIOR 1.0  /* races in the middle of the field that everybody starts with */
#define PLACE_MIDDLE 10.5
#define CLEAN_LEAST 5
#define STOPS_LEAST 5
#define LOSS_DEFAULT_S 22.0 /* before any race was seen */

void pb__field_laps(const pb_race_log *log, double *field)
{
    double   v[PB_CARS_MAX];
    uint32_t at[PB_CARS_MAX] = {0};
    field[0]                 = NAN;
    for (uint32_t l = 1; l <= PB_LAPS_MAX; l++) {
        size_t n = 0;
        for (uint32_t c = 0; c < log->n_cars; c++) {
            const pb_log_car *car = &log->cars[c];
            while (at[c] < car->n_laps && car->laps[at[c]].number < l) at[c]++;
            if (at[c] == car->n_laps || car->laps[at[c]].number != l || !pb_lap_is_clean(&car->laps[at[c]])) continue;
            v[n++] = car->laps[at[c]].time_ms / 1000.0;
        }
        field[l] = n >= CLEAN_LEAST ? pb_median(v, n) : NAN;
    }
}

/* Mean of clean laps against the field, per cent. */
static double pace_of(const pb_log_car *car, const double *field)
{
    double   sum = 0;
    uint32_t n   = 0;
    for (uint32_t i = 0; i < car->n_laps; i++) {
        const pb_lap *lap = &car->laps[i];
        if (!pb_lap_is_clean(lap) || isnan(field[lap->number])) continue;
        double d = 100 * (lap->time_ms / 1000.0 / field[lap->number] - 1);
        sum += fmax(-5, fmin(5, d));
        n++;
    }
    return n >= CLEAN_LEAST ? sum / n : NAN;
}

/* What a green stop in row i cost: two laps less twice the median of the last
 * three clean ones, s; NAN when it cannot be told. */
static double loss_of(const pb_log_car *car, uint32_t i)
{
    double   v[3];
    size_t   n  = 0;
    unsigned st = car->laps[i].status | car->laps[i + 1].status;
    if (car->laps[i].pit_in_ms == PB_MS_NONE || car->laps[i + 1].pit_out_ms == PB_MS_NONE) return NAN;
    if ((st & PB_STATUS_BITS_NEUTRAL) || car->laps[i].number < 4 || i == 0) return NAN;
    for (uint32_t k = i; k-- > 0 && k + 7 > i && n < 3;)
        if (pb_lap_is_clean(&car->laps[k])) v[n++] = car->laps[k].time_ms / 1000.0;
    if (n < 2) return NAN;
    double two = (car->laps[i + 1].session_ms - car->laps[i - 1].session_ms) / 1000.0;
    double d   = two - 2 * pb_median(v, n);
    return d > 8 && d < 60 ? d : NAN;
}

static double loss_of_race(const pb_race_log *log)
{
    double v[256];
    size_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        for (uint32_t i = 0; i + 1 < log->cars[c].n_laps && n < 256; i++) {
            double d = loss_of(&log->cars[c], i);
            if (!isnan(d)) v[n++] = d;
        }
    }
    return n >= STOPS_LEAST ? pb_median(v, n) : NAN;
}

bool pb__form_race_of(const pb_history_race *race, pb__form_race *out)
{
    double             field[PB_LAPS_MAX + 1];
    const pb_race_log *log = race->log;
    if (!race->usable || log->sprint || log->n_cars < 2) return false;
    *out = (pb__form_race){.season = log->season, .n = log->n_cars, .loss_s = loss_of_race(log)};
    memcpy(out->circuit, log->circuit, sizeof out->circuit);
    pb__field_laps(log, field);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        memcpy(out->car[c].code, car->code, sizeof car->code);
        pb_team_id((pb_span){car->team, strlen(car->team)}, log->season, out->car[c].team, sizeof out->car[c].team);
        out->car[c].place = 1 + 19.0 * (race->outcome->car[c].place - 1) / (log->n_cars - 1);
        out->car[c].pace  = pace_of(car, field);
    }
    return true;
}

/* A mean that fades. */
typedef struct fading {
    double sum, weight;
} fading;

static void fading_add(fading *f, double x, double weight)
{
    if (isnan(x)) return;
    f->sum += weight * x;
    f->weight += weight;
}

static void car_form(const pb__form_race *const *races, size_t n, const pb_log_car *car, int16_t season,
                     pb__form_car *out)
{
    fading dp = {PLACE_MIDDLE * PLACE_PRIOR, PLACE_PRIOR}, tp = dp, dq = {0, PLACE_PRIOR}, tq = dq;
    char   team[40];
    double w    = 1;
    int    seen = season;
    pb_team_id((pb_span){car->team, strlen(car->team)}, season, team, sizeof team);
    for (size_t i = n; i-- > 0 && n - i <= FORM_RACES;) {
        const pb__form_race *race = races[i];
        for (; seen > race->season; seen--) w *= SEASON_FADE;
        for (uint32_t c = 0; c < race->n; c++) {
            if (strcmp(race->car[c].code, car->code) == 0) {
                fading_add(&dp, race->car[c].place, w);
                fading_add(&dq, race->car[c].pace, w);
            }
            if (strcmp(race->car[c].team, team) == 0) {
                fading_add(&tp, race->car[c].place, w / 2);
                fading_add(&tq, race->car[c].pace, w / 2);
            }
        }
        w *= FORM_FADE;
    }
    *out = (pb__form_car){dp.sum / dp.weight, tp.sum / tp.weight, dq.sum / dq.weight, tq.sum / tq.weight};
}

/* The newest edition here, else the median of all races. */
static double loss_before(const pb__form_race *const *races, size_t n, const char *circuit)
{
    double v[256];
    size_t k = 0;
    for (size_t i = n; i-- > 0 && k < 256;) {
        if (isnan(races[i]->loss_s)) continue;
        if (circuit[0] && strcmp(races[i]->circuit, circuit) == 0) return races[i]->loss_s;
        v[k++] = races[i]->loss_s;
    }
    return k > 0 ? pb_median(v, k) : LOSS_DEFAULT_S;
}

void pb__form_from(const pb__form_race *const *races, size_t n, const pb_race_log *log, pb__form *out)
{
    memset(out, 0, sizeof *out);
    for (uint32_t c = 0; c < log->n_cars; c++) car_form(races, n, &log->cars[c], log->season, &out->car[c]);
    out->loss_s = loss_before(races, n, log->circuit);
}

pb_status pb__form_before(const pb_history *history, size_t at, pb__form *out)
{
    pb__form_race        *races  = calloc(at + 1, sizeof *races);
    const pb__form_race **ptr    = calloc(at + 1, sizeof(const pb__form_race *));
    size_t                n      = 0;
    pb_status             status = races && ptr ? PB_OK : PB_E_NOMEM;
    for (size_t i = 0; status == PB_OK && i < at; i++)
        if (pb__form_race_of(&history->races[i], &races[n])) {
            ptr[n] = &races[n];
            n++;
        }
    if (status == PB_OK) pb__form_from(ptr, n, history->races[at].log, out);
    free(races);
    free(ptr);
    return status;
}
