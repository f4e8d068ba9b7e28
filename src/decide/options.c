/* options: what a car could do from here on, on the free track. */
#include "options.h"

#include <math.h>
#include <string.h>

#include "pitboard/predict_plan.h"

#define WET_FRAC 0.02      /* a track this wet is no dry one */
#define RAIN_PROB_LAP 0.03 /* rain this likely per lap is about */

pb_compound pb__compound_id(const pb_race_spec *spec, uint32_t compound)
{
    return pb_compound_from_name(pb_span_of(spec->compounds[compound].name));
}

bool pb__rain_about(const pb_race_spec *spec)
{
    const pb_weather_spec *w = &spec->weather;
    if (!(spec->effects & PB_EFFECT_WEATHER)) return false;
    if (w->wetness_frac[spec->from_lap] > WET_FRAC || w->rain_prob > RAIN_PROB_LAP) return true;
    for (uint32_t c = 0; c < spec->n_cars && spec->from_lap > 0; c++) {
        const pb_car_state *s = &spec->cars[c].state;
        if (s->running && spec->compounds[s->compound].kind != PB_TYRE_SLICK) return true;
    }
    return false;
}

/* Full wets for what may come are a bet that nobody takes: rain seldom soaks a
 * track (4 stints in 2022-25); they are for a track that is soaked. */
static bool soaked(const pb_race_spec *spec)
{
    const pb_weather_spec *w = &spec->weather;
    if (w->wetness_frac[spec->from_lap] > pb_weather_even_at(w, PB_TYRE_INTERMEDIATE, PB_TYRE_WET, 0)) return true;
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (spec->cars[c].state.running && spec->compounds[spec->cars[c].state.compound].kind == PB_TYRE_WET)
            return true;
    return false;
}

bool pb__may_fit(const pb_race_spec *spec, uint32_t car, uint32_t k, bool rain)
{
    pb_tyre_kind kind = spec->compounds[k].kind;
    if (kind != PB_TYRE_SLICK && !rain) return false;
    if (kind == PB_TYRE_WET && !soaked(spec)) return false;
    return pb_decide_sets_left(spec, car, k) > 0;
}

uint16_t pb__next_stop(const pb_race_spec *spec, const pb_plan *plan)
{
    uint32_t now = pb__stint_at(plan, spec->from_lap);
    return now + 1u < plan->n_stints ? plan->stints[now + 1].in_lap : 0;
}

uint8_t pb__next_compound(const pb_race_spec *spec, const pb_plan *plan)
{
    uint32_t now = pb__stint_at(plan, spec->from_lap);
    return now + 1u < plan->n_stints ? plan->stints[now + 1].compound : PB_CALL_NOBODY;
}

uint32_t pb__stops_to_come(const pb_race_spec *spec, const pb_plan *plan)
{
    return plan->n_stints - 1u - pb__stint_at(plan, spec->from_lap);
}

#define KINDS_OF_STOPS 6u

uint8_t pb__plan_kind(const pb_race_spec *spec, const pb_plan *plan)
{
    uint32_t stops = pb__stops_to_come(spec, plan);
    uint8_t  set   = spec->from_lap == 0 ? plan->stints[0].compound : pb__next_compound(spec, plan);
    if (set == PB_CALL_NOBODY) return 1;
    return (uint8_t)(2u + set * KINDS_OF_STOPS + (stops < KINDS_OF_STOPS ? stops : KINDS_OF_STOPS - 1u));
}

/* What the car has done, as the start of a plan. */
static pb_plan past_of(const pb_race_spec *spec, uint32_t car)
{
    pb_plan past     = spec->cars[car].plans[0];
    past.n_stints    = (uint8_t)(pb__stint_at(&past, spec->from_lap) + 1u);
    past.weight_prob = 1;
    return past;
}

static pb_plan_rest now_of(const pb_race_spec *spec, uint32_t car, const pb_plan *past)
{
    const pb_car_spec *c = &spec->cars[car];
    return (pb_plan_rest){.spec      = spec,
                          .from      = spec->from_lap,
                          .laps      = spec->rules.laps,
                          .first     = (uint8_t)(past->n_stints - 1u),
                          .age_laps  = spec->from_lap > 0 ? c->state.tyre_age_laps : past->stints[0].age_laps,
                          .wear_mult = c->wear_mult};
}

