/* model.c - a race file becomes a model. */
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model_parts.h"

/* 1/2048 s where the word of a lap (20 bits) can hold the longest stop, coarser
 * for series with long ones. */
static float ticks_for_stops(const pb_race_spec *spec)
{
    double longest = spec->pit.loss_s + spec->pit.stop_s[PB_QUANTILES - 1] + 30.0;
    for (uint32_t c = 0; c < spec->n_cars; c++)
        for (uint32_t p = 0; p < spec->cars[c].n_plans; p++)
            for (uint32_t s = 0; s < spec->cars[c].plans[p].n_stints; s++) {
                double t = spec->cars[c].plans[p].stints[s].stationary_min_s + spec->pit.loss_s +
                           spec->pit.stop_s[PB_QUANTILES - 1] + 30.0;
                if (t > longest) longest = t;
            }
    float ticks = 2048.0f;
    while (ticks > 256.0f && longest * (double)ticks > (double)PB__WORD_MAX) ticks *= 0.5f;
    return ticks;
}

/* How far a running car may come to lie from the reference car: slower on every
 * lap, a fifth of the race lost behind safety cars and in the rain, its stops;
 * half as much again for what is drawn. */
static double farthest_s(const pb_race_spec *spec)
{
    double far = 0.0, laps = (double)(spec->rules.laps - spec->from_lap), limit = spec->rules.time_limit_s;
    if (limit > 0.0 && laps > limit / spec->base_lap_s) laps = limit / spec->base_lap_s + 1.0;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        const pb_car_spec *car = &spec->cars[c];
        double             t   = laps * fabs(car->pace_s) + (spec->from_lap > 0 ? car->state.gap_s : 0.0);
        for (uint32_t s = 1; s < car->plans[0].n_stints; s++)
            t += spec->pit.loss_s + car->plans[0].stints[s].stationary_min_s;
        if (t > far) far = t;
    }
    return 1.5 * (far + 0.2 * laps * spec->base_lap_s);
}

/* Coarser for long races, so that the keys hold the last car of a day; and a
 * neutralised lap of a long track must stay below 2^22 ticks (vi_round). */
static float choose_ticks(const pb_race_spec *spec)
{
    float  ticks = ticks_for_stops(spec);
    double far = farthest_s(spec), slow_lap = 4.0 * spec->base_lap_s;
    while (ticks > 64.0f && (far * (double)ticks > PB__OUT_TICKS || slow_lap * (double)ticks > (1 << 22)))
        ticks *= 0.5f;
    return ticks;
}

pb_status pb_sim_model_create(const pb_race_spec *spec, pb_sim_model **out, pb_error *error)
{
    PB_TRY(pb_race_spec_check(spec, error));
    pb_sim_model *m = aligned_alloc(64, (sizeof *m + 63) / 64 * 64);
    if (!m) return pb_error_set(error, PB_E_NOMEM, "out of memory for the race model");
    memset(m, 0, sizeof *m);
    m->n_cars       = spec->n_cars;
    m->from_grid    = spec->from_lap == 0;
    m->first_lap    = spec->from_lap + 1u;
    m->n_laps       = spec->rules.laps;
    m->ticks        = choose_ticks(spec);
    m->inv_ticks    = 1.0f / m->ticks;
    m->time_limited = spec->rules.time_limit_s > 0.0;
    m->limit_extra  = spec->rules.extra_laps;
    m->free_tyres   = spec->rules.free_tyres_under_red;
    pb__model_weather(spec, m);
    pb__model_cars(spec, m);
    pb__model_laps(spec, m);
    pb__model_stops(spec, m);
    pb__model_noise(spec, m);
    pb__model_traffic(spec, m);
    pb__model_order(m);
    pb__model_leader(m);
    pb__model_distance(spec, m);
    pb__model_retirements(spec, m);
    pb__model_neutral(spec, m);
    for (uint32_t k = 0; k < spec->n_compounds; k++) {
        const pb_compound_spec *tyre  = &spec->compounds[k];
        bool                    wears = spec->effects & PB_EFFECT_TYRE_WEAR;
        m->cliff                      = m->cliff || (tyre->cliff_laps > 0.0 && tyre->cliff_s_per_lap > 0.0 && wears);
        m->quad                       = m->quad || (tyre->wear_quad_s != 0.0 && wears);
    }
    *out = m;
    return PB_OK;
}

pb_status pb_sim_model_copy(const pb_sim_model *model, pb_sim_model **out)
{
    pb_sim_model *m = aligned_alloc(64, (sizeof *m + 63) / 64 * 64);
    if (!m) return PB_E_NOMEM;
    memcpy(m, model, sizeof *m);
    *out = m;
    return PB_OK;
}

void pb_sim_model_destroy(pb_sim_model *model)
{
    free(model);
}
