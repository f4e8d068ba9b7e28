/* A car's median lap in traffic understates its pace, and by how much depends
 * on the race it had. So the pace of a race that is played again is not read
 * off its laps: it is the pace with which the played race, traffic and all, has
 * the same mean green lap as the recorded one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit_internal.h"

#define MATCH_TRIALS 128
#define MATCH_ROUNDS 5
#define MATCH_STEP 0.8 /* of the difference, so that neighbours do not push each other about */
#define MATCH_STEP_MAX_S 0.5
#define MATCH_SEED 20
/* Slower than this times the best clean lap (the median one, in the wet) is no
 * pace: laps on which the field lines up again after a red flag carry a clear
 * status and pass for accurate (2023 Sao Paulo, lap 4: 132 s in front, 81 s at
 * the back). Of 1.15, 1.3 and 1.5 the middle one is best on 2019-2022. */
#define SLOW_FRAC 1.3
#define FIRST_LAP 2
#define LAPS_MIN 5
#define SWEEPS 20
/* Effects that are decided by what happened, or belong to the spread and not to
 * the mean. */
#define MATCH_OFF                                                                                                      \
    (PB_EFFECT_PACE_UNCERTAINTY | PB_EFFECT_WEAR_UNCERTAINTY | PB_EFFECT_RETIREMENTS | PB_EFFECT_PENALTIES |           \
     PB_EFFECT_REACT_SC | PB_EFFECT_COVER | PB_EFFECT_REACT_RAIN | PB_EFFECT_PLAN_JITTER)

/* Lap times of all cars; only differences between cars on the same lap count. */
typedef struct grid_of_laps {
    uint32_t n_cars, n_laps;
    double  *lap_s; /* [car][lap 1..], NAN where there is none */
} grid_of_laps;

static double *cell(const grid_of_laps *g, uint32_t car, uint32_t lap)
{
    return &g->lap_s[car * g->n_laps + lap - 1];
}

/* The laps that make a race's own green pace: clear status alone, accurate,
 * neither in- nor out-lap (docs/accuracy.md, "Which laps are green pace"). Laps
 * under yellow, limping laps and those the feed doubts would tell more about the
 * result (0.78 against 0.81 places on 2019-2022), but as events, not as pace. */
static bool counts(const pb__fit *fit, const pb_lap *lap)
{
    if (lap->number < FIRST_LAP || lap->number > fit->laps || !pb_lap_is_clean(lap)) return false;
    return lap->time_ms * 1e-3 < SLOW_FRAC * (fit->pace.wet ? fit->pace.median_s : fit->pace.best_s);
}

static void record(const pb__fit *fit, grid_of_laps *g)
{
    for (uint32_t i = 0; i < g->n_cars * g->n_laps; i++) g->lap_s[i] = NAN;
    for (uint32_t c = 0; c < g->n_cars; c++)
        for (uint32_t i = 0; i < fit->log->cars[c].n_laps; i++)
            if (counts(fit, &fit->log->cars[c].laps[i]))
                *cell(g, c, fit->log->cars[c].laps[i].number) = fit->log->cars[c].laps[i].time_ms * 1e-3;
}

static void sweep_laps(const grid_of_laps *g, const double *car_s, double *lap_s)
{
    for (uint32_t n = 1; n <= g->n_laps; n++) {
        double   sum = 0;
        uint32_t k   = 0;
        for (uint32_t c = 0; c < g->n_cars; c++) {
            double x = *cell(g, c, n);
            if (isnan(x)) continue;
            sum += x - car_s[c];
            k++;
        }
        lap_s[n] = k > 0 ? sum / k : NAN;
    }
}

static void sweep_cars(const grid_of_laps *g, const double *lap_s, double *car_s)
{
    for (uint32_t c = 0; c < g->n_cars; c++) {
        double   sum = 0;
        uint32_t k   = 0;
        for (uint32_t n = 1; n <= g->n_laps; n++) {
            double x = *cell(g, c, n);
            if (isnan(x)) continue;
            sum += x - lap_s[n];
            k++;
        }
        car_s[c] = k >= LAPS_MIN ? sum / k : NAN;
    }
}

/* Mean lap of each car against the field on the same laps (two-way means). */
static void car_means(const grid_of_laps *g, double *car_s)
{
    double lap_s[PB_LAPS_MAX + 1];
    for (uint32_t c = 0; c < g->n_cars; c++) car_s[c] = 0;
    for (int s = 0; s < SWEEPS; s++) {
        double   zero = 0;
        uint32_t k    = 0;
        sweep_laps(g, car_s, lap_s);
        sweep_cars(g, lap_s, car_s);
        for (uint32_t c = 0; c < g->n_cars; c++)
            if (!isnan(car_s[c])) {
                zero += car_s[c];
                k++;
            }
        for (uint32_t c = 0; c < g->n_cars; c++) car_s[c] = isnan(car_s[c]) || k == 0 ? 0 : car_s[c] - zero / k;
    }
}

