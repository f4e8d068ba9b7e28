/* call_rivals: whether a rival stops on this lap, and soon. Who is seen on its way
 * into the lane does; of the others pit walls' chance is known, or their plans. */
#include <math.h>

#include "call_work.h"
#include "pitboard/predict_pitcall.h"

#define FRESH_LAPS 3.0 /* a set that has run fewer does not come off because it is cheap (sim) */
#define SOON_LAPS 3u

/* On this lap, as pit walls did; NAN: no model has seen the car. */
static double wall_prob(const pb__work *w, uint32_t car)
{
    const pb_decide_view *view = w->view;
    pb_pitcall            said;
    if (!view->pitcall || !view->scene) return (double)NAN;
    pb_status status = pb_pitcall_hazard(view->pitcall, view->scene, car, PB_PITCALL_BY_CLOCK, &said, NULL);
    return status == PB_OK ? said.p_stop : (double)NAN;
}

/* By its plans, within so many laps. */
static double plan_prob(const pb_race_spec *spec, uint32_t car, uint32_t laps)
{
    const pb_car_spec *c   = &spec->cars[car];
    double             sum = 0;
    for (uint32_t p = 0; p < c->n_plans; p++) {
        uint16_t stop = pb__next_stop(spec, &c->plans[p]);
        if (stop > 0 && stop <= spec->from_lap + laps) sum += c->plans[p].weight_prob;
    }
    return fmin(sum, 1);
}

/* Under a flag that has just come out. */
static double cheap_prob(const pb_race_spec *spec, uint32_t car)
{
    bool fresh = spec->from_lap >= FRESH_LAPS && spec->cars[car].state.tyre_age_laps < FRESH_LAPS;
    return fresh ? 0 : pb__cheap_stop_prob(spec, car);
}

double pb__rival_stops_now(const pb__work *w, uint32_t car)
{
    if (w->spec->from_lap + 1u >= w->spec->rules.laps) return 0; /* the last lap */
    if (w->view->rival_boxed[car]) return 1;
    double wall = wall_prob(w, car);
    if (w->flag != 0) /* whoever is due soon comes in (sim); fmax leaves out what is not known */
        return fmax(fmax(cheap_prob(w->spec, car), wall), plan_prob(w->spec, car, SOON_LAPS));
    return isnan(wall) ? plan_prob(w->spec, car, 1) : wall;
}

double pb__rival_stops_soon(const pb__work *w, uint32_t car)
{
    double now = pb__rival_stops_now(w, car);
    return fmax(1 - pow(1 - now, SOON_LAPS), plan_prob(w->spec, car, SOON_LAPS));
}
