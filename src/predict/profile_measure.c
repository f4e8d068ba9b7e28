/* profile_measure: a race, measured car by car. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form_seen.h"
#include "learn_set.h"
#include "pitboard/num.h"
#include "profile_parts.h"
#include "truth.h"

static void name_car(const pb_race_log *log, uint32_t c, pb_profile_car *car)
{
    const pb_log_car *from = &log->cars[c];
    memcpy(car->driver, from->code, sizeof car->driver);
    memcpy(car->team_name, from->team, sizeof car->team_name);
    pb_team_id(pb_span_of(from->team), log->season, car->team, sizeof car->team);
}

static uint16_t clean_laps(const pb_log_car *car)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < car->n_laps; i++) n += pb_lap_is_clean(&car->laps[i]);
    return (uint16_t)n;
}

static void begin_car(const pb__profiled *race, uint32_t c, pb_profile_car *car)
{
    const pb_car_result *end = &race->outcome.car[c];
    memset(car, 0, sizeof *car);
    name_car(race->log, c, car);
    car->grid       = race->log->cars[c].grid;
    car->place      = end->laps_done > 0 ? end->place : 0;
    car->took_flag  = end->took_flag;
    car->laps       = end->laps_done;
    car->clean_laps = clean_laps(&race->log->cars[c]);
    for (int m = 0; m < PB_PROFILE_MEASURES; m++) car->value[m] = NAN;
    car->raw[0] = car->raw[1] = car->basis[0] = car->basis[1] = car->basis[2] = NAN;
}

/* The other car of the team; -1 when there is none, or more than one. */
static int32_t mate_of(const pb_profile_race *race, uint32_t c)
{
    int32_t mate = -1;
    for (uint32_t k = 0; k < race->n_cars; k++) {
        if (k == c || !race->cars[c].team[0] || strcmp(race->cars[k].team, race->cars[c].team) != 0) continue;
        if (mate >= 0) return -1;
        mate = (int32_t)k;
    }
    return mate;
}

static void set_pace(const pb__profiled *race, pb_profile_race *out)
{
    for (uint32_t c = 0; c < out->n_cars; c++)
        pb__profile_set(&out->cars[c], PB_PROFILE_PACE, race->pace_pct[c], out->cars[c].clean_laps);
    for (uint32_t c = 0; c < out->n_cars; c++) {
        int32_t mate = mate_of(out, c);
        if (mate < 0) continue;
        uint32_t own = out->cars[c].clean_laps, other = out->cars[mate].clean_laps;
        pb__profile_set(&out->cars[c], PB_PROFILE_MATE, race->pace_pct[c] - race->pace_pct[mate],
                        own < other ? own : other);
    }
}

static void measure(const pb__profiled *race, pb_profile_race *out)
{
    for (uint32_t c = 0; c < out->n_cars; c++) begin_car(race, c, &out->cars[c]);
    set_pace(race, out);
    pb__profile_starts(race, out);
    if (race->pace) pb__profile_stints(race, out);
    if (!race->log->sprint) pb__profile_stops(race, out);
    pb__profile_passing(race, out);
}

static void describe(const pb__profiled *race, const char *id, pb_profile_race *out)
{
    const pb_race_log *log      = race->log;
    double             length_m = log->circuit[0] ? pb_circuit_length_m(log->circuit, log->season) : 0;
    (void)snprintf(out->id, sizeof out->id, "%.15s", id);
    memcpy(out->event, log->event, sizeof out->event);
    memcpy(out->circuit, log->circuit, sizeof out->circuit);
    out->season    = log->season;
    out->round     = log->round;
    out->sprint    = log->sprint;
    out->wet       = !race->dry;
    out->speed_kmh = race->dry && length_m > 0 && race->pace ? (float)(3.6 * length_m / race->pace->best_s) : NAN;
}

static pb_status fit(pb__profiled *race, pb__pace_model *model)
{
    pb__pace_options      options = pb__pace_options_default();
    const pb_history_race of      = {.log = race->log};
    pb_status             status  = pb__pace_model_fit(race->log, &options, model, NULL);
    if (status == PB_E_NOMEM) return status;
    race->pace    = status == PB_OK ? model : NULL;
    race->dry     = pb__race_is_dry(race->log);
    race->has_red = pb__race_saw_red(race->log);
    pb__form_pace(&of, race->pace_pct);
    return PB_OK;
}

pb_status pb_profile_race_of(const pb_race_log *log, const char *id, pb_profile_race *out, pb_error *error)
{
    pb__pace_model model = {0};
    pb__profiled  *race  = calloc(1, sizeof *race);
    *out                 = (pb_profile_race){.n_cars = log->n_cars};
    out->cars            = calloc(log->n_cars + 1u, sizeof *out->cars);
    pb_status status     = race && out->cars ? PB_OK : PB_E_NOMEM;
    if (status == PB_OK) {
        race->log = log;
        status    = pb__race_is_usable(log) ? pb_race_outcome_of(log, &race->outcome) : PB_E_EMPTY;
    }
    if (status == PB_OK) status = fit(race, &model);
    if (status == PB_OK) {
        measure(race, out);
        describe(race, id, out);
    }
    pb__pace_model_fini(&model);
    free(race);
    if (status == PB_OK) return PB_OK;
    pb_profile_race_fini(out);
    return status == PB_E_NOMEM ? pb_error_set(error, status, "out of memory for the profile of %s", id)
                                : pb_error_set(error, PB_E_EMPTY, "%s: nothing can be measured", id);
}

pb_status pb_profile_race_copy(const pb_profile_race *from, pb_profile_race *to)
{
    pb_profile_car *cars = malloc((from->n_cars + 1u) * sizeof *cars);
    if (!cars) return PB_E_NOMEM;
    memcpy(cars, from->cars, from->n_cars * sizeof *cars);
    *to      = *from;
    to->cars = cars;
    return PB_OK;
}

void pb_profile_race_fini(pb_profile_race *race)
{
    free(race->cars);
    memset(race, 0, sizeof *race);
}