/* Lap times of the played race less the leader's, mean over trials, on the laps
 * that count in the recorded one. */
static void played(const pb_sim_trace *trace, const grid_of_laps *recorded, grid_of_laps *g)
{
    for (uint32_t c = 0; c < g->n_cars; c++)
        for (uint32_t n = 1; n <= g->n_laps; n++) {
            double   sum = 0;
            uint32_t k   = 0;
            for (uint32_t t = 0; t < trace->trials && n > 1 && !isnan(*cell(recorded, c, n)); t++) {
                size_t at = ((size_t)t * g->n_laps + n - 1) * g->n_cars + c;
                double d  = (double)trace->gap_s[at] - (double)trace->gap_s[at - g->n_cars];
                if (isnan(d)) continue;
                sum += d;
                k++;
            }
            *cell(g, c, n) = k > 0 ? sum / k : NAN;
        }
}

static pb_status play(const pb_race_spec *spec, const grid_of_laps *recorded, grid_of_laps *g, pb_error *error)
{
    pb_sim_model   *model   = NULL;
    pb_sim_result  *result  = NULL;
    pb_sim_scratch *scratch = NULL;
    pb_status       status  = pb_sim_model_create(spec, &model, error);

    if (status == PB_OK) status = pb_sim_result_create(model, MATCH_TRIALS, &result);
    if (status == PB_OK) status = pb_sim_scratch_create(model, &scratch);
    if (status == PB_OK) {
        pb_sim_run(model, MATCH_SEED, 0, MATCH_TRIALS, PB_ISA_AUTO, scratch, result);
        played(&result->trace, recorded, g);
    }
    pb_sim_scratch_destroy(scratch);
    pb_sim_result_destroy(result);
    pb_sim_model_destroy(model);
    return status;
}

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* One round: play, compare, move. */
static pb_status match_once(pb_race_spec *spec, const grid_of_laps *recorded, const double *want_s, grid_of_laps *g,
                            pb_error *error)
{
    double have_s[PB_CARS_MAX];
    PB_TRY(play(spec, recorded, g, error));
    car_means(g, have_s);
    for (uint32_t c = 0; c < g->n_cars; c++) {
        double by            = clamp(MATCH_STEP * (want_s[c] - have_s[c]), -MATCH_STEP_MAX_S, MATCH_STEP_MAX_S);
        spec->cars[c].pace_s = clamp(spec->cars[c].pace_s + by, -20, 60);
    }
    return PB_OK;
}

static pb_status match(pb__fit *fit, pb_race_spec *trial, grid_of_laps *recorded, grid_of_laps *g, pb_error *error)
{
    double want_s[PB_CARS_MAX];

    *trial = *fit->spec;
    trial->effects &= ~(uint32_t)MATCH_OFF;
    trial->neutral.actual = true;
    record(fit, recorded);
    car_means(recorded, want_s);
    for (int round = 0; round < MATCH_ROUNDS; round++) PB_TRY(match_once(trial, recorded, want_s, g, error));
    for (uint32_t c = 0; c < g->n_cars; c++) fit->spec->cars[c].pace_s = trial->cars[c].pace_s;
    pb_race_spec_note(fit->spec, "/cars/pace_s", (int32_t)fit->pace.n_used,
                      "then moved until %d played races have the recorded mean green lap", MATCH_TRIALS);
    return PB_OK;
}

pb_status pb__fit_match(pb__fit *fit, pb_error *error)
{
    uint32_t      cells    = fit->spec->n_cars * fit->laps;
    pb_race_spec *trial    = malloc(sizeof *trial);
    double       *block    = calloc(2 * (size_t)cells, sizeof *block);
    grid_of_laps  recorded = {.n_cars = fit->spec->n_cars, .n_laps = fit->laps, .lap_s = block};
    grid_of_laps  g        = recorded;
    pb_status     status   = PB_E_NOMEM;

    if (trial && block) {
        g.lap_s = block + cells;
        status  = match(fit, trial, &recorded, &g, error);
    } else {
        pb_error_set(error, status, "%s: out of memory in the fit", fit->log->source);
    }
    free(block);
    free(trial);
    return status;
}