bool pb__run_to_flag(const pb_race_spec *spec, uint32_t car, pb_plan *out, double *cost_s)
{
    pb_plan      plan = past_of(spec, car);
    pb_plan_rest now  = now_of(spec, car, &plan);
    if (!pb_decide_legal(spec, car, &plan)) return false;
    *out    = plan;
    *cost_s = pb_plan_cost_s(&now, &plan);
    return true;
}

/* What is left after a stop at the end of stop_lap, seen from there. */
static pb_plan_rest after_stop(const pb_plan_rest *now, uint16_t stop_lap)
{
    pb_plan_rest then = *now;
    then.first++;
    then.from     = stop_lap;
    then.age_laps = 0;
    return then;
}

/* Dry sets that can still be fitted. */
static uint32_t slicks_of(const pb_race_spec *spec, uint32_t car, uint8_t out[PB_COMPOUNDS_MAX])
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < spec->n_compounds; k++)
        if (spec->compounds[k].kind == PB_TYRE_SLICK && pb_decide_sets_left(spec, car, k) > 0) out[n++] = (uint8_t)k;
    return n;
}

/* The cheapest order of `more` sets behind a plan, stops placed. */
static double best_order(const pb_race_spec *spec, uint32_t car, const pb_plan_rest *then, const pb_plan *base,
                         uint32_t more, pb_plan *best)
{
    uint8_t  slick[PB_COMPOUNDS_MAX];
    uint32_t n = slicks_of(spec, car, slick), ways = 1;
    double   least = INFINITY;
    if (base->n_stints + more > PB_PLAN_STINTS || then->from + more >= then->laps) return least;
    for (uint32_t i = 0; i < more; i++) ways *= n;
    for (uint32_t way = 0; way < ways; way++) {
        pb_plan  plan = *base;
        uint32_t w    = way;
        for (uint32_t i = 0; i < more; i++, w /= n)
            plan.stints[plan.n_stints++] =
                (pb_stint_spec){.compound = slick[w % n], .in_lap = (uint16_t)(then->from + 1 + i)};
        if (!pb_decide_legal(spec, car, &plan)) continue;
        double cost = more > 0 ? pb_plan_place(then, 0, &plan) : pb_plan_cost_s(then, &plan);
        if (cost >= least) continue;
        least = cost;
        *best = plan;
    }
    return least;
}

bool pb__complete_with(const pb_race_spec *spec, uint32_t car, uint16_t stop_lap, uint32_t compound, uint32_t more,
                       pb_plan *out, double *cost_s)
{
    pb_plan      plan = past_of(spec, car);
    pb_plan_rest now = now_of(spec, car, &plan), until = now;
    if (plan.n_stints >= PB_PLAN_STINTS || stop_lap <= spec->from_lap || stop_lap >= spec->rules.laps) return false;
    until.laps    = stop_lap; /* the stint that ends there */
    double so_far = pb_plan_cost_s(&until, &plan) + spec->pit.loss_s + spec->compounds[compound].warm_up_s;
    plan.stints[plan.n_stints++] = (pb_stint_spec){.compound = (uint8_t)compound, .in_lap = stop_lap};
    const pb_plan_rest then      = after_stop(&now, stop_lap);
    *cost_s                      = so_far + best_order(spec, car, &then, &plan, more, out);
    return *cost_s < INFINITY;
}

bool pb__complete(const pb_race_spec *spec, uint32_t car, uint16_t stop_lap, uint32_t compound, uint32_t more,
                  pb_plan *out, double *cost_s)
{
    pb_plan plan;
    double  cost;
    *cost_s = INFINITY;
    for (uint32_t m = 0; m <= more; m++) {
        if (!pb__complete_with(spec, car, stop_lap, compound, m, &plan, &cost) || cost >= *cost_s) continue;
        *cost_s = cost;
        *out    = plan;
    }
    return *cost_s < INFINITY;
}
