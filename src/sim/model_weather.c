/* model_weather.c - how wet the track is and what that costs on which tyre. */
#include "model_parts.h"

static bool has_kind(const pb_race_spec *spec, pb_tyre_kind kind)
{
    for (uint32_t i = 0; i < spec->n_compounds; i++)
        if (spec->compounds[i].kind == kind) return true;
    return false;
}

void pb__model_weather(const pb_race_spec *spec, pb_sim_model *m)
{
    const pb_weather_spec *w     = &spec->weather;
    double                 on    = pb__on(spec, PB_EFFECT_WEATHER);
    uint32_t               known = on > 0.0 ? w->known_laps : 0;
    if (known > PB_LAPS_MAX) known = PB_LAPS_MAX;
    for (uint32_t n = 1; n <= known; n++) m->wetness[n] = (float)w->wetness_frac[n];
    for (uint32_t n = known + 1; known > 0 && n < m->first_lap; n++) m->wetness[n] = m->wetness[known];
    m->wet_known     = known;
    m->rain_at_start = known > 1 && m->wetness[known] > m->wetness[known - 1];
    double dry = 1.0, rains = 1.0; /* P(still dry), P(still raining) after n laps */
    for (uint32_t n = 1; n <= m->n_laps; n++) {
        m->rain_by[n]      = pb__below(1.0 - (dry *= 1.0 - on * w->rain_prob));
        m->rain_over_by[n] = pb__below(1.0 - (rains *= 1.0 - w->rain_stop_prob));
    }
    m->rain_possible = m->rain_at_start || m->rain_by[m->n_laps] > 0;
    m->wetting       = (float)w->wetting_frac;
    m->soak          = (float)w->soak_frac;
    m->drying        = (float)w->drying_frac;
    for (uint32_t k = 0; k < 3; k++) {
        m->dry_lap[k]   = (float)w->dry_lap_s[k];
        m->wet_slope[k] = (float)w->wet_slope_s[k];
        m->wet_curve[k] = (float)w->wet_curve_s[k];
        if (!has_kind(spec, (pb_tyre_kind)k)) { /* nobody changes to what is not there */
            m->dry_lap[k]   = 1e6f;
            m->wet_slope[k] = m->wet_curve[k] = 0.0f;
        }
    }
    m->wet_noise  = (float)(w->wet_noise_mult - 1.0);
    m->rain_loss  = (float)spec->policy.rain_loss_s;
    m->rain_sigma = (float)spec->policy.rain_log_sigma;
    bool wet_tyre = has_kind(spec, PB_TYRE_INTERMEDIATE) || has_kind(spec, PB_TYRE_WET);
    m->wet_react  = (spec->effects & PB_EFFECT_REACT_RAIN) && wet_tyre;
    /* tyres that matter on a dry track too: then no batch may take the dry path */
    bool wet = m->dry_lap[0] != 0.0f || m->dry_lap[1] < 0.0f || m->dry_lap[2] < 0.0f;
    for (uint32_t n = 1; n <= known; n++) wet = wet || m->wetness[n] > 0.0f;
    for (uint32_t c = 0; c < spec->n_cars; c++)
        for (uint32_t p = 0; p < spec->cars[c].n_plans; p++)
            for (uint32_t s = 0; s < spec->cars[c].plans[p].n_stints; s++)
                wet = wet || spec->compounds[spec->cars[c].plans[p].stints[s].compound].kind != PB_TYRE_SLICK;
    for (uint32_t c = 0; c < spec->n_cars && spec->from_lap > 0; c++)
        wet = wet || spec->compounds[spec->cars[c].state.compound].kind != PB_TYRE_SLICK;
    m->wet_start = wet;
    m->dry       = on == 0.0 || (!wet && !m->rain_possible);
}
