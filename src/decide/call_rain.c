/* call_rain: slicks or wet tyres, now, on the next lap, or later. */
#include <math.h>

#include "call_work.h"
#include "pitboard/num.h"

static double weather_loss(const pb_race_spec *spec, int kind, double wetness)
{
    const pb_weather_spec *w = &spec->weather;
    return w->dry_lap_s[kind] + w->wet_slope_s[kind] * wetness + w->wet_curve_s[kind] * wetness * wetness;
}

/* The first set of that kind that can be fitted. */
static uint8_t set_of_kind(const pb_race_spec *spec, uint32_t car, pb_tyre_kind kind)
{
    for (uint32_t k = 0; k < spec->n_compounds; k++)
        if (spec->compounds[k].kind == kind && pb_decide_sets_left(spec, car, k) > 0)
            return (uint8_t)pb__compound_id(spec, k);
    return PB_COMPOUND_UNKNOWN;
}

/* Regret of changing kind at such a time, from the ranking. */
static void regrets(const pb__work *w, pb_call_rain *out)
{
    pb_tyre_kind own     = w->spec->compounds[w->state->compound].kind;
    double       best[3] = {-INFINITY, -INFINITY, -INFINITY};
    for (uint32_t i = 0; i < w->n; i++) {
        const pb_plan *plan = &w->candidate[w->ranked[i].candidate].plan;
        uint8_t        set  = pb__next_compound(w->spec, plan);
        uint16_t       lap  = pb__next_stop(w->spec, plan);
        uint32_t       when = set == PB_CALL_NOBODY || w->spec->compounds[set].kind == own ? 2u
                              : lap == w->spec->from_lap + 1u                              ? 0u
                              : lap == w->spec->from_lap + 2u                              ? 1u
                                                                                           : 2u;
        best[when]          = fmax(best[when], w->ranked[i].gain.value);
    }
    double top = fmax(best[0], fmax(best[1], best[2]));
    out->now   = isfinite(best[0]) ? top - best[0] : (double)NAN;
    out->next  = isfinite(best[1]) ? top - best[1] : (double)NAN;
    out->wait  = isfinite(best[2]) ? top - best[2] : (double)NAN;
}

static const pb_lap *last_racing_lap(const pb_log_car *car)
{
    if (car->n_laps == 0) return NULL;
    const pb_lap *lap  = &car->laps[car->n_laps - 1];
    bool          lane = lap->pit_in_ms != PB_MS_NONE || lap->pit_out_ms != PB_MS_NONE;
    return lane || lap->time_ms == PB_MS_NONE ? NULL : lap;
}

/* The quickest car on the other kind, against our own last lap. */
static void find_probe(const pb__work *w, pb_call_rain *out)
{
    const pb_race_log *log = w->view->log;
    const pb_lap      *own = log ? last_racing_lap(&log->cars[w->car]) : NULL;
    if (!own) return;
    for (uint32_t c = 0; c < log->n_cars && c < w->spec->n_cars; c++) {
        const pb_lap *lap = last_racing_lap(&log->cars[c]);
        if (c == w->car || !lap || !w->spec->cars[c].state.running || lap->number + 1u < w->spec->from_lap) continue;
        if (pb_compound_is_wet((pb_compound)lap->compound) == pb_compound_is_wet((pb_compound)own->compound)) continue;
        double faster = (own->time_ms - lap->time_ms) * 1e-3;
        if (out->probe != PB_CALL_NOBODY && faster <= out->probe_s) continue;
        out->probe   = (uint8_t)c;
        out->probe_s = faster;
    }
}

void pb__call_rain(pb__work *w)
{
    pb_call_rain *out = &w->call->rain;
    if (!pb__rain_about(w->spec)) return;
    double wetness = w->spec->weather.wetness_frac[w->spec->from_lap];
    int    best    = 0;
    for (int k = 1; k < 3; k++)
        if (weather_loss(w->spec, k, wetness) < weather_loss(w->spec, best, wetness)) best = k;
    out->relevant = true;
    out->compound = set_of_kind(w->spec, w->car, (pb_tyre_kind)best);
    double turns = wetness > 0 ? w->spec->weather.rain_stop_prob : w->spec->weather.rain_prob, on = 1;
    for (int lap = 0; lap < 5; lap++) on *= 1 - turns;
    out->p_change_5 = 1 - on;
    regrets(w, out);
    find_probe(w, out);
}
