#include "rivals_before.h"

#include "pitboard/decide.h"

/* A plan of the model in the words of the race file; false where a set has no name there. */
static bool translate(const pb_race_spec *spec, const pb_stops_plan *from, pb_plan *to)
{
    *to = (pb_plan){.weight_prob = from->p, .n_stints = (uint8_t)(from->stops + 1)};
    for (uint32_t i = 0; i <= from->stops; i++) {
        uint32_t k    = 0;
        pb_span  name = pb_span_of(pb_compound_name((pb_compound)from->compound[i]));
        while (k < spec->n_compounds && !pb_span_equal_text(name, spec->compounds[k].name)) k++;
        if (k == spec->n_compounds) return false;
        to->stints[i] = (pb_stint_spec){.compound = (uint8_t)k, .in_lap = (uint16_t)(i ? from->lap[i - 1] : 0)};
        if (i > 0 && (to->stints[i].in_lap <= to->stints[i - 1].in_lap || to->stints[i].in_lap >= spec->rules.laps))
            return false;
    }
    return true;
}

static bool take(const pb_stops_prior *prior, pb_race_spec *spec, uint32_t car)
{
    pb_car_spec *c = &spec->cars[car];
    pb_plan      plans[PB_PLANS_MAX];
    uint32_t     n = 0, stints = 0;
    double       sum = 0;
    for (uint32_t i = 0; i < prior->n_plans && n < PB_PLANS_MAX; i++) {
        pb_plan plan;
        if (prior->plan[i].p <= 0 || !translate(spec, &prior->plan[i], &plan)) continue;
        if (!pb_decide_legal(spec, car, &plan) || stints + plan.n_stints > PB_PLAN_ENTRIES_MAX) continue;
        stints += plan.n_stints;
        sum += plan.weight_prob;
        plans[n++] = plan;
    }
    if (n == 0) return false;
    for (uint32_t i = 0; i < n; i++) {
        c->plans[i]             = plans[i];
        c->plans[i].weight_prob = plans[i].weight_prob / sum;
    }
    c->n_plans = (uint8_t)n;
    return true;
}

pb_status rivals_before(const pb_model *stops, const pb_history *past, pb_race_spec *spec, uint32_t *told,
                        pb_error *error)
{
    const pb_stops_race race   = {.circuit   = spec->circuit,
                                  .season    = spec->season,
                                  .laps      = spec->rules.laps,
                                  .min_stops = spec->rules.min_stops < 3 ? spec->rules.min_stops : 3};
    pb_stops_view      *view   = NULL;
    pb_status           status = pb_stops_view_create(stops, past, past->n, &race, &view, error);
    *told                      = 0;
    for (uint32_t c = 0; c < spec->n_cars && status == PB_OK; c++) {
        const pb_stops_car car = {.team = spec->cars[c].team, .grid = spec->cars[c].grid};
        pb_stops_prior     prior;
        status = pb_stops_view_ask(view, &car, &prior, error);
        if (status == PB_OK) *told += take(&prior, spec, c);
    }
    pb_stops_view_destroy(view);
    return status;
}
